"""Several workers on one job: what ends one ends all, nothing paid for is dropped, and the first error is told."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from constitution.engine.caller import Caller
from constitution.errors import ConstitutionError


async def at_once(draw: Callable[[], Awaitable[None]], caller: Caller, *, workers: int) -> None:
    """So many workers have each drawn until nothing was left; every call in flight has ended and is kept.

    Raises the first error that no conversation could hold; one that is not of our tree is a bug of ours, and halts the
    others like any other.
    """

    async def work() -> None:
        try:
            await draw()
        except Exception as error:  # whatever it is, the others must not go on paying for a run that has failed
            caller.halt(error)
            raise

    ends = await asyncio.gather(*(work() for _ in range(workers)), return_exceptions=True)
    await caller.settle()
    for error in (caller.stop, *ends):
        if error is not None:
            raise ended_by(error, caller)


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
