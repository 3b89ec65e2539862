"""Restoring: labels that a row has lost, found again in the index of its folder by the name of its text."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate
from pathlib import Path
from typing import Any

from constitution.dataset.envelope import Envelope
from constitution.dataset.index import INDEX
from constitution.dataset.parquet import GROUP, read_parquet
from constitution.errors import BadFile, ConstitutionError, NotFound
from constitution.labels.checking import NO_ROW, check_row, is_labelled, plain
from constitution.labels.flaws import NOTES
from constitution.labels.spec import TEXTS
from constitution.verifying.leaflist import leaf_list
from constitution.verifying.within import within

NAME = 16
"""Bytes of the name of a pair."""
HELD = 4
"""Row groups of the index in memory."""


class Restoring:
    """The index of a folder, each entry of which is believed only if the row it gives was signed."""

    def __init__(self, folder: Path, envelope: Envelope) -> None:
        """Raises ``NotFound`` and ``BadFile`` where the index or the list of leaves is gone or is not the signed."""
        signed = envelope.statement.predicate.rows
        self._leaves = leaf_list(folder)
        if (self._leaves.root, len(self._leaves)) != (signed.root, signed.count):
            raise BadFile("its list of leaves is not that of the statement, so that no label can be trusted",
                          where=str(folder), remedy="get the folder again")  # fmt: skip
        try:
            self._path = within(folder, INDEX)
        except NotFound:
            raise NotFound("has no index to restore labels from", where=str(folder),
                           remedy=f"get {INDEX} of this dataset") from None  # fmt: skip
        self._names, self._places = _by_name(self._path)
        self._ends = _ends(self._path)
        self._groups: OrderedDict[int, list[dict[str, Any]]] = OrderedDict()

    def each(self, rows: Sequence[Mapping[str, Any]]) -> Iterator[tuple[Mapping[str, Any], bool | None]]:
        """Every row as it shall be, and whether its labels were restored; None for one that had them."""
        for row in rows:
            told = _readable(row)
            if told is not None and is_labelled(told):
                yield row, None
                continue
            found = None if told is None else self._restored(told)
            yield (row, False) if found is None else ({**row, **found}, True)

    def _restored(self, told: Mapping[str, Any]) -> dict[str, Any] | None:
        """The labels of this text, if with them the row is a signed one."""
        texts = {name: told.get(name) for name in TEXTS}
        name = check_row(texts).pair_id
        for place in self._at(name) if name else ():
            entry = self._entry(place)
            checked = check_row({**texts, **entry})
            whole = all(flaw.kind in NOTES for flaw in checked.flaws)
            if whole and checked.leaf and checked.leaf in self._leaves:
                return entry
        return None

    def _at(self, name: str) -> Iterator[int]:
        """Rows of the index that bear this name."""
        sought = bytes.fromhex(name.removeprefix("pp1:"))
        place = bisect_left(range(len(self._places)), sought, key=self._name)
        while place < len(self._places) and self._name(place) == sought:
            yield self._places[place]
            place += 1

    def _name(self, place: int) -> bytes:
        return self._names[place * NAME : (place + 1) * NAME]

    def _entry(self, place: int) -> dict[str, Any]:
        import pyarrow.parquet as pq

        group = next(number for number, end in enumerate(self._ends) if place < end)
        if group not in self._groups:
            with pq.ParquetFile(self._path) as file:
                self._groups[group] = file.read_row_group(group).to_pylist()
            while len(self._groups) > HELD:
                self._groups.popitem(last=False)
        self._groups.move_to_end(group)
        return self._groups[group][place - (self._ends[group - 1] if group else 0)]


def in_groups(rows: Iterator[Mapping[str, Any]]) -> Iterator[list[Mapping[str, Any]]]:
    """The rows, so many at a time as a row group has."""
    held: list[Mapping[str, Any]] = []
    for row in rows:
        held.append(row)
        if len(held) == GROUP:
            yield held
            held = []
    if held:
        yield held


def _readable(row: Mapping[str, Any]) -> dict[str, Any] | None:
    try:
        return plain(row)
    except NO_ROW:
        return None


def _by_name(path: Path) -> tuple[bytes, array[int]]:
    """The names in the index in order, and at which row each stands."""
    held = bytearray()
    try:
        for entry in read_parquet(path, ["pair_id"]):
            held += bytes.fromhex(str(entry["pair_id"]).removeprefix("pp1:"))[:NAME].ljust(NAME, b"\0")
    except (KeyError, ValueError, ConstitutionError) as error:
        raise BadFile("is no index of this version", where=INDEX, remedy="get the folder again") from error
    order = sorted(range(len(held) // NAME), key=lambda place: held[place * NAME : (place + 1) * NAME])
    return b"".join([held[place * NAME : (place + 1) * NAME] for place in order]), array("Q", order)


def _ends(path: Path) -> list[int]:
    """Up to which row each row group of the index goes."""
    import pyarrow.parquet as pq

    told = pq.read_metadata(path)
    return list(accumulate(told.row_group(number).num_rows for number in range(told.num_row_groups)))
