"""The counts of an endpoint: an independent witness of what clients sent and what a provider would have billed."""

from __future__ import annotations

from collections import Counter
from typing import Any

from constitution.core.asking import Usage

PAID = ("whole", "cut", "invalid", "left")
"""Ends of a request that cost money: whole answers, broken ones, and those that nobody waited for."""


class Stats:
    """What came and how it ended; ``received`` is the sum of ``outcomes`` and ``in_flight``."""

    def __init__(self) -> None:
        self.received = 0
        self.in_flight = 0
        self.most = 0
        """The most that were in flight at one time."""
        self.wires: Counter[str] = Counter()
        self.outcomes: Counter[str] = Counter()
        """``whole``, ``left``, ``rejected``, ``unread``, or the name of the fault that ended it."""
        self.faults: Counter[str] = Counter()
        self.content: Counter[str] = Counter()
        self.tokens: Counter[str] = Counter()
        """``input`` and ``output`` of all that was paid."""
        self._attempts: Counter[str] = Counter()

    def arrive(self, wire: str) -> None:
        """A request has come."""
        self.received += 1
        self.wires[wire] += 1
        self.in_flight += 1
        self.most = max(self.most, self.in_flight)

    def leave(self, outcome: str) -> None:
        """It has ended."""
        self.in_flight -= 1
        self.outcomes[outcome] += 1

    def attempt(self, digest: str) -> int:
        """How many times this request has come, this time included."""
        self._attempts[digest] += 1
        return self._attempts[digest]

    def weigh(self, used: Usage | None) -> None:
        """An answer of so many tokens is made, and is paid for however it ends."""
        counted = used or Usage()
        self.tokens["input"] += counted.input
        self.tokens["output"] += counted.output

    @property
    def paid(self) -> int:
        """What a provider would have billed."""
        return sum(self.outcomes[name] for name in PAID)

    def data(self) -> dict[str, Any]:
        """All counts as JSON."""
        return {
            "received": self.received,
            "paid": self.paid,
            "broken": self.outcomes["cut"] + self.outcomes["invalid"],
            "distinct": len(self._attempts),
            "in_flight": self.in_flight,
            "max_concurrency": self.most,
            "wires": dict(self.wires),
            "outcomes": dict(self.outcomes),
            "faults": dict(self.faults),
            "content": dict(self.content),
            "tokens": dict(self.tokens),
        }
