"""Of two answers that the row brought along, the judge's better one beats the other."""

from __future__ import annotations

from constitution.core.judgement import Claim
from constitution.core.trail import Trail
from constitution.pairing.arms import drafts


def judged_candidates(trail: Trail) -> Claim | None:
    """The second given answer over the first, which the judge may turn round; None unless there are exactly two.

    A row with ``chosen`` and ``rejected`` brings the rejected answer first, so that its own label is what is claimed.
    """
    given = drafts(trail, "given")
    if len(given) != 2:
        return None
    return Claim(strategy="judged_candidates", rejected=given[0], chosen=given[1], either=True)
