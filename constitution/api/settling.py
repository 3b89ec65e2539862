"""What is made of each trail as it settles: figures, the growing dataset, and whoever else wants to know."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Callable, Sequence

from constitution.api.behind import Behind
from constitution.api.detours import Detours
from constitution.core.trail import Trail
from constitution.dataset.calls import Call
from constitution.dataset.growing import GrowingFolder
from constitution.ledger import Ledger

Hear = Callable[[Trail, Sequence[Call]], None]
"""Is told of each trail that settled, in the order of the prompts, and of the calls behind it where they are known."""


class Settling:
    """Takes the trails in the order of the prompts, and keeps none of them."""

    def __init__(self, ledger: Ledger, folder: GrowingFolder | None, hear: Hear | None) -> None:
        self._folder, self._hear = folder, hear
        self.behind = Behind(ledger)
        self.detours: Detours = {}
        """Of trails that have ended and have not settled."""
        self._count = 0
        self._fates: Counter[str] = Counter()
        self.paired = array("Q")
        """Positions of the prompts that made pairs."""

    @property
    def fates(self) -> dict[str, int]:
        """Fate to how many prompts ended so, the commonest first."""
        return dict(self._fates.most_common())

    def settle(self, trail: Trail) -> None:
        """The next trail is counted and in the dataset; raises ``Stopped`` when the disk does not take it."""
        self._fates[trail.fate or ""] += 1
        if trail.fate == "paired" and trail.pair is not None:
            self.paired.append(self._count)
        self._count += 1
        detours = self.detours.pop(trail.prompt.id, ())
        calls = () if self._folder is None else tuple(self.behind.calls(trail, detours))
        if self._folder is not None:
            self._folder.add(trail, calls)
        if self._hear is not None:
            self._hear(trail, calls)
