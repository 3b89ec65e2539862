"""The look at shapes: rows and columns that a trainer takes otherwise than they were meant."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from constitution.auditing.finding import Finding, Tally
from constitution.auditing.seen import Seen
from constitution.auditing.shapes import TRAPS, Across, Trap, traps_in

SLIGHT = 0.1
"""Weight of a warning: the rows train, and mostly as they were meant."""


class Shapes:
    """Each trap with the rows that hold it."""

    name = "shapes"

    def __init__(self) -> None:
        self._rows = 0
        self._found: dict[str, Tally] = {}
        self._across = Across()

    def see(self, seen: Seen) -> None:
        """One more row."""
        self._rows += 1
        self._across.see(seen.row)
        for trap in traps_in(seen.row):
            self._found.setdefault(trap.name, Tally()).add(seen.name)

    def findings(self) -> Iterator[Finding]:
        """One for each trap that any row holds, and for what the rows hold only together."""
        for name, tally in self._found.items():
            yield _finding(TRAPS[name], tally.rows, self._rows, examples=tuple(tally.examples))
        for trap, told in self._across.found():
            yield _finding(trap, self._rows, self._rows, seen=told)

    def figures(self) -> dict[str, Any]:
        """How many rows hold each trap."""
        return {name: tally.rows for name, tally in sorted(self._found.items())}


def _finding(trap: Trap, rows: int, of: int, *, examples: tuple[str, ...] = (), seen: str = "") -> Finding:
    return Finding(
        name=trap.name, severity=trap.severity, what=trap.what, trainer=trap.trainer, remedy=trap.remedy,
        rows=rows, of=of, examples=examples, seen=seen, weight=1.0 if trap.severity == "error" else SLIGHT,
    )  # fmt: skip
