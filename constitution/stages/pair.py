"""Pair: makes a pair of what the trail has earned, and of nothing else."""

from __future__ import annotations

from constitution.core.asking import Asking, Stage
from constitution.core.judgement import Ballot, Claim, Side
from constitution.core.trail import Pair, Trail
from constitution.evidence.behind import evidence_behind
from constitution.pairing.earned import compared, kept, why_not, winner
from constitution.pairing.probability import calibrated, likelihood
from constitution.stages.brief import Brief
from constitution.stages.claiming import claimed


def pair(brief: Brief) -> Stage:
    """The trail with its pair, or ``undecided`` with the condition that is not met.

    A strategy only says which two responses it would pair: the pair is made here, of the very two that were judged
    and on the side that the judge names, so that a tie, an invalid or a missing verdict can never make one.
    """

    def stage(trail: Trail) -> Asking[Trail]:
        yield from ()  # asks nothing, and is a conversation all the same
        claim = claimed(brief, trail)
        if claim is None:
            return trail.ends("undecided", "the strategy makes no pair of this")
        if trail.verdicts and claim != trail.claim:
            return trail.ends("undecided", "the strategy claims something else than what was judged")
        before = trail.but(claim=claim)
        problem = why_not(before)
        side = winner(before)
        if problem or side is None:
            return before.ends("undecided", problem or "nobody has decided between the two")
        return before.but(pair=_made(before, claim, side))

    return stage


def _made(trail: Trail, claim: Claim, side: Side) -> Pair:
    rejected, chosen = (claim.rejected, claim.chosen) if side == "b" else (claim.chosen, claim.rejected)
    made = Pair.of(
        trail,
        chosen=trail.responses[chosen],
        rejected=trail.responses[rejected],
        principles=claim.principles,
        strategy=claim.strategy,
        flipped=side == "a",
        evidence=evidence_behind(trail, rejected=rejected, chosen=chosen),
    )
    if kept(trail):
        return made.but(p_chosen=1.0, p_basis="ruling")
    ballot = trail.ballot or Ballot()
    said = compared(trail)
    likely = likelihood(said, side, claim.on, ballot)
    if likely is None:
        return made
    return made.but(p_chosen=likely[0], p_basis=likely[1], calibrated=calibrated(said, ballot))
