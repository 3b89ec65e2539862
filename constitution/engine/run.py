"""Drives one stage over many prompts at once; it never knows a stage by name."""

from __future__ import annotations

import asyncio
from array import array
from collections.abc import Callable, Iterator, Sequence
from functools import partial

from constitution.core.asking import Stage
from constitution.core.records import Prompt
from constitution.core.trail import Trail
from constitution.engine.caller import Caller
from constitution.engine.conversing import converse
from constitution.engine.failures import heed_failures
from constitution.engine.workers import at_once
from constitution.errors import ConstitutionError
from constitution.spool import Spool

NEAR = 64
"""Trails that wait in memory for one before them; more wait on disk alone."""
BREATH = 16
"""Trails that settle at once before calls in flight are heard again."""


async def run_trails(
    stage: Stage,
    prompts: Sequence[Prompt],
    caller: Caller,
    *,
    workers: int,
    accept: int | None = None,
    max_failures: int | None = None,
    kept: Spool[Trail] | None = None,
    settled: Callable[[Trail], None] | None = None,
) -> Sequence[Trail]:
    """The ended trail of each prompt, in the order of the prompts; they are set aside in ``kept``.

    Each trail that counts has been told to ``settled``, in the order of the prompts, as soon as all before it had
    ended. A prompt that was seen before ends ``screened:duplicate_prompt`` and asks nothing. With ``accept``, prompts
    are drawn until that many made pairs; those after the last pair that counts are left out, however far they got.
    With ``max_failures``, the run stops once more prompts than that have failed.
    Raises the first error that no trail could hold, after all calls in flight have ended and are kept; one that is
    not of our tree is a bug of ours, and halts the others like any other.
    """
    progress = caller.progress
    progress.prompts = len(prompts)
    row = Row(len(prompts), accept, Spool(Trail) if kept is None else kept, settled)
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
            if (ended.fate or "").startswith("fault:"):
                heed_failures(caller, max_failures, ended.reason)
            caller.watch(progress)
            await row.settle()
            await asyncio.sleep(0)  # rows that the ledger answers would let nobody else be heard

    await at_once(draw, caller, workers=min(workers, len(prompts)))
    return row.ended()


class Row:
    """The trails in the order of the prompts, as far as they count; few of them are in memory."""

    def __init__(
        self, length: int, accept: int | None, kept: Spool[Trail], settled: Callable[[Trail], None] | None
    ) -> None:
        self._kept = kept
        self._tell = settled
        self._numbers = array("q", [-1]) * length
        """Place to the number of its trail in the spool."""
        self._paired = bytearray(length)
        self._near: dict[int, Trail] = {}
        self._missing = accept
        self._front = 0
        """Up to here pairs are counted."""
        self._settled = 0
        self._settling = False
        self._end = length

    def wants(self, place: int) -> bool:
        """Whether the trail at this place may still count."""
        return place < self._end

    def put(self, place: int, trail: Trail) -> None:
        """The trail that ended at this place; pairs count in the order of the prompts, not in that of their ends."""
        self._numbers[place] = self._kept.append(trail)
        self._paired[place] = trail.fate == "paired"
        if len(self._near) < NEAR or place == self._settled:
            self._near[place] = trail
        while self._missing is not None and self._front < self._end and self._numbers[self._front] >= 0:
            self._missing -= self._paired[self._front]
            self._front += 1
            if self._missing == 0:
                self._end = self._front

    async def settle(self) -> None:
        """Tell of all trails that wait for none before them, unless somebody is at it already."""
        if self._settling:
            return
        self._settling, since = True, 0
        try:
            while self._settled < self._end and self._numbers[self._settled] >= 0:
                trail = self._near.pop(self._settled, None) or self._kept.fetch(self._numbers[self._settled])
                self._settled += 1
                if self._tell is not None:
                    self._tell(trail)
                since += 1
                if since % BREATH == 0:
                    await asyncio.sleep(0)
        finally:
            self._settling = False

    def ended(self) -> Sequence[Trail]:
        """The trails that count."""
        counted = self._numbers[: self._end]
        if missing := sum(number < 0 for number in counted):
            raise ConstitutionError(f"{missing} prompts ended without a fate")
        return self._kept.records(counted)


def starts(prompts: Sequence[Prompt]) -> Iterator[Trail]:
    """The first trail of each prompt; later equals of a prompt have ended already."""
    seen: set[bytes] = set()  # half as large as the texts
    for prompt in prompts:
        trail = Trail.start(prompt)
        name = prompt.id.encode()
        if name in seen:
            trail = trail.ends("screened:duplicate_prompt", "the same prompt stands earlier in the source")
        seen.add(name)
        yield trail
