"""The revision beats its draft on the principles and is nowhere called the less helpful one."""

from __future__ import annotations

from constitution.core.trail import Pair, Trail
from constitution.pairing.earned import compared
from constitution.pairing.revision_over_draft import revision_over_draft


def helpful_revision_over_draft(trail: Trail) -> Pair | None:
    """As ``revision_over_draft``, and no single verdict may say that the draft helps more.

    The stricter choice where over-refusal is feared: it binds on harmful prompts too.
    """
    if any(verdict.helpfulness in ("draft", "invalid") for verdict in compared(trail)):
        return None
    made = revision_over_draft(trail)
    return made and made.but(strategy="helpful_revision_over_draft")
