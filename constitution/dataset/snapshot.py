"""How far a run is, beside the marker in its out folder, for whoever looks from another terminal."""

from __future__ import annotations

import os
import platform
from contextlib import suppress
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError

from constitution.core.records import Record
from constitution.dataset.replace import PROGRESS, real

State = Literal["asking", "writing", "stopped"]


class Snapshot(Record):
    """Counts of a run at one moment, and which process it is."""

    format: Literal["constitution-progress/1"] = "constitution-progress/1"
    run_id: str
    pid: int = Field(default_factory=os.getpid)
    host: str = Field(default_factory=platform.node)
    born: str = Field(default_factory=lambda: born(os.getpid()))
    """When the process began, as its system counts; tells it from a later one with the same number."""
    started: str
    """When the run began, RFC 3339."""
    time: str
    """When these counts were taken."""
    state: State = "asking"
    prompts: int = 0
    done: int = 0
    fates: dict[str, int] = Field(default_factory=dict)
    asked: int = 0
    reused: int = 0
    in_flight: int = 0
    waiting: int = 0

    @property
    def alive(self) -> bool | None:
        """Whether its process still runs; None where that cannot be seen from this machine."""
        if self.host != platform.node():
            return None
        try:
            os.kill(self.pid, 0)
        except (ProcessLookupError, OverflowError):
            return False
        except PermissionError:
            pass  # somebody else's, and there
        return self.born == born(self.pid)


def born(pid: int) -> str:
    """When the process began, in ticks since the machine did; nothing where the system does not say."""
    try:
        told = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    # The name stands in brackets and may hold anything; what follows the last one is plain.
    state, *facts = told.rpartition(")")[2].split()
    return "" if state in ("Z", "X") else facts[18]  # one that has ended and was not yet taken note of is no process


def write_snapshot(out: Path, snapshot: Snapshot) -> None:
    """The folder holds this snapshot, if it can be written: a run does not end for want of it."""
    path = real(out) / PROGRESS
    fresh = path.with_name(path.name + ".new")
    with suppress(OSError):
        fresh.write_text(snapshot.model_dump_json() + "\n", encoding="utf-8")
        fresh.replace(path)


def read_snapshot(out: Path) -> Snapshot | None:
    """The last snapshot in the folder; None where there is none that this version can read."""
    try:
        return Snapshot.model_validate_json((real(out) / PROGRESS).read_bytes())
    except (OSError, ValidationError):
        return None
