"""The answer written under the principles beats the plain one."""

from __future__ import annotations

from constitution.core.judgement import Claim
from constitution.core.trail import Trail
from constitution.pairing.arms import arm_over_arm


def guided_over_plain(trail: Trail) -> Claim | None:
    """The answer of the arm ``guided`` over the plain draft, by the principles that the judge is asked about."""
    return arm_over_arm(trail, "guided_over_plain", chosen="guided", rejected="")
