"""Several workers on one job: what ends one ends all, nothing paid for is dropped, and the first error is told."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from constitution.engine.caller import Caller
from constitution.errors import ConstitutionError, Interrupted

GRACE = 60.0
"""Seconds for calls in flight to end once nobody waits for the run any more."""
GIVING_UP = 5.0
"""Seconds for a provider to let go of calls that were given up."""


async def at_once(draw: Callable[[], Awaitable[None]], caller: Caller, *, workers: int) -> None:
    """So many workers have each drawn until nothing was left; every call in flight has ended and is kept.

    Raises the first error that no conversation could hold; one that is not of our tree is a bug of ours, and halts the
    others like any other. Where whoever waits is cancelled, calls in flight have ``GRACE`` to end and are kept; they
    are given up after that, or by a second cancellation.
    """

    async def work() -> None:
        try:
            await draw()
        except Exception as error:  # whatever it is, the others must not go on paying for a run that has failed
            caller.halt(error)
            raise
        except asyncio.CancelledError as error:
            if _is_cancelled():
                raise
            bug = RuntimeError("a call was cancelled, and nobody here had cancelled it")
            caller.halt(bug)
            raise bug from error

    try:
        ends = await asyncio.gather(*(work() for _ in range(workers)), return_exceptions=True)
        await caller.settle()
    except BaseException:  # nobody waits any more: what is open is about to be closed under the calls in flight
        caller.halt(Interrupted("cancelled by the program that had started it"))
        await _leave(caller)
        raise
    for error in (caller.stop, *ends):
        if error is not None:
            raise ended_by(error, caller)


def _is_cancelled() -> bool:
    """Whether somebody has cancelled this task; a provider may raise the same error without it."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


async def _leave(caller: Caller) -> None:
    """No call is in flight any more."""
    try:
        await caller.settle(GRACE)
    finally:
        caller.abandon()
        await caller.settle(GIVING_UP)


def ended_by(error: BaseException, caller: Caller) -> BaseException:
    """The error that ends the run; what was paid for and is lost is said with it."""
    if isinstance(error, Exception) and not isinstance(error, ConstitutionError):
        bug = ConstitutionError(f"something failed that never should: {type(error).__name__}: {error}")
        bug.__cause__ = error
        error = bug
    if caller.lost and isinstance(error, ConstitutionError):
        error.remedy = "; ".join(part for part in (error.remedy, lost(caller.lost)) if part)
    return error


def lost(replies: int) -> str:
    """What to say of replies that the ledger did not take."""
    came = "1 reply that came in was" if replies == 1 else f"{replies} replies that came in were"
    return f"{came} paid for and could not be saved: the next run pays for the same again"
