"""Processor time a call and the time on the clock, beside a loop written by hand: same server, same run, in turn."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks import bare, ours
from constitution.core.asking import Reply
from constitution.core.digest import digest
from constitution.engine.recorder import Recorder
from constitution.ledger import Entry, open_ledger
from constitution.providers.keys import Key
from constitution.providers.openai import OpenAI
from constitution.providers.provider import Provider

ROUNDS = 5
CONCURRENCY = 64
CALLS = 2000
"""Calls of one round that are answered at once."""
SLOW_CALLS = 100 * CONCURRENCY
"""Calls of one round that are answered after 200 ms."""


@dataclass(frozen=True)
class Taken:
    """What a round took: milliseconds of the processor a call, of all threads, and seconds on the clock."""

    cpu: float
    wall: float


def timed(work: Callable[[], Coroutine[Any, Any, Any]], calls: int) -> Taken:
    """What the work takes in an event loop of its own."""
    cpu, wall = time.process_time(), time.perf_counter()
    asyncio.run(work())
    return Taken((time.process_time() - cpu) / calls * 1000, time.perf_counter() - wall)


def in_turn(works: dict[str, Callable[[], Coroutine[Any, Any, Any]]], calls: int) -> dict[str, list[Taken]]:
    """What each takes, round by round."""
    taken: dict[str, list[Taken]] = {name: [] for name in works}
    for _ in range(ROUNDS):
        for name, work in works.items():
            taken[name].append(timed(work, calls))
    return taken


def cpu(url: str) -> Iterator[str]:
    """The engine and its parts, each as a multiple of the loop written by hand."""
    base = f"{url}/0/v1"
    with TemporaryDirectory(dir=Path.cwd()) as folder:
        names = (Path(folder) / f"{number}.db" for number in range(10 * ROUNDS))
        texts = ours.texts(CALLS)
        taken = in_turn(
            {
                "a loop by hand": lambda: bare.ask_all(base, texts, concurrency=CONCURRENCY),
                "provider alone": lambda: _provider_alone(ours.provider(base)),
                "provider through its SDK": lambda: _provider_alone(OpenAI(base, Key("none"))),
                "ledger alone": lambda: _ledger_alone(next(names)),
                "engine, provider and ledger": lambda: ours.run_all(
                    base, texts, concurrency=CONCURRENCY, ledger=next(names)
                ),
            },
            CALLS,
        )
    hand = taken["a loop by hand"]
    yield f"{CALLS} calls, {CONCURRENCY} at a time, no latency: processor time a call, median of {ROUNDS}"
    for name, rounds in taken.items():
        ratio = median(one.cpu / other.cpu for one, other in zip(rounds, hand, strict=True))
        yield f"  {name:<28} {median(each.cpu for each in rounds):6.3f} ms  {ratio:5.1f} x"


def wall(url: str) -> Iterator[str]:
    """The time on the clock where each answer takes 200 ms."""
    base, texts = f"{url}/200/v1", ours.texts(SLOW_CALLS)
    with TemporaryDirectory(dir=Path.cwd()) as folder:
        names = (Path(folder) / f"{number}.db" for number in range(ROUNDS))
        taken = in_turn(
            {
                "hand": lambda: bare.ask_all(base, texts, concurrency=CONCURRENCY),
                "ours": lambda: ours.run_all(base, texts, concurrency=CONCURRENCY, ledger=next(names)),
            },
            SLOW_CALLS,
        )
    hand, own = taken["hand"], taken["ours"]
    yield f"{SLOW_CALLS} calls, {CONCURRENCY} at a time, 200 ms each: beside a loop by hand, median of {ROUNDS}"
    yield (f"  on the clock {median(each.wall for each in own):.2f} s beside {median(each.wall for each in hand):.2f} s"
           f"  {median(o.wall / h.wall for o, h in zip(own, hand, strict=True)):.3f} x")  # fmt: skip
    yield (f"  processor {median(each.cpu for each in own):.3f} ms a call beside"
           f" {median(each.cpu for each in hand):.3f} ms"
           f"  {median(o.cpu / h.cpu for o, h in zip(own, hand, strict=True)):.1f} x")  # fmt: skip


async def _at_most(calls: Iterable[Coroutine[Any, Any, Any]]) -> None:
    """The calls, as many at a time as the others make."""
    places = asyncio.Semaphore(CONCURRENCY)

    async def one(call: Coroutine[Any, Any, Any]) -> None:
        async with places:
            await call

    await asyncio.gather(*(one(call) for call in calls))


async def _provider_alone(provider: Provider) -> None:
    await _at_most(provider.answer(request) for request in ours.requests(CALLS))
    await provider.close()


async def _ledger_alone(path: Path) -> None:
    """Each call noted before it goes out and kept when it is answered, both durable."""
    reply = Reply(text="word " * 200, model_returned="fixed-1")
    with closing(open_ledger(path)) as ledger:
        async with Recorder(ledger) as recorder:

            async def keep(name: str) -> None:
                attempt = await recorder.begin(name, "2026-01-01T00:00:00Z")
                await recorder.keep(Entry(name, ours.MODEL, reply, "2026-01-01T00:00:00Z"), attempt)

            await _at_most(keep(digest(number)) for number in range(CALLS))
