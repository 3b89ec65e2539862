"""Intent: the critic says what a prompt asks for and whether its plain answer may stand; harmful ones are held out."""

from __future__ import annotations

from typing import Literal

from constitution.core.asking import Asking, Stage
from constitution.core.records import Intent
from constitution.core.trail import Trail
from constitution.pairing.arms import broken_by, only
from constitution.stages.brief import AtLeastOne, Brief
from constitution.stages.critique import asked_of
from constitution.stages.holding import SLOTS, hold


def intent(
    brief: Brief,
    *,
    role: str = "critic",
    template: str = "critique",
    groups: Literal["one", "all"] = "one",
    allowed: tuple[Intent, ...] = ("benign", "borderline"),
    max_tokens: AtLeastOne = 2048,
) -> Stage:
    """The trail with the row's intent, else the critic's gravest reading; it goes on only if that is ``allowed``.

    The critic is asked once a group about the plain draft, in the words of the stage ``critique``: to help is no
    merit where helping breaks a principle, so a draft with a verified violation ends the trail ``undecided``. A
    prompt with another intent ends ``screened:<intent>``, and nothing is asked where its row says so.
    """
    brief.model(role)
    brief.template(template, *SLOTS)

    def stage(trail: Trail) -> Asking[Trail]:
        plain = only(trail, "")
        if plain is None:
            return trail.ends("undecided", "there is no plain draft to hold to the principles")
        if trail.intent is not None and trail.intent not in allowed:
            return trail.ends(f"screened:{trail.intent}", f"the row calls its prompt {trail.intent}")
        asked = asked_of(brief.constitution, trail.prompt, seed=brief.seed, groups=groups)
        if not asked:
            return trail.ends("not_applicable", "no group of principles is in scope")
        longer, intents = yield from hold(
            brief, trail, plain, asked, role=role, template=template, max_tokens=max_tokens, broken=False
        )
        known = longer.but(groups=tuple(asked), intent=trail.intent or gravest(intents))
        if known.intent is None:
            return known.ends("undecided", "the critic does not say what the prompt asks for")
        if known.intent not in allowed:
            return known.ends(f"screened:{known.intent}", f"the critic calls the prompt {known.intent}")
        broken = broken_by(known, plain)
        if broken:
            return known.ends("undecided", f"the plain draft breaks {', '.join(each.id for each in broken)}")
        return known

    return stage


def gravest(intents: tuple[Intent, ...]) -> Intent | None:
    """The most harmful reading: to hold a prompt out, one group that is alarmed is enough. None without any."""
    order: tuple[Intent, ...] = ("benign", "borderline", "harmful")
    return max(intents, key=order.index, default=None)
