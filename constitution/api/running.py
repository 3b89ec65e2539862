"""Runs an order: opens what is needed, drives the stage, writes the dataset folder."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, closing, contextmanager
from pathlib import Path

from constitution.api.order import Order
from constitution.api.preparing import Prepared, prepare
from constitution.api.result import Run
from constitution.api.signals import on_signals
from constitution.api.watching import told
from constitution.api.writing import begin_folder, write_dataset
from constitution.core.trail import Trail
from constitution.engine.caller import Caller
from constitution.engine.prices import cost_of
from constitution.engine.progress import Progress, Watch
from constitution.engine.recorder import Recorder
from constitution.engine.retry import Patience
from constitution.engine.run import run_trails
from constitution.errors import ConstitutionError, Interrupted
from constitution.ledger import Ledger, open_ledger
from constitution.providers.endpoints import Endpoint, opened
from constitution.providers.provider import Provider


def run(order: Order | Prepared, *, watch: Watch | None = None) -> Run:
    """What ``arun`` returns, without ``await``; inside a running event loop it runs in a thread of its own."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(arun(order, watch=watch))
    with ThreadPoolExecutor(1, "constitution") as thread:
        return thread.submit(asyncio.run, arun(order, watch=watch)).result()


async def arun(order: Order | Prepared, *, watch: Watch | None = None) -> Run:
    """The finished run; its dataset folder, if one was asked for, is whole and in its place.

    The first Ctrl-C lets calls in flight end, the second gives them up; both raise ``Interrupted``. Raises
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
        trails, caller = await _trails(prepared, ledger, watch or _nobody)
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
        cost=cost_of(caller.usage),
        out=out,
        wanted=order.accept,
        notes=(*prepared.notes, *caller.strangers.notes()),
    )


@contextmanager
def unless_interrupted(when: str) -> Iterator[None]:
    """A ``KeyboardInterrupt`` inside becomes ``Interrupted``, which says when it came; it may name its signal."""
    try:
        yield
    except KeyboardInterrupt as signalled:
        by = str(signalled) or "Ctrl-C"
        raise Interrupted(f"stopped by {by} {when}", remedy="run the same command again") from signalled


def _nobody(progress: Progress) -> None:
    """Nobody watches."""


async def _trails(prepared: Prepared, ledger: Ledger, watch: Watch) -> tuple[tuple[Trail, ...], Caller]:
    async with _providers(prepared.endpoints) as provider_of, Recorder(ledger) as recorder:
        caller = Caller(
            ledger,
            recorder,
            provider_of,
            concurrency=prepared.order.concurrency,
            patience=Patience(),
            pin_model=prepared.order.pin_model,
            progress=Progress(),
            watch=watch,
        )
        out = None if prepared.order.out is None else Path(prepared.order.out)
        with on_signals(lambda by: _interrupted(caller, by)):
            async with told(out, prepared.run_id, caller.progress):
                trails = await _driven(prepared, caller, ledger, recorder)
        return trails, caller


async def _driven(prepared: Prepared, caller: Caller, ledger: Ledger, recorder: Recorder) -> tuple[Trail, ...]:
    """The trails; an error that ends the run says what is kept."""
    try:
        return await run_trails(
            prepared.stage,
            prepared.prompts,
            caller,
            workers=2 * prepared.order.concurrency,
            accept=prepared.order.accept,
            max_failures=prepared.order.max_failures,
        )
    except ConstitutionError as error:
        _account(error, caller, ledger.unsettled(recorder.before))
        raise


def _interrupted(caller: Caller, by: str) -> None:
    """The first signal lets calls in flight end, the second gives them up."""
    if caller.progress.stopping:
        caller.abandon()
    caller.halt(Interrupted(f"stopped by {by}"))
    caller.progress.stopping = caller.progress.stopping or by
    caller.watch(caller.progress)


def _account(error: ConstitutionError, caller: Caller, unsettled: int) -> None:
    """Say with the error what is kept, what may be paid for nothing, and what to do."""
    progress = caller.progress
    error.remedy = "; ".join(
        part
        for part in (
            error.remedy,
            f"{progress.done} of {progress.prompts} prompts are done and {progress.asked} new replies are kept",
            f"{unsettled} calls may have been paid for without an answer" if unsettled else "",
            "run the same command again to go on",
        )
        if part
    )


@asynccontextmanager
async def _providers(endpoints: Mapping[str, Endpoint]) -> AsyncIterator[Callable[[str], Provider]]:
    """Providers by name, opened when first asked for, closed at the end."""
    in_use: dict[str, Provider] = {}

    def provider_of(name: str) -> Provider:
        if name not in in_use:
            in_use[name] = opened(name, endpoints)
        return in_use[name]

    try:
        yield provider_of
    finally:
        for provider in in_use.values():
            await provider.close()
