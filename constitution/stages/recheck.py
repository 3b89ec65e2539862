"""Re-check: the critic reads the revision with the same question, not knowing that it is one."""

from __future__ import annotations

from constitution.core.asking import Asking, Stage
from constitution.core.trail import Trail
from constitution.pairing.earned import recheck_problem, sides
from constitution.stages.brief import AtLeastOne, Brief
from constitution.stages.holding import SLOTS, hold


def recheck(brief: Brief, *, role: str = "critic", template: str = "critique", max_tokens: AtLeastOne = 2048) -> Stage:
    """The trail goes on if every cited principle is kept now and nothing of equal or higher tier is newly broken."""
    brief.model(role)
    brief.template(template, *SLOTS)
    principles = {principle.id: principle for principle in brief.constitution.principles}

    def stage(trail: Trail) -> Asking[Trail]:
        positions = sides(trail)
        if positions is None:
            return trail.ends("undecided", "there is no revision to check")
        parent, last = positions
        before = trail.critiques_of(parent)
        asked = {group: tuple(principles[c.principle.id] for c in before if c.group == group) for group in trail.groups}
        longer, _ = yield from hold(
            brief, trail, last, asked, role=role, template=template, max_tokens=max_tokens, broken=False
        )
        problem = recheck_problem(longer)
        return longer.ends("undecided", problem) if problem else longer

    return stage
