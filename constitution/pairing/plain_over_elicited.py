"""The plain answer beats the one that was asked to break a principle."""

from __future__ import annotations

from constitution.core.judgement import Claim
from constitution.core.trail import Trail
from constitution.pairing.arms import arm_over_arm


def plain_over_elicited(trail: Trail) -> Claim | None:
    """The plain draft over that of the arm ``elicited``, where the critic found what the latter breaks; else None."""
    return arm_over_arm(trail, "plain_over_elicited", chosen="", rejected="elicited", critiqued=True)
