"""The last of several revisions beats the first draft, on all that was mended on the way."""

from __future__ import annotations

from constitution.core.judgement import Claim
from constitution.core.trail import Trail
from constitution.pairing.arms import broken_by
from constitution.pairing.earned import lineage


def last_revision_over_first_draft(trail: Trail) -> Claim | None:
    """The latest answer over the draft that it goes back to; None where nothing was revised.

    It cites what any answer on the way breaks, so that the last one must keep all of it (Bai et al. 2022,
    arXiv:2212.08073, section 3.1).
    """
    way = lineage(trail, len(trail.responses) - 1)[::-1] if trail.responses else ()
    if len(way) < 2:
        return None
    return Claim(
        strategy="last_revision_over_first_draft",
        rejected=way[0],
        chosen=way[-1],
        principles=broken_by(trail, *way),
        critiqued=True,
    )
