"""Findings of one level while it looks: the first thousand are kept, all are counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from constitution.verifying.report import Finding, Level, Status, Word

CAP = 1000
"""Findings of one level that a report holds."""


class Found:
    """What one level has found so far."""

    def __init__(self, level: str) -> None:
        self.level = level
        self.words: set[str] = set()
        self._kept: list[Finding] = []
        self._counts: Counter[str] = Counter()

    def add(self, kind: str, what: str, word: Word | str = "", **place: Any) -> None:
        """One more; ``word`` is the verdict it leads to, nothing for what is only to be known."""
        self._counts[kind] += 1
        if word:
            self.words.add(word)
        if len(self._kept) < CAP:
            self._kept.append(Finding(self.level, kind, what, word, **place))  # type: ignore[arg-type]

    def count(self, *kinds: str) -> int:
        """How many of these kinds."""
        return sum(self._counts[kind] for kind in kinds)

    def closed(self, said: str, status: Status | None = None) -> Level:
        """The level as it ended; ``said`` is its line where nothing speaks against it."""
        counts = dict(self._counts)
        found: Status = "failed" if self.words else "noted" if counts else "ok"
        told = ", ".join(f"{kind} {number:,}" for kind, number in counts.items())
        line = f"{said}; {told}" if told and not self.words else told or said
        return Level(self.level, status or found, line, tuple(self._kept), counts, frozenset(self.words))


def level(name: str, status: Status, said: str) -> Level:
    """A level that found nothing."""
    return Level(name, status, said)


def worst(levels: Iterable[Level], order: Iterable[Word]) -> Word | str:
    """The first of these words that some level leads to; nothing without one."""
    words = {word for each in levels for word in each.words}
    return next((word for word in order if word in words), "")
