"""Leaf list: the sorted leaves of ``provenance/leaves.txt``, looked up by halving; 32 bytes a row in memory."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

from constitution.dataset.leaves import LEAVES, SIZE
from constitution.errors import BadFile
from constitution.labels.tree import root_of
from constitution.verifying.within import content_of

LINE = 2 * SIZE + 1


class LeafList:
    """The leaves that a folder lists, and how often each was met; any of them may stand there more than once."""

    def __init__(self, leaves: bytes) -> None:
        self._leaves = leaves
        self._met = bytearray(len(self))
        """How often each leaf was met, counted at its first place, 255 at most."""

    def __len__(self) -> int:
        return len(self._leaves) // SIZE

    def __iter__(self) -> Iterator[bytes]:
        return map(self._at, range(len(self)))

    def __contains__(self, leaf: str) -> bool:
        sought = bytes.fromhex(leaf)
        first = self._first(sought)
        return first < len(self) and self._at(first) == sought

    def anew(self) -> LeafList:
        """The same list, of which nothing was met."""
        return LeafList(self._leaves)

    @property
    def root(self) -> str:
        """The tree head of all of them."""
        return root_of(self)

    def meet(self, leaf: str) -> str:
        """``member`` if the leaf is in the list and was not met as often before, ``duplicate``, or ``unknown``."""
        sought = bytes.fromhex(leaf)
        first = self._first(sought)
        if first == len(self) or self._at(first) != sought:
            return "unknown"
        times = self._met[first]
        self._met[first] = min(times + 1, 255)
        return "member" if times < self._times(first) else "duplicate"

    def is_missing(self, leaf: str) -> bool:
        """Whether the leaf is in the list and was met less often than it stands there."""
        sought = bytes.fromhex(leaf)
        first = self._first(sought)
        return first < len(self) and self._at(first) == sought and self._met[first] < self._times(first)

    @property
    def missing(self) -> int:
        """How many were not met."""
        return len(self) - sum(min(times, self._times(place)) for place, times in enumerate(self._met) if times)

    def _at(self, place: int) -> bytes:
        return self._leaves[place * SIZE : (place + 1) * SIZE]

    def _first(self, leaf: bytes) -> int:
        return bisect_left(range(len(self)), leaf, key=self._at)

    def _times(self, first: int) -> int:
        leaf, times = self._at(first), 1
        while self._at(first + times) == leaf:
            times += 1
        return times


def leaf_list(folder: Path) -> LeafList:
    """The leaves of a folder; raises ``NotFound`` and ``BadFile``, also where they are not sorted, one a line."""
    text = content_of(folder, LEAVES)
    try:
        leaves = bytes.fromhex(text.decode("ascii"))
    except ValueError:
        leaves = b""
    found = LeafList(leaves)
    if len(text) % LINE or b"".join([each.hex().encode() + b"\n" for each in found]) != text:
        raise BadFile("is no list of leaves, 64 hex digits a line", where=LEAVES)
    if any(before > after for before, after in pairwise(found)):
        raise BadFile("its leaves are not sorted", where=LEAVES)
    return found
