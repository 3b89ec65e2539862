"""One door to all models: the ledger first, equal requests once, no more at a time than allowed."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

from constitution.core.asking import Reply, Request
from constitution.engine.answering import answer_in_time
from constitution.engine.bill import Bill
from constitution.engine.budget import Budget, Hold
from constitution.engine.flights import Flights
from constitution.engine.lane import Lane, Turn
from constitution.engine.lanes import Lanes
from constitution.engine.prices import Prices
from constitution.engine.progress import Progress, Watch
from constitution.engine.recorder import Recorder, whatever_comes
from constitution.engine.retry import Patience
from constitution.engine.strangers import Strangers
from constitution.errors import BrokenBody, CallFailed, Capped, ProviderGone, Quarantined, Transient
from constitution.ledger import Attempt, Entry, Ledger
from constitution.providers.provider import Provider


def now() -> str:
    """The time in UTC, as RFC 3339."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


class Caller:
    """Answers requests; a reply is on disk before it counts and before its place is free for another call."""

    def __init__(
        self,
        ledger: Ledger,
        recorder: Recorder,
        provider_of: Callable[[str], Provider],
        *,
        concurrency: int,
        patience: Patience,
        progress: Progress,
        watch: Watch,
        pin_model: bool = False,
        budget: Budget | None = None,
    ) -> None:
        self._ledger = ledger
        self._recorder = recorder
        self._provider_of = provider_of
        self.lanes = Lanes(concurrency, patience)
        self._patience = patience
        self._flights = Flights()
        self._seen: set[int] = set()
        """Hashes of the requests that were answered; the digests themselves would take four times the room."""
        self.progress = progress
        self.watch = watch
        self.strangers = Strangers(pinned=pin_model)
        self.budget = budget or Budget(Prices())
        self.bill = Bill(self.budget.prices)
        """What the replies cost that were bought in this run."""
        self.reused: Callable[[Entry], object] = lambda _: None
        """Is told of each reply that was in the ledger, every time that it is asked for."""
        self.lost = 0
        """Replies that were paid for and that the ledger did not take."""
        self.stop: Exception | None = None
        """Why no further call goes out."""
        self._stopping = asyncio.Event()

    def halt(self, why: Exception) -> None:
        """Let calls in flight end and send no other; the first reason stays."""
        self.stop = self.stop or why
        self._stopping.set()
        self.budget.halt(self.stop)
        self.lanes.halt(self.stop)

    async def reply(self, request: Request) -> Reply:
        """The reply to this request; raises ``CallFailed``, ``ProviderGone``, ``Stopped`` or ``Interrupted``."""
        return self.at_hand(request) or await self.bought(request)

    def at_hand(self, request: Request) -> Reply | None:
        """The reply that the ledger has, without waiting; None also while somebody is asking for it."""
        digest = request.digest
        kept = None if self._flights.get(digest) else self._ledger.get(digest)
        if kept is None:
            return None
        if (name := hash(digest)) not in self._seen:
            self._seen.add(name)
            self.progress.reused += 1
            self._met(request, kept.reply)
        self.reused(kept)
        return kept.reply

    async def bought(self, request: Request) -> Reply:
        """What ``reply`` returns, for a request that was not ``at_hand`` just now."""
        digest = request.digest
        if (flight := self._flights.get(digest)) is not None:
            return await flight.landing()
        if (reason := self._ledger.quarantined(digest)) is not None:
            raise Quarantined(reason)
        return await self._flights.start(digest, partial(self._bought_now, request)).landing()

    async def settle(self, within: float | None = None) -> None:
        """Wait until all calls in flight have ended, or for so many seconds; who is cancelled here cancels none."""
        await self._flights.settle(within)

    def abandon(self) -> None:
        """Give up the calls in flight; they may have been paid for."""
        self._flights.abandon(self.stop)

    async def _bought_now(self, request: Request) -> Reply:
        try:
            return await self._attempts(request)
        except CallFailed:
            raise
        except Exception as error:  # whatever it is, it is no matter of this prompt alone
            self.halt(error)
            raise

    async def _attempts(self, request: Request) -> Reply:
        """The first reply that comes; raises the failure after which no further attempt is made.

        Between two attempts it has no place: others go on meanwhile, and it comes after those who waited before.
        """
        lane, first_end, number, broken = self.lanes.of(request.model), None, 0, 0
        while True:
            number += 1
            try:
                return await self._attempt(request, lane, number)
            except Transient as failure:
                broken += isinstance(failure, BrokenBody)
                first_end = time.monotonic() if first_end is None else first_end
                if self._patience.over(number, broken, time.monotonic() - first_end, failure):
                    raise
                await self._wait(self._patience.wait(number, failure))
                if self.stop is not None:
                    raise self.stop from failure

    async def _attempt(self, request: Request, lane: Lane, number: int) -> Reply:
        """One attempt. Its place is free once its reply is handed to the ledger, which writes what it gets in order.

        So whoever is given the place next, and is noted before it goes out, goes out after the reply is on disk; and
        one commit serves both.
        """
        async with lane.turn() as turn, self.budget.hold(request) as hold:
            if self.stop is not None:
                raise self.stop
            self.progress.in_flight += 1
            self.watch(self.progress)
            try:
                attempt, reply = await self._call(request, lane, turn, hold)
                entry = Entry(request.digest, request.model, reply, now(), number)
                keeping = self._recorder.keep(entry, attempt)
                self._met(request, reply)  # before its place is another's, which may then be the last
            finally:
                self.progress.in_flight -= 1
        first = await self._kept(entry, keeping)
        self._bought(request, reply, distinct=first is reply)
        self.watch(self.progress)
        return first

    async def _call(self, request: Request, lane: Lane, turn: Turn, hold: Hold) -> tuple[Attempt, Reply]:
        """One call, noted before it goes out, and noted when it ends without a reply."""
        attempt = await self._recorder.begin(request.digest, now())
        # A call that a cap had counted still goes; after anything else, and after a reply that was lost, none does.
        if self.stop is not None and (self.lost or not isinstance(self.stop, Capped)):
            await self._recorder.fail(attempt, Transient("never sent: the run was ending"))
            raise self.stop
        hold.goes_out()
        self.progress.attempts += 1
        provider = self._provider_of(request.provider)
        try:
            reply = await answer_in_time(provider, request)
        except (CallFailed, ProviderGone) as failure:
            lane.told(provider.allowance())
            hold.failed(failure)
            await self._recorder.fail(attempt, failure)
            lane.failed(turn, failure) if isinstance(failure, Transient) else lane.answered(turn)
            raise
        lane.told(provider.allowance())
        hold.answered(reply.usage)
        lane.answered(turn, reply.usage)
        return attempt, reply

    async def _kept(self, entry: Entry, keeping: asyncio.Future[bool]) -> Reply:
        """The reply that is kept for this request: of two the first."""
        try:
            if await whatever_comes(keeping):
                return entry.reply
        except Exception:  # whatever it is, the reply was paid for
            self.lost += 1
            raise
        kept = self._ledger.get(entry.digest)
        return entry.reply if kept is None else kept.reply

    async def _wait(self, seconds: float) -> None:
        self.progress.waiting += 1
        self.watch(self.progress)
        try:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), seconds)
        finally:
            self.progress.waiting -= 1

    def _bought(self, request: Request, reply: Reply, *, distinct: bool) -> None:
        """Count a reply; the tokens of one that is not ``distinct`` were paid for as well."""
        self.bill.add(request.model, reply.usage)
        self._seen.add(hash(request.digest))
        self.progress.asked += distinct

    def _met(self, request: Request, reply: Reply) -> None:
        """An answer by a model of another family is counted, and where models are pinned the last of this run."""
        if why := self.strangers.look(request, reply):
            self.halt(why)
