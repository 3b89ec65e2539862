"""Critique: the critic holds the draft to the principles and quotes what breaks them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from typing import Literal

from constitution.core.asking import Asking, Stage
from constitution.core.chance import rendezvous
from constitution.core.records import Intent, Prompt
from constitution.core.trail import Trail
from constitution.errors import NotFound
from constitution.pairing.earned import violations
from constitution.pairing.words import called
from constitution.principles.model import Constitution
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
    hold_to_known(brief.constitution, principles)

    def stage(trail: Trail) -> Asking[Trail]:
        if not trail.responses:
            return trail.ends("undecided", "there is no response to hold to the principles")
        asked = asked_of(brief.constitution, trail.prompt, seed=brief.seed, groups=groups, only=principles)
        if not asked:
            return trail.ends("not_applicable", "no group of principles is in scope")
        last = len(trail.responses) - 1
        longer, intents = yield from hold(
            brief, trail, last, asked, role=role, template=template, max_tokens=max_tokens, broken=True
        )
        known = longer.but(groups=tuple(asked), intent=trail.intent or mildest(intents))
        return settled(known, last, f"asked about {', '.join(asked)} alone")

    return stage


def asked_of(
    constitution: Constitution,
    prompt: Prompt,
    *,
    seed: str,
    groups: Literal["one", "all"] = "one",
    only: Collection[str] = (),
) -> Asked:
    """The groups that are asked about for this prompt.

    Of each group those of its principles that the prompt calls for, narrowed to the ids in ``only`` if there are any.
    """
    called = {group.id: group.in_scope(prompt) for group in constitution.groups}
    if only:
        called = {name: tuple(each for each in group if each.id in only) for name, group in called.items()}
    asked = {group: principles for group, principles in called.items() if principles}
    if groups == "one" and asked:
        chosen = rendezvous(seed, prompt.id, asked)
        return {chosen: asked[chosen]}
    return asked


def hold_to_known(constitution: Constitution, only: Collection[str]) -> None:
    """Passes when the constitution holds all of these ids; raises ``NotFound`` naming one that it does not."""
    missing = sorted(set(only) - {principle.id for principle in constitution.principles})
    if missing:
        known = ", ".join(principle.id for principle in constitution.principles)
        raise NotFound(f"{constitution.name} has no principle {missing[0]!r}", remedy=f"known: {known}")


def mildest(intents: tuple[Intent, ...]) -> Intent | None:
    """The least harmful reading, under which the most must still hold; None without any."""
    order: tuple[Intent, ...] = ("benign", "borderline", "harmful")
    return min(intents, key=order.index, default=None)


def settled(trail: Trail, last: int, asked: str) -> Trail:
    """The fate of a draft that has no verified violation; ``asked`` says what was looked at."""
    if violations(trail, last):
        return trail
    verdicts = Counter(critique.verdict for critique in trail.critiques_of(last))
    notes = "; ".join(sorted({c.note for c in trail.critiques_of(last) if c.note and c.verdict == "cannot_tell"}))
    reviewers = ", ".join(sorted({ruling.reviewer for ruling in trail.rulings}))
    asked += f"; ruled on by {reviewers}" if reviewers else ""
    if verdicts["cannot_tell"]:
        return trail.ends("undecided", f"the critic cannot tell{f' ({notes})' if notes else ''}")
    if verdicts["complies"]:
        return trail.ends("no_violation", f"{called(trail, last)} keeps every principle that applies ({asked})")
    return trail.ends("not_applicable", f"no principle applies ({asked})")
