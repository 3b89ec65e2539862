"""The answer asked to keep the principles beats the one asked to break them."""

from __future__ import annotations

from constitution.core.judgement import Claim
from constitution.core.trail import Trail
from constitution.pairing.arms import arm_over_arm


def keep_over_break(trail: Trail) -> Claim | None:
    """The answer of the arm ``keep`` over that of ``break``, where the critic found what the latter breaks.

    Contrast by construction (Yang et al. 2023, arXiv:2307.12950), and checked: None where nothing is broken.
    """
    return arm_over_arm(trail, "keep_over_break", chosen="keep", rejected="break", critiqued=True)
