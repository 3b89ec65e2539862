"""Runs an order: opens what is needed, drives the stage, writes the dataset folder."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

from constitution.api.calling import Calling, finished, nobody, unless_interrupted
from constitution.api.detours import noting
from constitution.api.order import Order
from constitution.api.preparing import Prepared, prepare
from constitution.api.result import Run
from constitution.api.settling import Hear, Settling
from constitution.api.watching import told
from constitution.api.writing import begin_folder, growing_dataset
from constitution.core.trail import Trail
from constitution.engine.caller import Caller
from constitution.engine.progress import Watch
from constitution.engine.run import run_trails
from constitution.ledger import Ledger, open_ledger
from constitution.spool import Spool

__all__ = ["arun", "run", "unless_interrupted"]

NEW_OBJECTS = 10_000
"""Between two looks for cycles; a few megabytes."""


def run(order: Order | Prepared, *, watch: Watch | None = None, hear: Hear | None = None) -> Run:
    """What ``arun`` returns, without ``await``; inside a running event loop it runs in a thread of its own.

    Ctrl-C while that thread is waited for is answered as ``arun`` answers it.
    """
    return finished(arun(order, watch=watch, hear=hear))


async def arun(order: Order | Prepared, *, watch: Watch | None = None, hear: Hear | None = None) -> Run:
    """The finished run; its dataset folder, if one was asked for, is whole and in its place.

    ``watch`` is told how far it is, ``hear`` of each trail that settled; none is kept in memory.

    The first Ctrl-C lets calls in flight end, the second gives them up; both raise ``Interrupted``. Where this task is
    cancelled, as by ``asyncio.wait_for``, calls in flight have a minute to end and are kept, and a second cancellation
    gives them up; then ``CancelledError`` goes on. Raises
    ``Mistake`` before anything is asked, ``Stopped`` and ``ProviderGone`` with what was paid for kept.
    """
    prepared = order if isinstance(order, Prepared) else prepare(order)
    order = prepared.order
    out = None if order.out is None else Path(order.out)
    with closing(open_ledger(prepared.ledger)) as ledger, ExitStack() as at_the_end, seldom_collected():
        with unless_interrupted("before anything was asked"):
            if order.retry_faults:
                ledger.forget_quarantine()
            if out is not None:
                begin_folder(out, prepared)
            folder = at_the_end.enter_context(growing_dataset(out, prepared))
        settling = Settling(ledger, folder, hear)
        trails, caller = await _trails(prepared, ledger, watch or nobody, settling)
        if folder is not None:
            with unless_interrupted("before the dataset was in its place; every reply is kept"):
                folder.finish()
    progress = caller.progress
    return Run(
        run_id=prepared.run_id,
        trails=trails,
        fates=settling.fates,
        paired=settling.paired,
        asked=progress.asked,
        attempts=progress.attempts,
        reused=progress.reused,
        out=out,
        bill=caller.bill,
        wanted=order.accept,
        notes=(*prepared.notes, *caller.strangers.notes()),
        terms=prepared.conditions.terms,
    )


@contextmanager
def seldom_collected() -> Iterator[None]:
    """Inside, Python looks for cycles less often: a run makes many objects and few cycles, and the looks add up."""
    before = gc.get_threshold()
    if before[0] == 0 or before[0] >= NEW_OBJECTS:  # somebody has switched it off, or asked for the same
        yield
        return
    gc.set_threshold(NEW_OBJECTS, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


async def _trails(
    prepared: Prepared, ledger: Ledger, watch: Watch, settling: Settling
) -> tuple[Sequence[Trail], Caller]:
    order = prepared.order
    out = None if order.out is None else Path(order.out)
    calling = Calling(
        concurrency=order.concurrency,
        caps=order,
        watch=watch,
        prices=prepared.prices,
        providers=prepared.commands.providers,
    )
    async with calling.over(ledger, prepared.endpoints) as caller, told(out, prepared.run_id, caller.progress):
        if out is not None:
            caller.reused = settling.behind.reused
        trails = await run_trails(
            noting(prepared.stage, settling.detours),
            prepared.prompts,
            caller,
            workers=2 * order.concurrency,
            accept=order.accept,
            max_failures=order.max_failures,
            kept=Spool(Trail, folder=prepared.ledger.parent),
            settled=settling.settle,
        )
        return trails, caller
