"""A lane to one provider: how many calls it takes at a time, learnt from its answers, and a breaker for bad times."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from constitution.engine.retry import Patience
from constitution.errors import ProviderGone, Transient

START = 20
"""Calls at a time before anything is known of the provider."""
IN_A_ROW = 8
"""Failures in a row, of all calls together, that open the breaker; more than one call alone can have."""


@dataclass
class Turn:
    """One call's turn in the lane."""

    epoch: int
    """How often the limit had been halved when the call went out."""


@dataclass
class Lane:
    """Additive increase, multiplicative decrease (Chiu & Jain 1989); the breaker lets one probe through at a time."""

    name: str
    most: int
    """Calls at a time, at the very most."""
    cooldown: float = 1.0
    """Seconds before the first probe of an open breaker; doubles up to a minute."""
    deadline: float = 600.0
    """Seconds without any success after which the provider counts as gone."""
    first_deadline: float = 60.0
    """The same for one that never answered: it was most likely never there."""
    clock: Callable[[], float] = time.monotonic
    limit: float = field(init=False)
    in_flight: int = 0
    _epoch: int = 0
    _failures: int = 0
    _seen: bool = False
    _probing: bool = False
    _since: float | None = None
    """When the breaker opened."""
    _next_probe: float = 0.0
    _halted: Exception | None = None
    _notified: asyncio.Future[None] | None = None
    _changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    def __post_init__(self) -> None:
        self.limit = float(min(self.most, START))

    @property
    def is_open(self) -> bool:
        """Whether the breaker keeps calls back."""
        return self._since is not None

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[Turn]:
        """A place in the lane, as soon as there is one."""
        async with self._changed:
            while not self._free():
                await self._wait()
                if self._halted is not None:
                    raise self._halted
            probe = self._probing = self.is_open
            self.in_flight += 1
        try:
            yield Turn(self._epoch)
        finally:
            async with self._changed:
                self._probing = self._probing and not probe  # however the probe ended, another may go
                self.in_flight -= 1
                self._changed.notify_all()

    def halt(self, why: Exception) -> None:
        """Let nobody wait any longer: who waits for a turn gets this error."""
        self._halted = why
        self._notified = asyncio.ensure_future(self._notify())

    async def _notify(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    def answered(self) -> None:
        """A call came to an end that says that the provider is there."""
        self._seen, self._failures, self._since = True, 0, None
        self.limit = min(float(self.most), self.limit + 1.0 / self.limit)

    def failed(self, turn: Turn, failure: Transient) -> None:
        """A call failed in a way that may pass. Raises ``ProviderGone`` once nothing has come back for too long."""
        if failure.overloaded and turn.epoch == self._epoch:
            # Calls that went out before the last halving say nothing new.
            self._epoch += 1
            self.limit = max(1.0, self.limit / 2)
        if failure.overloaded and failure.retry_after is not None:
            self._seen, self._failures, self._since = True, 0, None  # it is there and says when to come back
            return
        self._failures += 1
        if self._failures < IN_A_ROW:
            return
        now = self.clock()
        self._since = self._since if self._since is not None else now
        patience = self.deadline if self._seen else min(self.deadline, self.first_deadline)
        if now - self._since > patience:
            raise ProviderGone(
                f"no answer for {patience:g} s; the last failure was {failure.what}",
                where=failure.where or self.name,
                remedy="check the network and the provider's status",
            )
        self._next_probe = now + min(60.0, self.cooldown * 2.0 ** (self._failures - IN_A_ROW))

    def _free(self) -> bool:
        if self.is_open:
            return not self._probing and self.clock() >= self._next_probe
        return self.in_flight < max(1, int(self.limit))

    async def _wait(self) -> None:
        """Until something changed, or the next probe is due."""
        pause = max(0.0, self._next_probe - self.clock()) if self.is_open and not self._probing else None
        try:
            await asyncio.wait_for(self._changed.wait(), pause)
        except TimeoutError:
            return


def lane_to(name: str, most: int, patience: Patience) -> Lane:
    """A lane that is as patient with its provider as calls are with their answers."""
    return Lane(name, most, patience.first * 2, deadline=patience.silence, first_deadline=patience.first_silence)
