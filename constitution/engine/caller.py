"""One door to all models: the ledger first, equal requests once, no more at a time than allowed."""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime

from constitution.core.asking import Reply, Request, Usage
from constitution.engine.progress import Progress, Watch
from constitution.engine.recorder import Recorder
from constitution.engine.retry import Patience
from constitution.errors import CallFailed, Quarantined, Transient
from constitution.ledger import Entry, Ledger
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
    ) -> None:
        self._ledger = ledger
        self._recorder = recorder
        self._provider_of = provider_of
        self._places = asyncio.Semaphore(concurrency)
        self._patience = patience
        self._flying: dict[str, asyncio.Task[Reply]] = {}
        self._seen: set[str] = set()
        self.progress = progress
        self.watch = watch
        self.usage: Counter[tuple[str, str]] = Counter()
        """(model, ``input`` or ``output``) to tokens that were bought in this run."""
        self.stop: Exception | None = None
        """Why no further call goes out."""
        self._stopping = asyncio.Event()

    def halt(self, why: Exception) -> None:
        """Let calls in flight end and send no other; the first reason stays."""
        self.stop = self.stop or why
        self._stopping.set()

    async def reply(self, request: Request) -> Reply:
        """The reply to this request; raises ``CallFailed``, ``ProviderGone``, ``Stopped`` or ``Interrupted``."""
        digest = request.digest
        kept = self._ledger.get(digest) if digest not in self._flying else None
        if kept is not None:
            if digest not in self._seen:
                self._seen.add(digest)
                self.progress.reused += 1
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

    async def settle(self) -> None:
        """Wait until all calls in flight have ended."""
        await asyncio.gather(*self._flying.values(), return_exceptions=True)

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
        digest = request.digest
        provider = self._provider_of(request.provider)
        for attempt in range(1, self._patience.attempts + 1):
            await self._recorder.intend(digest, now())
            self.progress.attempts += 1
            try:
                reply = await self._one_call(provider, request)
            except Transient as failure:
                if attempt == self._patience.attempts or self.stop is not None:
                    raise
                await self._wait(self._patience.wait(attempt, failure))
            except Quarantined as failure:
                await self._recorder.set_aside(digest, str(failure), now())
                raise
            else:
                await self._recorder.keep(Entry(digest, request.model, reply, now(), attempt))
                self._bought(request, reply)
                return reply
        raise CallFailed("no attempt is allowed")

    async def _one_call(self, provider: Provider, request: Request) -> Reply:
        try:
            async with asyncio.timeout(request.timeout):
                return await provider.answer(request)
        except TimeoutError as error:
            raise Transient(f"no answer within {request.timeout:g} s") from error

    async def _wait(self, seconds: float) -> None:
        self.progress.waiting += 1
        self.watch(self.progress)
        try:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), seconds)
        finally:
            self.progress.waiting -= 1

    def _bought(self, request: Request, reply: Reply) -> None:
        used = reply.usage or Usage()
        self._seen.add(request.digest)
        self.progress.asked += 1
        self.usage[request.model, "input"] += used.input
        self.usage[request.model, "output"] += used.output
