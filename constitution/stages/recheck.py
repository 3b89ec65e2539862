"""Re-check: the critic reads the response that would be chosen with the same question, not knowing which it is."""

from __future__ import annotations

from constitution.core.asking import Asking, Stage
from constitution.core.trail import Trail
from constitution.pairing.earned import recheck_problem
from constitution.stages.brief import AtLeastOne, Brief
from constitution.stages.claiming import claimed
from constitution.stages.holding import SLOTS, hold
from constitution.stages.ruled import ruled_pair


def recheck(brief: Brief, *, role: str = "critic", template: str = "critique", max_tokens: AtLeastOne = 2048) -> Stage:
    """The trail goes on if every cited principle is kept now and nothing of equal or higher tier is newly broken."""
    brief.model(role)
    brief.template(template, *SLOTS)
    principles = {principle.id: principle for principle in brief.constitution.principles}

    def stage(trail: Trail) -> Asking[Trail]:
        claim = claimed(brief, trail)
        if claim is None:
            return trail.ends("undecided", "there is nothing to check")
        ruled = ruled_pair(brief.rulings, trail.but(claim=claim))
        if ruled.fate is not None:
            return ruled
        before = [c for place in range(len(trail.responses)) for c in trail.critiques_of(place)]
        asked = {
            group: tuple(principles[name] for name in dict.fromkeys(c.principle.id for c in before if c.group == group))
            for group in trail.groups
        }
        longer, _ = yield from hold(
            brief,
            ruled,
            claim.chosen,
            asked,
            role=role,
            template=template,
            max_tokens=max_tokens,
            broken=False,
        )
        problem = recheck_problem(longer)
        return longer.ends("undecided", problem) if problem else longer

    return stage
