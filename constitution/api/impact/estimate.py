"""What was counted in a sample, and how many of all rows that makes."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor
from typing import Any, Self

from constitution.core.intervals import Interval, wilson


@dataclass(frozen=True)
class Estimate:
    """How often something was seen in a sample, and what that says of all the rows that it was drawn from."""

    hits: int
    of: int
    """Rows of the sample that were looked at."""
    among: int
    """Rows that the sample stands for."""

    @classmethod
    def of_all(cls, hits: int, of: int, among: int) -> Self:
        """The estimate, for no fewer rows than were looked at."""
        return cls(hits, of, max(of, among))

    @property
    def share(self) -> Interval:
        """The 95% interval of the share; where every row was looked at, the share itself."""
        if self.of == self.among and self.of:
            return Interval(self.hits / self.of, self.hits / self.of)
        return wilson(self.hits, self.of)

    @property
    def rows(self) -> tuple[int, int]:
        """From how many rows to how many; never fewer than were seen."""
        low, high = self.share
        if self.of == self.among:
            return self.hits, self.hits
        return max(self.hits, floor(low * self.among)), min(self.among - (self.of - self.hits), ceil(high * self.among))

    def data(self) -> dict[str, Any]:
        """The same as JSON values."""
        return {
            "hits": self.hits,
            "of": self.of,
            "share": list(self.share),
            "among": self.among,
            "rows": list(self.rows),
        }
