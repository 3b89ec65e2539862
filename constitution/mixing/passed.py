"""Passed over: what of a file's rows was read and did not go into the mixture, to be told afterwards."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

SHOWN = 5
"""Places of rows that are told."""


@dataclass
class PassedOver:
    """What of a file's rows was read without going into the mixture; filled while they are read."""

    columns: Counter[str] = field(default_factory=Counter)
    """Column to rows."""
    same: list[str] = field(default_factory=list)
    """The places of the first rows whose answers are the same, or of which one is empty."""
    no_preference: int = 0
    """How many rows that are."""
    answered: int = 0
    """How many prompts hold answers of an assistant that were declared human."""

    def add(self, where: str) -> None:
        """One more row that prefers nothing."""
        self.no_preference += 1
        if len(self.same) < SHOWN:
            self.same.append(where)
