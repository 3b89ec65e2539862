"""The answer that helps beats the refusal that nothing called for."""

from __future__ import annotations

from constitution.core.judgement import Claim
from constitution.core.trail import Trail
from constitution.pairing.arms import arm_over_arm


def help_over_refusal(trail: Trail) -> Claim | None:
    """The plain draft over the answer of the arm ``over_refusal``, by helpfulness; None where the draft itself reads
    like a refusal."""
    claim = arm_over_arm(trail, "help_over_refusal", chosen="", rejected="over_refusal", on="helpfulness")
    return None if claim and trail.responses[claim.chosen].declines else claim
