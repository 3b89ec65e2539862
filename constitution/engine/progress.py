"""How far a run is: counts that a door may show while it goes on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass
class Progress:
    """Counts so far; the engine changes them in place and calls the watcher after each change."""

    prompts: int = 0
    done: int = 0
    of: str = "prompts"
    """What is counted."""
    fates: Counter[str] = field(default_factory=Counter)
    asked: int = 0
    """Distinct replies that were bought in this run."""
    attempts: int = 0
    """Calls that went out, failed ones among them."""
    reused: int = 0
    """Distinct replies that the ledger already held."""
    in_flight: int = 0
    waiting: int = 0
    """Calls that wait before another attempt."""
    stopping: str = ""
    """The signal after which no further call goes out; those in flight are let end."""

    @property
    def failed(self) -> int:
        """Prompts that ended in a fault."""
        return sum(count for fate, count in self.fates.items() if fate.startswith("fault:"))


Watch = Callable[[Progress], None]
