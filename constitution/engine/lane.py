"""A lane to one model: how many calls it takes at a time, learnt from its answers and from what it says."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable
from types import TracebackType
from typing import Self

from constitution.core.asking import Usage
from constitution.engine.breaker import Breaker
from constitution.engine.places import Places, Waiter
from constitution.engine.quotas import Quotas
from constitution.engine.retry import Patience
from constitution.errors import Transient
from constitution.providers.allowances import Allowance

START = 20
"""Calls at a time before anything is known of the provider."""
SOON = 0.001
"""Seconds; no timer is shorter, so that a clock that stands still keeps nobody busy."""


class Lane:
    """Slow start, then additive increase and multiplicative decrease (Jacobson 1988; Chiu & Jain 1989).

    The limit doubles with each window of answers until the first loss, grows by one a window from then on, and is
    halved by a loss, once a window. It grows only while it is used up. All waiting is by a clock that never jumps.
    """

    def __init__(
        self, breaker: Breaker, places: Places, patience: Patience, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.limit = float(min(places.most, START))
        self.in_flight = 0
        self.waiting: deque[Waiter] = deque()
        self.breaker = breaker
        """Of its provider; other lanes may have the same."""
        self._places = places
        self._quotas = Quotas(places.most, patience.longest)
        self._clock = clock
        self._slow_until = float(places.most)
        self._window = 0
        self._opened = breaker.opened
        self._timer: asyncio.TimerHandle | None = None
        self._halted: Exception | None = None
        places.open(self)

    def turn(self) -> Turn:
        """Inside it the call has a place; raises what the lane was halted with."""
        return Turn(self)

    def halt(self, why: Exception) -> None:
        """Let nobody wait any longer: who waits for a turn, or will, gets this error."""
        self._halted = why
        while self.waiting:
            waiter = self.waiting.popleft()[1]
            if not waiter.done():
                waiter.set_exception(why)

    def told(self, allowance: Allowance | None) -> None:
        """The provider said with an answer what may still be asked."""
        self._quotas.told(allowance, self._clock())

    def answered(self, turn: Turn, usage: Usage | None = None) -> None:
        """A call came to an end that says that the provider is there."""
        self.breaker.answered()
        self._quotas.answered()
        if usage is not None:
            self._quotas.spent(usage)
        if turn.window == self._window and int(self.limit) <= self.in_flight < self._places.most:
            step = 1.0 if self.limit < self._slow_until else 1.0 / self.limit
            self.limit = min(float(self._places.most), self.limit + step)
            self._places.hand_out()  # what else has changed, the end of this turn tells

    def failed(self, turn: Turn, failure: Transient) -> None:
        """A call failed in a way that may pass. Raises ``ProviderGone`` once nothing has come back for too long."""
        if (failure.overloaded or failure.timed_out) and turn.window == self._window:
            # Calls that went out before the last cut say nothing new.
            self._window += 1
            self.limit = self._slow_until = max(1.0, self.limit / 2)
        if failure.overloaded:
            self._quotas.turned_away()
        self.breaker.failed(failure, self._clock(), probe=turn.probe)
        self._heed()

    async def enter(self) -> bool:
        """A place is taken, as soon as there is one; returns whether the call is a probe."""
        if self._halted is not None:
            raise self._halted
        if not self.waiting and self._places.taken < self._places.most and self.lets_go():
            return self.take()
        place: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self.waiting.append((self._places.number(), place))
        self._places.hand_out()
        try:
            return await place
        except asyncio.CancelledError:
            if place.done() and not place.cancelled() and place.exception() is None:
                self.leave(probe=place.result())  # it was given a place and went away before it knew
            raise

    def lets_go(self) -> bool:
        """Whether one more call may go now."""
        self._heed()
        if self.breaker.is_open:
            return self.breaker.lets_go(self._clock())
        return self.in_flight < int(self.limit) and self._quotas.free_at(self.in_flight, now := self._clock()) <= now

    def take(self) -> bool:
        """A place is taken; returns whether the call is a probe."""
        self.in_flight += 1
        self._places.taken += 1
        self._quotas.goes(self._clock())
        self.breaker.probing = self.breaker.probing or self.breaker.is_open
        return self.breaker.is_open

    def leave(self, *, probe: bool) -> None:
        """A place is free again."""
        self.in_flight -= 1
        self._places.taken -= 1
        if probe:
            self.breaker.probing = False  # however it ended, another may go
        self._places.hand_out()

    def wake_in_time(self) -> None:
        """Have places handed out again once time alone lets a call go."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        due = self._due(now := self._clock())
        if due is not None:
            self._timer = asyncio.get_running_loop().call_later(max(SOON, due - now), self._places.hand_out)

    def _heed(self) -> None:
        """After the breaker opened the lane begins anew with one call, and comes back to where it was by doubling."""
        if self._opened < self.breaker.opened:
            self._opened = self.breaker.opened
            self._window += 1
            self._slow_until, self.limit = max(self._slow_until, self.limit), 1.0

    def _due(self, now: float) -> float | None:
        """When a call may go if nothing else happens; None where only the end of another call can make room."""
        if self.breaker.is_open:
            return None if self.breaker.probing else self.breaker.next_probe
        if self.in_flight >= int(self.limit):
            return None
        return self._quotas.free_at(self.in_flight, now)  # which may have come since ``lets_go`` looked at the clock


class Turn:
    """One call's turn in its lane."""

    __slots__ = ("_lane", "probe", "window")

    def __init__(self, lane: Lane) -> None:
        self._lane = lane
        self.window = 0
        """How often the limit had been cut when the call went out."""
        self.probe = False
        """Whether it is to find out if the provider is back."""

    async def __aenter__(self) -> Self:
        self.probe = await self._lane.enter()
        self.window = self._lane._window
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._lane.leave(probe=self.probe)
