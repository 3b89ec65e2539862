"""Flights: requests under way, each once, for all who ask the same meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial

from constitution.core.asking import Reply


class Flight:
    """One request under way."""

    task: asyncio.Task[None]

    def __init__(self) -> None:
        self._waiting: list[asyncio.Future[Reply]] = []

    async def landing(self) -> Reply:
        """What comes of it. Whoever waits may be cancelled; the call that is being paid for is not."""
        waiter: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
        self._waiting.append(waiter)
        return await waiter

    def lands(self, reply: Reply) -> None:
        """All who wait get this reply."""
        for waiter in self._waiting:
            if not waiter.done():
                waiter.set_result(reply)

    def fails(self, error: Exception | None) -> None:
        """All who wait get this error; without one, the call was cancelled, and so are they."""
        for waiter in self._waiting:
            if waiter.done():
                continue
            if error is None:
                waiter.cancel()
            else:
                waiter.set_exception(error)


class Flights:
    """By the digest of the request; one that has ended is no longer here."""

    def __init__(self) -> None:
        self._under_way: dict[str, Flight] = {}
        self._given_up: Exception | None = None

    def get(self, digest: str) -> Flight | None:
        """The flight that is under way for this request."""
        return self._under_way.get(digest)

    def start(self, digest: str, work: Callable[[], Awaitable[Reply]]) -> Flight:
        """From now on the work goes on by itself, whoever waits for it."""
        flight = self._under_way[digest] = Flight()
        flight.task = asyncio.create_task(self._fly(digest, flight, work))
        return flight

    async def settle(self, within: float | None = None) -> None:
        """Wait until all have ended, or for so many seconds; who is cancelled here cancels none."""
        if tasks := [flight.task for flight in self._under_way.values()]:
            await asyncio.wait(tasks, timeout=within)

    def abandon(self, why: Exception | None) -> None:
        """Give them up: who waits for one gets this error once it has ended, or is cancelled where there is none."""
        self._given_up = why
        for digest, flight in self._under_way.items():
            flight.task.add_done_callback(partial(self._end, digest, flight))  # it may not even have begun
            flight.task.cancel()

    async def _fly(self, digest: str, flight: Flight, work: Callable[[], Awaitable[Reply]]) -> None:
        try:
            flight.lands(await work())
        except Exception as error:  # whatever it is, it belongs to those who wait, or they would wait for ever
            flight.fails(error)
        except asyncio.CancelledError:
            flight.fails(self._given_up)
            raise
        finally:
            self._under_way.pop(digest, None)

    def _end(self, digest: str, flight: Flight, _: asyncio.Task[None]) -> None:
        self._under_way.pop(digest, None)
        flight.fails(self._given_up)
