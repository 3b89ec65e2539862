"""What came of running a command on an answer."""

from __future__ import annotations

from typing import Literal

from constitution.core.digest import canonical
from constitution.core.records import Record

LONGEST = 200
"""Characters of a command's last word that a reason repeats."""


class Outcome(Record):
    """How a command ended; the text of a reply, so that the ledger keeps it like any other."""

    exit: int | None = None
    """0 where the answer passes; None where a signal or the time limit ended the command."""
    signal: int | None = None
    """Number of the signal that ended it."""
    timed_out: bool = False
    network: bool = False
    """It could reach the network."""
    contained: bool = True
    """It was held by namespaces of its own; else by limits alone."""
    stdout: str = ""
    stderr: str = ""
    cut: tuple[Literal["stdout", "stderr"], ...] = ()
    """What it wrote more of than is kept."""

    @property
    def passed(self) -> bool:
        """Whether it ended by itself, with 0."""
        return self.exit == 0 and not self.timed_out

    @property
    def text(self) -> str:
        """Every field as canonical JSON."""
        return canonical(self.model_dump(mode="json")).decode()

    @property
    def told(self) -> str:
        """How it ended, and its last word on stderr, on one printable line."""
        how = f"exit {self.exit}" if self.signal is None else f"ended by signal {self.signal}"
        said = next((line.strip() for line in reversed(self.stderr.splitlines()) if line.strip()), "")
        shown = "".join(each if each.isprintable() else ascii(each)[1:-1] for each in said[: LONGEST + 1])
        short = shown if len(shown) <= LONGEST else f"{shown[:LONGEST]}…"
        return "; ".join(part for part in ("out of time" if self.timed_out else how, short) if part)
