"""The stronger model's answer beats the weaker one's."""

from __future__ import annotations

from constitution.core.judgement import Claim
from constitution.core.trail import Trail
from constitution.pairing.arms import arm_over_arm


def strong_over_weak(trail: Trail) -> Claim | None:
    """The answer of the arm ``strong`` over that of ``weak`` (delta learning, arXiv:2507.06187)."""
    return arm_over_arm(trail, "strong_over_weak", chosen="strong", rejected="weak")
