"""Findings: what an audit has to say of a set, counted, with examples, and with what to do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple, Protocol

from constitution.auditing.seen import Place, Seen
from constitution.auditing.trap import Severity

SHOWN = 5
"""Examples that a finding keeps."""


class Finding(NamedTuple):
    """One thing that was found."""

    name: str
    severity: Severity
    what: str
    trainer: str
    """What training makes of it."""
    remedy: str
    rows: int
    """Rows that have it."""
    of: int
    """Rows that could have it."""
    examples: tuple[str, ...] = ()
    seen: str = ""
    """Figures that only this set has."""
    weight: float = 1.0
    """How much of the worth of a row is lost, from 0 to 1: by it findings are ranked, after their severity."""

    @property
    def share(self) -> float:
        """Rows that have it among those that could."""
        return self.rows / self.of if self.of else 0.0

    def as_json(self) -> dict[str, Any]:
        """Plain JSON values."""
        left_out = ("weight",)
        told = {name: value for name, value in self._asdict().items() if name not in left_out}
        return {**told, "examples": list(self.examples), "share": round(self.share, 4)}


class Look(Protocol):
    """One way to look at rows: it is shown each, and says at the end what it found.

    What it keeps does not grow with the rows.
    """

    name: str

    def see(self, seen: Seen) -> None:
        """One more row."""

    def findings(self) -> Iterable[Finding]:
        """What there is to say, after the last row."""

    def figures(self) -> Mapping[str, Any]:
        """Plain JSON values that hold also where nothing was found."""


class Tally:
    """How many rows had something, and the first few of them."""

    def __init__(self) -> None:
        self.rows = 0
        self.examples: list[str] = []

    def add(self, place: Place | str) -> None:
        """One more row."""
        self.rows += 1
        if len(self.examples) < SHOWN:
            self.examples.append(str(place))


def ranked(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """What spoils most comes first: errors before warnings, then by the share of the rows that is lost."""
    return tuple(sorted(findings, key=lambda each: (each.severity, -each.share * each.weight, each.name)))
