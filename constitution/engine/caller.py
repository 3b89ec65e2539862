"""One door to all models: the ledger first, equal requests once, no more at a time than allowed."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime

from constitution.core.asking import Reply, Request, Usage
from constitution.engine.answering import answer_in_time
from constitution.engine.budget import Budget
from constitution.engine.lane import Lane, lane_to
from constitution.engine.prices import Prices
from constitution.engine.progress import Progress, Watch
from constitution.engine.recorder import Recorder
from constitution.engine.retry import Patience
from constitution.engine.strangers import Strangers
from constitution.errors import BrokenBody, CallFailed, ConstitutionError, Quarantined, Transient
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
        self._concurrency = concurrency
        self._places = asyncio.Semaphore(concurrency)
        self._lanes: dict[str, Lane] = {}
        self._patience = patience
        self._flying: dict[str, asyncio.Task[Reply]] = {}
        self._seen: set[str] = set()
        self.progress = progress
        self.watch = watch
        self.usage: Counter[tuple[str, str]] = Counter()
        """(model, ``input`` or ``output``) to tokens that were bought in this run."""
        self.strangers = Strangers(pinned=pin_model)
        self.uncounted: Counter[str] = Counter()
        """Model to replies that were bought and whose tokens nobody counted."""
        self.budget = budget or Budget(Prices())
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
        for lane in self._lanes.values():
            lane.halt(self.stop)

    async def reply(self, request: Request) -> Reply:
        """The reply to this request; raises ``CallFailed``, ``ProviderGone``, ``Stopped`` or ``Interrupted``."""
        digest = request.digest
        kept = self._ledger.get(digest) if digest not in self._flying else None
        if kept is not None:
            if digest not in self._seen:
                self._seen.add(digest)
                self.progress.reused += 1
                self._met(request, kept.reply)
            return kept.reply
        if digest not in self._flying:
            reason = self._ledger.quarantined(digest)
            if reason is not None:
                raise Quarantined(reason)
            self._flying[digest] = asyncio.create_task(self._fly(request))
            self._flying[digest].add_done_callback(lambda _: self._flying.pop(digest))
        flight = self._flying[digest]
        try:
            # Shielded: whoever waits may be cancelled, the call that is being paid for may not.
            return await asyncio.shield(flight)
        except asyncio.CancelledError:
            if flight.cancelled() and self.stop is not None:
                raise self.stop from None
            raise

    async def settle(self, within: float | None = None) -> None:
        """Wait until all calls in flight have ended, or for so many seconds; who is cancelled here cancels none."""
        if flights := tuple(self._flying.values()):
            ended, _ = await asyncio.wait(flights, timeout=within)
            await asyncio.gather(*ended, return_exceptions=True)  # their errors are told to whoever asked

    def abandon(self) -> None:
        """Give up the calls in flight; they may have been paid for."""
        for task in self._flying.values():
            task.cancel()

    async def _fly(self, request: Request) -> Reply:
        async with self._places:
            if self.stop is not None:
                raise self.stop
            self.progress.in_flight += 1
            self.watch(self.progress)
            try:
                return await self._attempts(request)
            except CallFailed:
                raise
            except Exception as error:  # whatever it is, it is no matter of this prompt alone
                self.halt(error)
                raise
            finally:
                self.progress.in_flight -= 1
                self.watch(self.progress)

    async def _attempts(self, request: Request) -> Reply:
        """The first reply that comes; raises the failure after which no further attempt is made."""
        lane, started, number, broken = self._lane(request.provider), time.monotonic(), 0, 0
        while True:
            number += 1
            try:
                return await self._attempt(request, lane, number)
            except Transient as failure:
                broken += isinstance(failure, BrokenBody)
                if self._patience.over(number, broken, time.monotonic() - started, failure):
                    raise
                await self._wait(self._patience.wait(number, failure))
                if self.stop is not None:
                    raise self.stop from failure

    async def _attempt(self, request: Request, lane: Lane, number: int) -> Reply:
        """One call, noted before it goes out and kept or noted when it ends."""
        async with lane.turn() as turn, self.budget.hold(request) as hold:
            if self.stop is not None:
                raise self.stop
            attempt = await self._recorder.begin(request.digest, now())
            hold.goes_out()
            self.progress.attempts += 1
            try:
                reply = await answer_in_time(self._provider_of(request.provider), request)
            except CallFailed as failure:
                hold.failed(failure)
                await self._recorder.fail(attempt, failure)
                lane.failed(turn, failure) if isinstance(failure, Transient) else lane.answered()
                raise
            hold.answered(reply.usage)
            lane.answered()
            first = await self._keep(Entry(request.digest, request.model, reply, now(), number), attempt)
        self._bought(request, reply, distinct=first is reply)
        return first

    async def _keep(self, entry: Entry, attempt: Attempt) -> Reply:
        """The reply that is kept for this request: of two the first."""
        try:
            if await self._recorder.keep(entry, attempt):
                return entry.reply
        except ConstitutionError:
            self.lost += 1
            raise
        kept = self._ledger.get(entry.digest)
        return entry.reply if kept is None else kept.reply

    def _lane(self, provider: str) -> Lane:
        if provider not in self._lanes:
            self._lanes[provider] = lane_to(provider, self._concurrency, self._patience)
        return self._lanes[provider]

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
        used = reply.usage or Usage()
        self.uncounted[request.model] += reply.usage is None
        self._seen.add(request.digest)
        self._met(request, reply)
        self.progress.asked += distinct
        self.usage[request.model, "input"] += used.input
        self.usage[request.model, "output"] += used.output

    def _met(self, request: Request, reply: Reply) -> None:
        """An answer by a model of another family is counted, and where models are pinned the last of this run."""
        if why := self.strangers.look(request, reply):
            self.halt(why)
