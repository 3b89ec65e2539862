"""Places: how many calls a run has in flight at once, over all its lanes; a freed place goes to who waited longest."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Protocol

Waiter = tuple[int, asyncio.Future[bool]]
"""When it came, as a number, and the future that is told of a place: whether the call is a probe."""


class Line(Protocol):
    """Those who wait for a place in one lane."""

    waiting: deque[Waiter]

    def lets_go(self) -> bool:
        """Whether the lane takes one more call now."""
        ...

    def take(self) -> bool:
        """A place is taken; returns whether the call is a probe."""
        ...

    def wake_in_time(self) -> None:
        """Have places handed out again once time alone lets a call go."""
        ...


class Places:
    """At most ``most`` are taken. Each change of a lane that may let a call go is followed by ``hand_out``.

    A place is taken for a waiter before it wakes, so nobody who comes later can take it first, and one freed place
    wakes one waiter.
    """

    def __init__(self, most: int) -> None:
        self.most = most
        self.taken = 0
        self._lines: list[Line] = []
        self._came = 0

    def open(self, line: Line) -> None:
        """From now on the line is served."""
        self._lines.append(line)

    def number(self) -> int:
        """The number of somebody who comes to wait now."""
        self._came += 1
        return self._came

    def hand_out(self) -> None:
        """Whoever may go has a place, first come, first served; nobody waits for a lane on which another waits."""
        while self.taken < self.most:
            ready = [line for line in self._lines if self._first(line) and line.lets_go()]
            if not ready:
                break
            line = ready[0] if len(ready) == 1 else min(ready, key=lambda each: each.waiting[0][0])
            line.waiting.popleft()[1].set_result(line.take())
        else:
            return  # the next place that is freed comes by here again
        for line in self._lines:
            if line.waiting:
                line.wake_in_time()

    def _first(self, line: Line) -> bool:
        """Whether somebody waits there; who has gone away is out of the line afterwards."""
        while line.waiting and line.waiting[0][1].done():
            line.waiting.popleft()
        return bool(line.waiting)
