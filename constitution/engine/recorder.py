"""Writes to the ledger from many conversations at once: one thread, one commit for all that has queued up."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from queue import SimpleQueue
from threading import Thread
from typing import Any, Literal, NamedTuple, Self

from constitution.errors import BrokenBody, CallFailed, ConstitutionError, ProviderGone, Quarantined, Stopped, Transient
from constitution.ledger import Attempt, Entry, Ledger

Kind = Literal["begun", "kept", "ended"]
Told = frozenset[int] | Exception
"""Numbers of the attempts of its commit whose replies are duplicates, or why it could not be written."""


class Write(NamedTuple):
    """What is to be written, and who waits for it."""

    kind: Kind
    item: Any
    done: asyncio.Future[bool]


class Recorder:
    """A queue in front of the ledger; a write is on disk when its ``await`` returns.

    At the end all that was handed over is written, even what nobody awaits any more.
    """

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._waiting: list[Write] = []
        self._handed: SimpleQueue[list[Write] | None] = SimpleQueue()
        self._thread = Thread(target=self._work, name="ledger", daemon=True)
        self._open = False
        self._last = self.before = ledger.last_attempt()
        """Attempts up to this number were made by earlier runs."""

    async def __aenter__(self) -> Self:
        self._loop = asyncio.get_running_loop()
        self._ended = asyncio.Event()
        self._thread.start()
        self._open = True
        return self

    async def __aexit__(self, *error: object) -> None:
        self._open = False
        self._hand_over()
        self._handed.put(None)
        try:
            await self._ended.wait()
        finally:
            self._thread.join()

    async def begin(self, digest: str, time: str) -> Attempt:
        """The attempt that is about to go out, noted."""
        self._last += 1
        attempt = Attempt(self._last, digest, time)
        await self._write("begun", attempt)
        return attempt

    def keep(self, entry: Entry, attempt: Attempt) -> asyncio.Future[bool]:
        """The reply is handed over now, before whatever is handed over later.

        Once awaited it is kept and its attempt settled; False where an earlier reply to the same request stays.
        """
        return self._write("kept", (entry, attempt.number))

    async def fail(self, attempt: Attempt, failure: CallFailed | ProviderGone) -> None:
        """The attempt ended without a reply; one that may have been paid for unheard stays open."""
        if isinstance(failure, BrokenBody):
            await self._write("ended", replace(attempt, outcome="broken", detail=str(failure), body=failure.body))
        elif isinstance(failure, Quarantined):
            await self._write("ended", replace(attempt, outcome="quarantined", detail=str(failure)))
        elif not (isinstance(failure, Transient) and failure.maybe_paid):
            await self._write("ended", replace(attempt, outcome="failed", detail=str(failure)))

    def _write(self, kind: Kind, item: Any) -> asyncio.Future[bool]:
        """Once awaited the item is written; False for a reply where an earlier one stays."""
        if not self._open:
            raise ConstitutionError("nobody writes to the ledger any more")
        done = Keeping(loop=self._loop) if kind == "kept" else self._loop.create_future()
        if not self._waiting:
            # With all that comes in this turn of the loop, and in the next: who is given a place that has just been
            # left is noted by the same commit as the reply before.
            self._loop.call_soon(self._loop.call_soon, self._hand_over)
        self._waiting.append(Write(kind, item, done))
        return done

    def _hand_over(self) -> None:
        if self._waiting:
            self._handed.put(self._waiting)
            self._waiting = []

    def _work(self) -> None:
        """In a thread of its own: write what has queued up, together, until nothing more can come."""
        more = True
        while more:
            handed = [self._handed.get()]
            while not self._handed.empty():
                handed.append(self._handed.get())
            waiting = [write for some in handed if some is not None for write in some]
            more = handed[-1] is not None
            if waiting:
                self._loop.call_soon_threadsafe(_tell, self._written(waiting))
        self._loop.call_soon_threadsafe(self._ended.set)

    def _written(self, waiting: Sequence[Write]) -> list[tuple[Write, Told]]:
        """What each is told: an error is that of all that could not be written without it."""
        try:
            told = self._ledger.write(**_by_kind(waiting))
        except Stopped as error:
            # No further call goes out, while replies that are paid for are tried once more without it.
            paid = [write for write in waiting if write.kind != "begun"]
            if len(paid) in (0, len(waiting)):
                return [(write, error) for write in waiting]
            return [*((write, error) for write in waiting if write.kind == "begun"), *self._written(paid)]
        except Exception as error:  # whatever it is, it belongs to those who wait, or they would wait for ever
            if len(waiting) == 1:
                return [(waiting[0], error)]
            return [told for write in waiting for told in self._written([write])]
        return [(write, told) for write in waiting]


class Keeping(asyncio.Future[bool]):
    """What comes of a reply that was handed over: it is written in any case, so nobody can give it up.

    Whoever waits for it is told in the same turn of the loop, before whatever was handed over later goes on.
    """

    def cancel(self, *_: object, **__: object) -> bool:
        """Nothing; the task that waits is cancelled once this is done."""
        return False


async def whatever_comes(keeping: asyncio.Future[bool]) -> bool:
    """Whether the reply was kept; it counts though its call was given up meanwhile."""
    try:
        return await keeping
    except asyncio.CancelledError:
        return keeping.result()


def _by_kind(waiting: Sequence[Write]) -> dict[Kind, list[Any]]:
    found: dict[Kind, list[Any]] = {"begun": [], "kept": [], "ended": []}
    for write in waiting:
        found[write.kind].append(write.item)
    return found


def _tell(ends: Sequence[tuple[Write, Told]]) -> None:
    for write, told in ends:
        if write.done.done():
            continue  # nobody waits for it any more
        if isinstance(told, Exception):
            write.done.set_exception(told)
        else:
            write.done.set_result(write.kind != "kept" or write.item[1] not in told)
