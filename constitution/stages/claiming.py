"""What the recipe's strategy would pair of a trail as it is now, the same for all stages that look at it."""

from __future__ import annotations

from constitution.core.judgement import Claim
from constitution.core.trail import Trail
from constitution.errors import Mistake
from constitution.stages.brief import Brief


def claimed(brief: Brief, trail: Trail) -> Claim | None:
    """The strategy's claim; None where it finds no two responses.

    Where it names no principles, those by which the judge has compared the same two stand in it. Raises ``Mistake``
    for a claim on responses that the trail does not have.
    """
    claim = brief.strategy(trail)
    if claim is None:
        return None
    before = trail.claim
    if before and not claim.principles and (before.rejected, before.chosen) == (claim.rejected, claim.chosen):
        claim = claim.but(principles=before.principles)
    places = range(len(trail.responses))
    if claim.rejected not in places or claim.chosen not in places or claim.rejected == claim.chosen:
        raise Mistake(
            f"the strategy {claim.strategy} pairs the responses {claim.rejected} and {claim.chosen} of {len(places)}"
        )
    return claim
