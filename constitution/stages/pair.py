"""Pair: the recipe's strategy makes a pair of what the trail has earned."""

from __future__ import annotations

from constitution.core.asking import Asking, Stage
from constitution.core.records import Trail
from constitution.pairing.earned import why_not
from constitution.stages.brief import Brief


def pair(brief: Brief) -> Stage:
    """The trail with its pair, or ``undecided`` with the condition that is not met."""

    def stage(trail: Trail) -> Asking[Trail]:
        yield from ()  # asks nothing, and is a conversation all the same
        made = brief.strategy(trail)
        if made is None:
            return trail.ends("undecided", why_not(trail) or "the strategy makes no pair of this")
        return trail.but(pair=made)

    return stage
