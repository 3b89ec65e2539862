"""The revision beats its draft on the principles and is nowhere called the less helpful one."""

from __future__ import annotations

from constitution.core.judgement import Claim
from constitution.core.trail import Trail
from constitution.pairing.revision_over_draft import revision_over_draft


def helpful_revision_over_draft(trail: Trail) -> Claim | None:
    """As ``revision_over_draft``, and no single verdict may say that the draft helps more.

    The stricter choice where over-refusal is feared: it binds on harmful prompts too.
    """
    claim = revision_over_draft(trail)
    return claim and claim.but(strategy="helpful_revision_over_draft", strict_help=True)
