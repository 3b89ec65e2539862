"""Critique: the critic holds the draft to the principles and quotes what breaks them."""

from __future__ import annotations

from collections import Counter
from typing import Literal

from constitution.core.asking import Asking, Stage
from constitution.core.chance import rendezvous
from constitution.core.records import Intent
from constitution.core.trail import Trail
from constitution.errors import NotFound
from constitution.pairing.earned import violations
from constitution.stages.brief import AtLeastOne, Brief
from constitution.stages.holding import SLOTS, Asked, hold


def critique(
    brief: Brief,
    *,
    role: str = "critic",
    groups: Literal["one", "all"] = "one",
    principles: tuple[str, ...] = (),
    template: str = "critique",
    max_tokens: AtLeastOne = 2048,
) -> Stage:
    """Find what the draft breaks; a trail goes on only with a violation whose words are really there.

    ``groups`` is ``one`` (chosen by rendezvous among those in scope) or ``all``; ``principles`` narrows the
    constitution to these ids. Raises ``NotFound`` for an id that the constitution does not hold.
    """
    brief.model(role)
    brief.template(template, *SLOTS)
    missing = sorted(set(principles) - {principle.id for principle in brief.constitution.principles})
    if missing:
        known = ", ".join(principle.id for principle in brief.constitution.principles)
        raise NotFound(f"{brief.constitution.name} has no principle {missing[0]!r}", remedy=f"known: {known}")

    def stage(trail: Trail) -> Asking[Trail]:
        if not trail.responses:
            return trail.ends("undecided", "there is no response to hold to the principles")
        asked = in_scope(brief, trail, principles)
        if not asked:
            return trail.ends("not_applicable", "no group of principles is in scope")
        of = len(asked)
        if groups == "one":
            chosen = rendezvous(brief.seed, trail.prompt.id, asked)
            asked = {chosen: asked[chosen]}
        last = len(trail.responses) - 1
        longer, intents = yield from hold(
            brief, trail, last, asked, role=role, template=template, max_tokens=max_tokens, broken=True
        )
        known = longer.but(groups=tuple(asked), intent=trail.intent or mildest(intents))
        return _settled(known, last, f"asked about {', '.join(asked)}, of {of} in scope")

    return stage


def in_scope(brief: Brief, trail: Trail, only: tuple[str, ...]) -> Asked:
    """The groups that this prompt calls for, each with those of its principles that it calls for."""
    called = {
        group.id: tuple(p for p in group.in_scope(trail.prompt) if not only or p.id in only)
        for group in brief.constitution.groups
    }
    return {group: principles for group, principles in called.items() if principles}


def mildest(intents: tuple[Intent, ...]) -> Intent | None:
    """The least harmful reading, under which the most must still hold; None without any."""
    order: tuple[Intent, ...] = ("benign", "borderline", "harmful")
    return min(intents, key=order.index, default=None)


def _settled(trail: Trail, last: int, asked: str) -> Trail:
    """The fate of a draft that has no verified violation; ``asked`` says what was looked at."""
    if violations(trail, last):
        return trail
    verdicts = Counter(critique.verdict for critique in trail.critiques_of(last))
    notes = "; ".join(sorted({c.note for c in trail.critiques_of(last) if c.note}))
    if verdicts["cannot_tell"]:
        return trail.ends("undecided", f"the critic cannot tell{f' ({notes})' if notes else ''}")
    if verdicts["complies"]:
        return trail.ends("no_violation", f"the draft keeps every principle that applies ({asked})")
    return trail.ends("not_applicable", f"no principle applies ({asked})")
