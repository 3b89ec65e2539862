"""Runs an order: opens what is needed, drives the stage, writes the dataset folder."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from constitution.api.calling import Calling, finished, nobody, unless_interrupted
from constitution.api.order import Order
from constitution.api.preparing import Prepared, prepare
from constitution.api.pricing import bought
from constitution.api.result import Run
from constitution.api.watching import told
from constitution.api.writing import begin_folder, write_dataset
from constitution.core.trail import Trail
from constitution.engine.caller import Caller
from constitution.engine.progress import Watch
from constitution.engine.run import run_trails
from constitution.ledger import Ledger, open_ledger

__all__ = ["arun", "run", "unless_interrupted"]


def run(order: Order | Prepared, *, watch: Watch | None = None) -> Run:
    """What ``arun`` returns, without ``await``; inside a running event loop it runs in a thread of its own.

    Ctrl-C while that thread is waited for is answered as ``arun`` answers it.
    """
    return finished(arun(order, watch=watch))


async def arun(order: Order | Prepared, *, watch: Watch | None = None) -> Run:
    """The finished run; its dataset folder, if one was asked for, is whole and in its place.

    The first Ctrl-C lets calls in flight end, the second gives them up; both raise ``Interrupted``. Where this task is
    cancelled, as by ``asyncio.wait_for``, calls in flight have a minute to end and are kept, and a second cancellation
    gives them up; then ``CancelledError`` goes on. Raises
    ``Mistake`` before anything is asked, ``Stopped`` and ``ProviderGone`` with what was paid for kept.
    """
    prepared = order if isinstance(order, Prepared) else prepare(order)
    order = prepared.order
    out = None if order.out is None else Path(order.out)
    with closing(open_ledger(prepared.ledger)) as ledger:
        with unless_interrupted("before anything was asked"):
            if order.retry_faults:
                ledger.forget_quarantine()
            if out is not None:
                begin_folder(out, prepared)
        trails, caller = await _trails(prepared, ledger, watch or nobody)
        if out is not None:
            with unless_interrupted("before the dataset was in its place; every reply is kept"):
                write_dataset(out, prepared, trails, ledger)
    progress = caller.progress
    return Run(
        run_id=prepared.run_id,
        trails=trails,
        asked=progress.asked,
        attempts=progress.attempts,
        reused=progress.reused,
        tokens=dict(caller.usage),
        cost=bought(caller, prepared.prices),
        prices=prepared.prices,
        out=out,
        wanted=order.accept,
        notes=(*prepared.notes, *caller.strangers.notes()),
    )


async def _trails(prepared: Prepared, ledger: Ledger, watch: Watch) -> tuple[tuple[Trail, ...], Caller]:
    order = prepared.order
    out = None if order.out is None else Path(order.out)
    calling = Calling(
        concurrency=order.concurrency,
        pin_model=order.pin_model,
        watch=watch,
        prices=prepared.prices,
        max_cost=order.max_cost,
        max_calls=order.max_calls,
    )
    async with calling.over(ledger, prepared.endpoints) as caller, told(out, prepared.run_id, caller.progress):
        trails = await run_trails(
            prepared.stage,
            prepared.prompts,
            caller,
            workers=2 * order.concurrency,
            accept=order.accept,
            max_failures=order.max_failures,
        )
        return trails, caller
