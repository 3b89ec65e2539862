"""Writes to the ledger from many conversations at once, with one commit for all that wait."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from typing import Any, Literal, Self

from constitution.errors import BrokenBody, CallFailed, ConstitutionError, Quarantined, Transient
from constitution.ledger import Attempt, Entry, Ledger

Kind = Literal["begin", "keep", "end"]
Done = asyncio.Future[frozenset[int] | None]
KINDS: tuple[Kind, ...] = ("begin", "keep", "end")


class Recorder:
    """A queue in front of the ledger; a write is on disk when its ``await`` returns.

    At the end all that was handed over is written, even what nobody awaits any more.
    """

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._thread = ThreadPoolExecutor(1, "ledger")
        self._waiting: list[tuple[Kind, Any, Done]] = []
        self._wake = asyncio.Event()
        self._worker: asyncio.Task[None] | None = None
        self._closing = False
        self._last = self.before = ledger.last_attempt()
        """Attempts up to this number were made by earlier runs."""

    async def __aenter__(self) -> Self:
        self._worker = asyncio.create_task(self._work())
        return self

    async def __aexit__(self, *error: object) -> None:
        self._closing = True
        self._wake.set()
        try:
            if self._worker is not None:
                await asyncio.wait([self._worker])
        finally:
            if self._worker is not None:
                self._worker.cancel()
            self._thread.shutdown(wait=True)

    async def begin(self, digest: str, time: str) -> Attempt:
        """The attempt that is about to go out, noted."""
        self._last += 1
        attempt = Attempt(self._last, digest, time)
        await self._write("begin", attempt)
        return attempt

    async def keep(self, entry: Entry, attempt: Attempt) -> bool:
        """The reply is kept, and its attempt settled; False where an earlier reply to the same request stays."""
        duplicates = await self._write("keep", (entry, attempt.number))
        return attempt.number not in (duplicates or ())

    async def fail(self, attempt: Attempt, failure: CallFailed) -> None:
        """The attempt ended without a reply; one that may have been paid for unheard stays open."""
        if isinstance(failure, BrokenBody):
            await self._end(replace(attempt, outcome="broken", detail=str(failure), body=failure.body))
        elif isinstance(failure, Quarantined):
            await self._end(replace(attempt, outcome="quarantined", detail=str(failure)))
        elif not (isinstance(failure, Transient) and failure.maybe_paid):
            await self._end(replace(attempt, outcome="failed", detail=str(failure)))

    async def _end(self, attempt: Attempt) -> None:
        await self._write("end", attempt)

    async def _write(self, kind: Kind, item: Any) -> frozenset[int] | None:
        """What the ledger says of the batch in which the item was written."""
        if self._worker is None or self._worker.done():
            raise ConstitutionError("nobody writes to the ledger any more")
        done: Done = asyncio.get_running_loop().create_future()
        self._waiting.append((kind, item, done))
        self._wake.set()
        return await done

    async def _work(self) -> None:
        while self._waiting or not self._closing:
            await self._wake.wait()
            self._wake.clear()
            waiting, self._waiting = self._waiting, []
            for kind in KINDS:
                await self._commit(kind, [(item, done) for each, item, done in waiting if each == kind])

    async def _commit(self, kind: Kind, waiting: list[tuple[Any, Done]]) -> None:
        if not waiting:
            return
        write = partial(getattr(self._ledger, kind), [item for item, _ in waiting])
        try:
            said = await asyncio.get_running_loop().run_in_executor(self._thread, write)
        except Exception as error:  # whatever it is, it belongs to those who wait, or they would wait for ever
            for _, done in waiting:
                if not done.done():
                    done.set_exception(error)
            return
        for _, done in waiting:
            if not done.done():
                done.set_result(said)
