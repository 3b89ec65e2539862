"""Rounds: critique and revision in turn, by another principle each time."""

from __future__ import annotations

from typing import Literal

from constitution.core.asking import Asking, Stage
from constitution.core.chance import keyed
from constitution.core.records import Intent
from constitution.core.trail import Trail
from constitution.pairing.earned import violations
from constitution.principles.model import Principle
from constitution.stages.brief import AtLeastOne, Brief
from constitution.stages.critique import asked_of, hold_to_known, mildest, settled
from constitution.stages.holding import SLOTS, Asked, hold
from constitution.stages.revise import Mender, says_the_same
from constitution.stages.ruled import ruled_pair


def rounds(
    brief: Brief,
    *,
    rounds: AtLeastOne = 4,
    groups: Literal["one", "all"] = "all",
    principles: tuple[str, ...] = (),
    critic: str = "critic",
    reviser: str = "reviser",
    critique_template: str = "critique",
    revise_template: str = "revise",
    critique_tokens: AtLeastOne = 2048,
    max_tokens: AtLeastOne = 1024,
) -> Stage:
    """The trail with up to ``rounds`` critiques of its latest response, and a revision after each that found anything.

    Each round asks about one principle, no principle twice, in an order by hash of the seed and the prompt: drawn
    independently, 25 of 66 published chains drew one more than once (on the samples of arXiv:2212.08073). A round
    that finds nothing, or whose revision says the same, leaves the response as it is. Where nothing was revised the
    trail ends as after the stage ``critique``.
    """
    mender = Mender.of(brief, role=reviser, template=revise_template, max_tokens=max_tokens)
    brief.model(critic)
    brief.template(critique_template, *SLOTS)
    hold_to_known(brief.constitution, principles)

    def one_round(trail: Trail, group: str, principle: Principle) -> Asking[tuple[Trail, tuple[Intent, ...]]]:
        last = len(trail.responses) - 1
        longer, intents = yield from hold(
            brief,
            trail,
            last,
            {group: (principle,)},
            role=critic,
            template=critique_template,
            max_tokens=critique_tokens,
            broken=True,
        )
        found = tuple(critique for critique in violations(longer, last) if critique.principle.id == principle.id)
        if not found:
            return longer, intents
        mended = yield from mender.mended(longer, found)
        if mended.fate is None and says_the_same(mended):
            return mended.but(responses=mended.responses[:-1]), intents
        return mended, intents

    def stage(trail: Trail) -> Asking[Trail]:
        if not trail.responses:
            return trail.ends("undecided", "there is no response to hold to the principles")
        first = len(trail.responses) - 1
        asked = asked_of(brief.constitution, trail.prompt, seed=brief.seed, groups=groups, only=principles)
        if not asked:
            return trail.ends("not_applicable", "no group of principles is in scope")
        turns = in_turn(brief.seed, trail.prompt.id, asked)[:rounds]
        longer = trail.but(groups=tuple(name for name in asked if name in dict(turns)))
        intents: tuple[Intent, ...] = ()
        for group, principle in turns:
            longer, more = yield from one_round(longer, group, principle)
            intents = (*intents, *more)
            if longer.fate is not None:
                break
        known = longer.but(intent=trail.intent or mildest(intents))
        return _ended(brief, known, first, ", ".join(principle.id for _, principle in turns))

    return stage


def in_turn(seed: str, prompt_id: str, asked: Asked) -> list[tuple[str, Principle]]:
    """Each principle with its group, in the order in which the rounds take them; a new one moves no other two."""
    every = [(group, principle) for group, principles in asked.items() for principle in principles]
    return sorted(every, key=lambda turn: keyed(seed, "round", prompt_id, turn[1].id))


def _ended(brief: Brief, trail: Trail, first: int, asked: str) -> Trail:
    """The trail after its rounds: with its fate where nothing was revised, else as a person has ruled on its ends."""
    if trail.fate is not None:
        return trail
    if len(trail.responses) - 1 > first:
        return ruled_pair(brief.rulings, trail.but(claim=brief.strategy(trail)))
    none = settled(trail, first, f"asked about {asked} alone")
    return none if none.fate else none.ends("undecided", "no revision says anything else than the draft")
