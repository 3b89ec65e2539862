"""How much room a disk has left, without asking it each time."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

LOOK = 1.0
"""Seconds for which the disk is taken to have the room that it had, less what was written since."""
WEIGHT = 2**15
"""Bytes that a write is taken to need beside its text: two pages."""


class Room:
    """The room on the disk of one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._looked = 0.0
        self._free = 0

    def is_less_than(self, wanted: int) -> bool:
        """Whether fewer bytes than these are free; that there are enough is known from within a second."""
        now = time.monotonic()
        if now >= self._looked + LOOK or self._free < wanted:
            self._free, self._looked = shutil.disk_usage(self.folder).free, now
        return self._free < wanted

    def shrinks(self, writes: int, text: int) -> None:
        """So many writes are made, with so many bytes of text."""
        self._free -= WEIGHT * writes + text
