"""Of two drafts that were asked for alike, the judge's better one beats the other."""

from __future__ import annotations

from constitution.core.judgement import Claim
from constitution.core.trail import Trail
from constitution.pairing.arms import drafts


def judged_drafts(trail: Trail) -> Claim | None:
    """The second draft over the first, which the judge may turn round: nothing speaks for either before it is asked.

    None unless there are exactly two (Bai et al. 2022, arXiv:2212.08073, section 4.1).
    """
    found = drafts(trail, "")
    if len(found) != 2:
        return None
    return Claim(strategy="judged_drafts", rejected=found[0], chosen=found[1], either=True)
