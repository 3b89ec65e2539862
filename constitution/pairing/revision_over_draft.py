"""The revision beats its draft, where the trail shows that it earned it."""

from __future__ import annotations

from constitution.core.trail import Pair, Trail
from constitution.pairing.earned import sides, violations, why_not


def revision_over_draft(trail: Trail) -> Pair | None:
    """The revised answer as chosen and its draft as rejected; None for a trail that has not earned it."""
    positions = sides(trail)
    if positions is None or why_not(trail) is not None:
        return None
    draft, revision = positions
    return Pair.of(
        trail,
        chosen=trail.responses[revision],
        rejected=trail.responses[draft],
        principles=tuple(critique.principle for critique in violations(trail, draft)),
        strategy="revision_over_draft",
    )
