"""Which of two principles goes first where they pull apart, and how the critic is told of all at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

from constitution.core.records import TIERS
from constitution.principles.model import Principle


def conflicting(principles: Sequence[Principle]) -> Iterator[tuple[Principle, Principle]]:
    """Each pair of which one names the other in ``conflicts_with``, once, as (goes first, gives way).

    The higher tier goes first, else the one that stands earlier in the sequence.
    """
    if not any(principle.conflicts_with for principle in principles):
        return
    for earlier, later in combinations(principles, 2):
        if later.id in earlier.conflicts_with or earlier.id in later.conflicts_with:
            higher = TIERS.index(earlier.tier) <= TIERS.index(later.tier)
            yield (earlier, later) if higher else (later, earlier)


def told_together(principles: Sequence[Principle]) -> str:
    """All that the critic is told of these principles: each in its own words, then who goes first.

    A line stands for each conflicting pair; where there is none, nothing is added.
    """
    lines = [
        f"Where [{first.id}] and [{other.id}] cannot both be kept, [{first.id}] goes first, "
        f"and [{other.id}] is not broken by giving way."
        for first, other in conflicting(principles)
    ]
    return "\n\n".join([*(principle.told_critic for principle in principles), *(["\n".join(lines)] if lines else [])])
