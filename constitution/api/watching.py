"""While a run goes on: its counts beside the out folder's marker, for whoever looks from another terminal."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from constitution.dataset.snapshot import Snapshot, State, write_snapshot
from constitution.engine.caller import now
from constitution.engine.progress import Progress

EVERY = 1.0
"""Seconds between two snapshots."""


@asynccontextmanager
async def told(out: Path | None, run_id: str, progress: Progress) -> AsyncIterator[None]:
    """Inside, the out folder says how far the run is; at the end, whether it goes on to write or stopped."""
    if out is None:
        yield
        return
    started, place = now(), out

    def tell(state: State) -> None:
        write_snapshot(place, _snapshot(run_id, started, state, progress))

    ticking = asyncio.create_task(_tick(lambda: tell("asking")))
    end: State = "stopped"
    try:
        yield
        end = "writing"
    finally:
        ticking.cancel()
        tell(end)


async def _tick(tell: Callable[[], None]) -> None:
    while True:
        tell()
        await asyncio.sleep(EVERY)


def _snapshot(run_id: str, started: str, state: State, progress: Progress) -> Snapshot:
    return Snapshot(
        run_id=run_id,
        started=started,
        time=now(),
        state=state,
        prompts=progress.prompts,
        done=progress.done,
        fates=dict(progress.fates),
        asked=progress.asked,
        reused=progress.reused,
        in_flight=progress.in_flight,
        waiting=progress.waiting,
    )
