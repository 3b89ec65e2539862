"""The latest revision beats the answer that it revises, on what the critic found there."""

from __future__ import annotations

from constitution.core.judgement import Claim
from constitution.core.trail import Trail
from constitution.pairing.arms import broken_by


def revision_over_draft(trail: Trail) -> Claim | None:
    """The latest answer over its parent, on the principles that the parent breaks; None where nothing was revised."""
    last = len(trail.responses) - 1
    parent = trail.responses[last].parent if last >= 0 else None
    if parent is None:
        return None
    return Claim(
        strategy="revision_over_draft",
        rejected=parent,
        chosen=last,
        principles=broken_by(trail, parent),
        critiqued=True,
    )
