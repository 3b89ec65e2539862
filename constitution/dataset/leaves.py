"""The leaves of a dataset: the hash of every row, sorted in ``provenance/leaves.txt``, and their roots."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from constitution.dataset.durable import write_new
from constitution.dataset.figures import RootOf, RowSet
from constitution.labels.tree import root_of

LEAVES = "provenance/leaves.txt"
SIZE = 32


class Leaves:
    """Leaves by split, as they come; 32 bytes a row in memory."""

    def __init__(self) -> None:
        self._splits: dict[str, bytearray] = {"train": bytearray()}

    def add(self, leaf: str, split: str) -> None:
        """One more row; ``leaf`` is 64 hex digits."""
        self._splits.setdefault(split, bytearray()).extend(bytes.fromhex(leaf))

    def rows(self) -> RowSet:
        """Counts and roots of all rows and of each split."""
        splits = {name: _set(held) for name, held in self._splits.items()}
        every = b"".join(self._splits.values())
        return RowSet(**vars(_set(every)), splits=splits)

    def write(self, path: Path) -> None:
        """The file: all leaves sorted, one a line."""
        every = sorted(_each(b"".join(self._splits.values())))
        write_new(path, b"".join([leaf.hex().encode() + b"\n" for leaf in every]))


def _set(held: bytes | bytearray) -> RootOf:
    return RootOf(count=len(held) // SIZE, root=root_of(_each(held)))


def _each(held: bytes | bytearray) -> Iterator[bytes]:
    return (bytes(held[start : start + SIZE]) for start in range(0, len(held), SIZE))
