"""Drives one stage over many prompts at once; it never knows a stage by name."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence

from constitution.core.asking import Reply, Request, Stage, hand_over
from constitution.core.records import Prompt, Trail
from constitution.engine.caller import Caller
from constitution.errors import CallFailed


async def run_trails(stage: Stage, prompts: Sequence[Prompt], caller: Caller, *, workers: int) -> tuple[Trail, ...]:
    """The ended trail of each prompt, in the order of the prompts.

    A prompt that was seen before ends ``screened:duplicate_prompt`` and asks nothing. Raises the first
    error that no trail could hold, after all calls in flight have ended and are kept.
    """
    progress = caller.progress
    progress.prompts = len(prompts)
    trails: list[Trail | None] = [None] * len(prompts)
    waiting = iter(enumerate(starts(prompts)))

    async def work() -> None:
        for place, trail in waiting:
            if caller.stop is not None:
                return
            ended = trail if trail.fate else await converse(stage, trail, caller)
            trails[place] = ended
            progress.done += 1
            progress.fates[ended.fate or ""] += 1
            caller.watch(progress)

    ends = await asyncio.gather(*(work() for _ in range(min(workers, len(prompts)))), return_exceptions=True)
    await caller.settle()
    for error in (caller.stop, *ends):
        if error is not None:
            raise error
    return tuple(trail for trail in trails if trail is not None)


def starts(prompts: Sequence[Prompt]) -> Iterator[Trail]:
    """The first trail of each prompt; later equals of a prompt have ended already."""
    seen: set[str] = set()
    for prompt in prompts:
        trail = Trail.start(prompt)
        if prompt.id in seen:
            trail = trail.ends("screened:duplicate_prompt", "the same prompt stands earlier in the source")
        seen.add(prompt.id)
        yield trail


async def converse(stage: Stage, trail: Trail, caller: Caller) -> Trail:
    """The ended trail of one prompt."""
    conversation = stage(trail)
    try:
        requests = next(conversation)
        while True:
            outcomes = await asyncio.gather(*(_outcome(request, caller) for request in requests))
            requests = hand_over(conversation, outcomes)
    except StopIteration as end:
        ended: Trail = end.value
        return ended
    finally:
        conversation.close()


async def _outcome(request: Request, caller: Caller) -> Reply | CallFailed:
    try:
        return await caller.reply(request)
    except CallFailed as failure:
        return failure
