"""Writes to the ledger from many conversations at once, with one commit for all that wait."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Self

from constitution.ledger import Entry, Ledger


class Recorder:
    """A queue in front of the ledger; a write is on disk when its ``await`` returns."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._thread = ThreadPoolExecutor(1, "ledger")
        self._intents: list[tuple[tuple[str, str], asyncio.Future[None]]] = []
        self._entries: list[tuple[Entry, asyncio.Future[None]]] = []
        self._wake = asyncio.Event()
        self._worker: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._worker = asyncio.create_task(self._work())
        return self

    async def __aexit__(self, *error: object) -> None:
        if self._worker is not None:
            self._worker.cancel()
            await asyncio.gather(self._worker, return_exceptions=True)
        self._thread.shutdown(wait=True)

    async def intend(self, digest: str, time: str) -> None:
        """The request is about to be sent."""
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._intents.append(((digest, time), done))
        self._wake.set()
        await done

    async def keep(self, entry: Entry) -> None:
        """The reply is kept."""
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._entries.append((entry, done))
        self._wake.set()
        await done

    async def set_aside(self, digest: str, reason: str, time: str) -> None:
        """The request is remembered as one that the provider will not take."""
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(self._thread, self._ledger.set_aside, digest, reason, time)

    async def _work(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            intents, self._intents = self._intents, []
            entries, self._entries = self._entries, []
            if intents:
                write = partial(self._ledger.intend, [row for row, _ in intents])
                await self._commit(write, [done for _, done in intents])
            if entries:
                write = partial(self._ledger.keep, [entry for entry, _ in entries])
                await self._commit(write, [done for _, done in entries])

    async def _commit(self, write: Callable[[], None], waiting: list[asyncio.Future[None]]) -> None:
        try:
            await asyncio.get_running_loop().run_in_executor(self._thread, write)
        except Exception as error:  # whatever it is, it belongs to those who wait, or they would wait for ever
            for done in waiting:
                if not done.done():
                    done.set_exception(error)
            return
        for done in waiting:
            if not done.done():
                done.set_result(None)
