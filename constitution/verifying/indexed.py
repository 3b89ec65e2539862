"""Indexed: entries of a folder's index by the name of their pair; 24 bytes a row in memory."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections import OrderedDict
from collections.abc import Iterator
from itertools import accumulate
from pathlib import Path
from typing import Any

from constitution.dataset.index import INDEX
from constitution.dataset.parquet import read_parquet
from constitution.errors import BadFile, ConstitutionError
from constitution.verifying.within import within

NAME = 16
"""Bytes of the name of a pair."""
HELD = 4
"""Row groups of the index in memory."""


class Indexed:
    """The index of a folder; what it says is believed by nobody until it was held against a leaf."""

    def __init__(self, folder: Path) -> None:
        """Raises ``NotFound`` without an index and ``BadFile`` for one that is none."""
        self._path = within(folder, INDEX)
        self._names, self._places = _by_name(self._path)
        self._ends = _ends(self._path)
        self._groups: OrderedDict[int, list[dict[str, Any]]] = OrderedDict()

    def entries(self, name: str) -> Iterator[dict[str, Any]]:
        """What stands there under this name, ``pp1:`` and 32 hex digits."""
        sought = bytes.fromhex(name.removeprefix("pp1:"))
        place = bisect_left(range(len(self._places)), sought, key=self._name)
        while place < len(self._places) and self._name(place) == sought:
            yield self._entry(self._places[place])
            place += 1

    def _name(self, place: int) -> bytes:
        return self._names[place * NAME : (place + 1) * NAME]

    def _entry(self, place: int) -> dict[str, Any]:
        group = next(number for number, end in enumerate(self._ends) if place < end)
        if group not in self._groups:
            self._groups[group] = _group(self._path, group)
            while len(self._groups) > HELD:
                self._groups.popitem(last=False)
        self._groups.move_to_end(group)
        return self._groups[group][place - (self._ends[group - 1] if group else 0)]


def _group(path: Path, number: int) -> list[dict[str, Any]]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(path) as file:
            rows: list[dict[str, Any]] = file.read_row_group(number).to_pylist()
    except (pa.ArrowException, OSError, ValueError) as error:
        raise BadFile(f"cannot be read: {error}", where=INDEX, remedy="get the folder again") from error
    return rows


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
