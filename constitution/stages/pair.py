"""Pair: the recipe's strategy makes a pair of what the trail has earned, and of nothing else."""

from __future__ import annotations

from constitution.core.asking import Asking, Stage
from constitution.core.trail import Pair, Trail
from constitution.pairing.earned import sides, why_not
from constitution.stages.brief import Brief


def pair(brief: Brief) -> Stage:
    """The trail with its pair, or ``undecided`` with the condition that is not met, whatever the strategy says."""

    def stage(trail: Trail) -> Asking[Trail]:
        yield from ()  # asks nothing, and is a conversation all the same
        problem = why_not(trail)
        if problem:
            return trail.ends("undecided", problem)
        made = brief.strategy(trail)
        if made is None:
            return trail.ends("undecided", "the strategy makes no pair of this")
        if not _judged(made, trail):
            return trail.ends("undecided", "the strategy chose other texts than those that were judged")
        return trail.but(pair=made)

    return stage


def _judged(pair: Pair, trail: Trail) -> bool:
    """Whether the pair is made of the very draft and revision that the judge compared."""
    draft, revision = (trail.responses[position] for position in sides(trail) or (0, 0))
    return (pair.chosen, pair.rejected) == (revision, draft)
