"""Of several rated answers the best beats a bad one."""

from __future__ import annotations

from math import sqrt
from typing import Annotated, Literal

from pydantic import Field

from constitution.core.judgement import Claim
from constitution.core.trail import Trail


def best_over_worst(
    trail: Trail,
    *,
    rejected: Literal["minimum", "mean_minus_two_sigma"] = "minimum",
    floor: Annotated[int, Field(ge=1, le=10)] = 1,
) -> Claim | None:
    """The answer with the highest score over the one with the lowest, or over the one nearest to two standard
    deviations (of all the scores there are) below their mean; of equals, the first.

    The mean less two deviations suits 16 answers and more, where the very lowest is an outlier that teaches little
    (arXiv:2502.16825). Answers without a score are passed over; None where no two scores differ,
    and where the best is below ``floor``: what a model learns hangs on the chosen side first (arXiv:2508.18312).
    """
    scores = {each.response: each.score for each in trail.ratings if each.score is not None}
    best = max(scores, key=lambda place: (scores[place], -place), default=None)
    lower = [place for place in scores if best is not None and scores[place] < scores[best]]
    if best is None or not lower or scores[best] < floor:
        return None
    aim = min(scores.values()) if rejected == "minimum" else _two_below(list(scores.values()))
    worst = min(lower, key=lambda place: (abs(scores[place] - aim), scores[place], place))
    return Claim(strategy="best_over_worst", rejected=worst, chosen=best)


def _two_below(scores: list[int]) -> float:
    """The mean less two population standard deviations."""
    mean = sum(scores) / len(scores)
    return mean - 2 * sqrt(sum((score - mean) ** 2 for score in scores) / len(scores))
