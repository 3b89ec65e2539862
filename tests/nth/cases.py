"""What is said between the tests and the process that is struck: sweeps, and the cases that came of them."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from enum import IntFlag
from typing import Any, Self


class Kind(IntFlag):
    """What a process asks of a disk or a network; the numbers are those of ``strike.c``."""

    WRITE = 1
    SYNC = 2
    RENAME = 4
    OPEN = 8
    """Opening a file to write to it."""
    NAME = 16
    """Making and removing folders, removing files."""
    SIZE = 32
    SEND = 64
    """Sending to an internet address."""


class How(IntFlag):
    """What happens at the n-th operation; the numbers are those of ``strike.c``."""

    HALF = 1
    """A write does half of its work."""
    FAIL = 2
    LASTING = 4
    """And so do all that follow."""
    KILL = 8


@dataclass(frozen=True, kw_only=True)
class Sweep:
    """One command, struck at its first operation of these kinds, then ``step`` later, until it is struck no more."""

    start: str
    """The project that each case begins with a copy of."""
    arguments: list[str]
    kinds: int
    how: int
    errno: int = 0
    first: int = 1
    step: int = 1
    times: int = 1
    """How many runs are struck at that operation, one after the other, before one is let through."""
    url: str = ""
    """A server of the simulator whose counts are of interest."""

    def to_line(self) -> str:
        """As one line of JSON."""
        return json.dumps(asdict(self))


@dataclass(frozen=True, kw_only=True)
class End:
    """How one run ended."""

    code: int
    """Its exit code; less than 0 the signal that ended it."""
    out: str
    err: str
    seen: int
    """Operations that were counted."""

    @property
    def said(self) -> dict[str, Any]:
        """The document on standard output."""
        found: dict[str, Any] = json.loads(self.out)
        return found


@dataclass(frozen=True, kw_only=True)
class Case:
    """A run that was struck, and the same command afterwards without it."""

    at: int
    reached: bool
    """Whether there was an operation with that number."""
    ends: list[End]
    left: dict[str, str]
    """The files of the out folder before the last run, with their hashes."""
    beside_left: list[str]
    then: End
    files: dict[str, str]
    """The files of the dataset in the end."""
    beside: list[str]
    sent: int
    """Calls that were noted before they went out."""
    kept: int
    """Replies in the ledger."""
    counted: dict[str, Any]
    """What the server has counted in all runs of this case."""

    @classmethod
    def of_line(cls, line: str) -> Self:
        """From one line of JSON."""
        found = json.loads(line)
        return cls(**{**found, "ends": [End(**end) for end in found["ends"]], "then": End(**found["then"])})

    def to_line(self) -> str:
        """As one line of JSON."""
        return json.dumps(asdict(self))
