"""The look at length, in characters: how long each side is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from constitution.auditing.finding import Finding
from constitution.auditing.seen import Seen


class Spread:
    """Whole numbers as counts: their mean and their quantiles are exact, and equal ones take no room."""

    def __init__(self) -> None:
        self._counts: Counter[int] = Counter()
        self._sum = 0
        self._n = 0

    def add(self, value: int) -> None:
        """One more."""
        self._counts[value] += 1
        self._sum += value
        self._n += 1

    def quantile(self, share: float) -> int | None:
        """The smallest value that at least this share of the values do not exceed; None without values."""
        left = share * self._n
        for value in sorted(self._counts):
            left -= self._counts[value]
            if left <= 1e-9:
                return value
        return None

    def told(self) -> dict[str, Any]:
        """Mean, median, 95th percentile and the largest."""
        return {
            "mean": round(self._sum / self._n, 2) if self._n else None,
            "p50": self.quantile(0.5),
            "p95": self.quantile(0.95),
            "max": max(self._counts, default=None),
        }


class Lengths:
    """Characters of both completions."""

    name = "characters"

    def __init__(self) -> None:
        self._chosen = Spread()
        self._rejected = Spread()

    def see(self, seen: Seen) -> None:
        """One more row."""
        self._chosen.add(len(seen.chosen))
        self._rejected.add(len(seen.rejected))

    def findings(self) -> Iterator[Finding]:
        """None: what length tells of the sides is told as a shortcut."""
        yield from ()

    def figures(self) -> dict[str, Any]:
        """The spread of each side."""
        return {"chosen": self._chosen.told(), "rejected": self._rejected.told()}
