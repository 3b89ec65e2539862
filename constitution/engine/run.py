"""Drives one stage over many prompts at once; it never knows a stage by name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from constitution.core.asking import Stage
from constitution.core.records import Prompt
from constitution.core.trail import Trail
from constitution.engine.caller import Caller
from constitution.engine.conversing import converse
from constitution.engine.workers import at_once
from constitution.errors import ConstitutionError, Stopped

LOOK = "show says why, and --max-failures how many may"
"""What to do about a run with too many failures."""


async def run_trails(
    stage: Stage,
    prompts: Sequence[Prompt],
    caller: Caller,
    *,
    workers: int,
    accept: int | None = None,
    max_failures: int | None = None,
) -> tuple[Trail, ...]:
    """The ended trail of each prompt, in the order of the prompts.

    A prompt that was seen before ends ``screened:duplicate_prompt`` and asks nothing. With ``accept``, prompts are
    drawn until that many made pairs; those after the last pair that counts are left out, however far they got.
    With ``max_failures``, the run stops once more prompts than that have failed.
    Raises the first error that no trail could hold, after all calls in flight have ended and are kept; one that is
    not of our tree is a bug of ours, and halts the others like any other.
    """
    progress = caller.progress
    progress.prompts = len(prompts)
    row = Row(len(prompts), accept)
    waiting = iter(enumerate(starts(prompts)))

    async def draw() -> None:
        for place, trail in waiting:
            if caller.stop is not None or not row.wants(place):
                return
            ended = trail if trail.fate else await converse(stage(trail), caller, partial(row.wants, place))
            if ended is None:
                return
            row.put(place, ended)
            progress.done += 1
            progress.fates[ended.fate or ""] += 1
            if max_failures is not None and progress.failed > max_failures:
                caller.halt(Stopped(f"{progress.failed} prompts failed, {max_failures} may", remedy=LOOK))
            caller.watch(progress)

    await at_once(draw, caller, workers=min(workers, len(prompts)))
    return row.ended()


class Row:
    """The trails in the order of the prompts, as far as they count."""

    def __init__(self, length: int, accept: int | None) -> None:
        self._trails: list[Trail | None] = [None] * length
        self._missing = accept
        self._front = 0
        self._end = length

    def wants(self, place: int) -> bool:
        """Whether the trail at this place may still count."""
        return place < self._end

    def put(self, place: int, trail: Trail) -> None:
        """The trail that ended at this place; pairs count in the order of the prompts, not in that of their ends."""
        self._trails[place] = trail
        while self._missing is not None and self._front < self._end and (next_one := self._trails[self._front]):
            self._front += 1
            self._missing -= next_one.fate == "paired"
            if self._missing == 0:
                self._end = self._front

    def ended(self) -> tuple[Trail, ...]:
        """The trails that count."""
        counted = self._trails[: self._end]
        found = tuple(trail for trail in counted if trail is not None)
        if len(found) < len(counted):
            raise ConstitutionError(f"{len(counted) - len(found)} prompts ended without a fate")
        return found


def starts(prompts: Sequence[Prompt]) -> Iterator[Trail]:
    """The first trail of each prompt; later equals of a prompt have ended already."""
    seen: set[str] = set()
    for prompt in prompts:
        trail = Trail.start(prompt)
        if prompt.id in seen:
            trail = trail.ends("screened:duplicate_prompt", "the same prompt stands earlier in the source")
        seen.add(prompt.id)
        yield trail
