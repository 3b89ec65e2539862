"""Restoring: labels that a row has lost, found again in the index of its folder by the name of its text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from constitution.dataset.envelope import Envelope
from constitution.dataset.index import INDEX
from constitution.dataset.parquet import GROUP
from constitution.errors import BadFile, NotFound
from constitution.labels.checking import NO_ROW, check_row, is_labelled, plain
from constitution.labels.spec import BESIDE, FLAT, PARTED, PROVENANCE, TEXTS
from constitution.verifying.indexed import Indexed
from constitution.verifying.leaflist import leaf_list

LABELS = tuple(name for name in (*PARTED, *FLAT, *BESIDE, PROVENANCE) if name not in TEXTS)
"""Columns that an index may give a row: never a text, and none of which nothing is known."""


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
            self._index = Indexed(folder)
        except NotFound:
            raise NotFound("has no index to restore labels from", where=str(folder),
                           remedy=f"get {INDEX} of this dataset") from None  # fmt: skip

    def each(self, rows: Sequence[Mapping[str, Any]]) -> Iterator[tuple[Mapping[str, Any], bool | None]]:
        """Every row as it shall be, and whether its labels were restored; None for one that had them."""
        for row in rows:
            told = _readable(row)
            if told is not None and is_labelled(told):
                self._meet(str(told[PROVENANCE].get("row_sha256")) if isinstance(told[PROVENANCE], dict) else "")
                yield row, None
                continue
            found = None if told is None else self._restored(told)
            yield (row, False) if found is None else ({**row, **found}, True)

    def _restored(self, told: Mapping[str, Any]) -> dict[str, Any] | None:
        """The labels of this text, if with them the row is a signed one; of several those that no row has yet."""
        texts = {name: told.get(name) for name in TEXTS}
        name, found = check_row(texts).pair_id, None
        for entry in self._index.entries(name) if name else ():
            entry = {label: entry[label] for label in LABELS if label in entry}
            checked = check_row({**texts, **entry})
            # A column that the index has lost is no better than one that somebody turned.
            if not checked.leaf or any(flaw.kind != "restrictions" for flaw in checked.flaws):
                continue
            met = self._leaves.meet(checked.leaf)
            if met == "member":
                return entry
            found = entry if met == "duplicate" else found
        return found

    def _meet(self, leaf: str) -> None:
        with suppress(ValueError):
            self._leaves.meet(leaf)


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
