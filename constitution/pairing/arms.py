"""Which response of a trail was asked for how, and the claim that one arm of asking beats another."""

from __future__ import annotations

from typing import Any

from constitution.core.judgement import Claim
from constitution.core.records import PrincipleRef
from constitution.core.trail import Trail
from constitution.pairing.earned import violations


def only(trail: Trail, arm: str) -> int | None:
    """Position of the one first answer that was asked for in this arm; None where there is none, or more than one."""
    found = drafts(trail, arm)
    return found[0] if len(found) == 1 else None


def drafts(trail: Trail, arm: str) -> tuple[int, ...]:
    """Positions of the answers of this arm that revise no other, in their order."""
    return tuple(
        place for place, response in enumerate(trail.responses) if response.arm == arm and response.parent is None
    )


def broken_by(trail: Trail, *positions: int) -> tuple[PrincipleRef, ...]:
    """The principles that these responses were found to break, each once, in the order in which they were found."""
    found = {critique.principle.id: critique.principle for place in positions for critique in violations(trail, place)}
    return tuple(found.values())


def arm_over_arm(trail: Trail, strategy: str, *, chosen: str, rejected: str, **more: Any) -> Claim | None:
    """The claim of one arm's only answer over another's; None unless each has exactly one.

    Where it is ``critiqued``, it cites what the rejected answer breaks, and there is no claim without that.
    """
    better, worse = only(trail, chosen), only(trail, rejected)
    if better is None or worse is None:
        return None
    if more.get("critiqued"):
        more["principles"] = broken_by(trail, worse)
        if not more["principles"]:
            return None
    return Claim(strategy=strategy, rejected=worse, chosen=better, **more)
