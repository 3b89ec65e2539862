"""Holds conversations with models: one to its end, or many at once; what they are about is nothing to it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from constitution.core.asking import Asking, Reply, Request, hand_over
from constitution.engine.caller import Caller
from constitution.engine.workers import at_once
from constitution.errors import CallFailed, ConstitutionError

T = TypeVar("T")


async def converse(conversation: Asking[T], caller: Caller, wanted: Callable[[], bool] = lambda: True) -> T | None:
    """What the conversation comes to; None once it is not wanted any more."""
    try:
        requests = next(conversation)
        while wanted():
            requests = hand_over(conversation, await _outcomes(requests, caller))
        return None
    except StopIteration as end:
        ended: T = end.value
        return ended
    finally:
        conversation.close()


async def converse_all(conversations: Sequence[Asking[T]], caller: Caller, *, workers: int) -> tuple[T, ...]:
    """What each conversation comes to, in their order; they count as further prompts of the caller's progress.

    Raises the first error that no conversation could hold, after all calls in flight have ended and are kept.
    """
    progress = caller.progress
    progress.prompts += len(conversations)
    waiting = iter(enumerate(conversations))
    ended: dict[int, T] = {}

    async def draw() -> None:
        for place, conversation in waiting:
            if caller.stop is not None:
                return
            found = await converse(conversation, caller)
            if found is not None:
                ended[place] = found
            progress.done += 1
            caller.watch(progress)

    await at_once(draw, caller, workers=min(workers, len(conversations)))
    if len(ended) < len(conversations):
        raise ConstitutionError(f"{len(conversations) - len(ended)} conversations came to nothing")
    return tuple(ended[place] for place in range(len(conversations)))


async def _outcomes(requests: Sequence[Request], caller: Caller) -> Sequence[Reply | CallFailed]:
    """What came of each request; what the ledger has needs no task of its own, nor does a request alone."""
    found = [caller.at_hand(request) for request in requests]
    if None not in found:
        return [reply for reply in found if reply is not None]
    if len(requests) == 1:
        return (await _outcome(caller.bought(requests[0])),)
    return await asyncio.gather(*(_outcome(caller.reply(request)) for request in requests))


async def _outcome(answer: Awaitable[Reply]) -> Reply | CallFailed:
    try:
        return await answer
    except CallFailed as failure:
        return failure
