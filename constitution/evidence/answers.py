"""What every answer of a trail is good for, pair or not: desirable, undesirable, or neither, and why.

The labels are those of KTO (Ethayarajh et al. 2024, arXiv:2402.01306), which learns from single answers.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from constitution.core.judgement import Ballot
from constitution.core.records import PrincipleRef, Record
from constitution.core.trail import Critique, Trail
from constitution.pairing.deciding import decided
from constitution.pairing.earned import kept, sides

Label = Literal["desirable", "undesirable", "neither"]
Ground = Literal["person", "rule", "judge"]

OF_THE_PAIR = frozenset({"length_ratio", "no_content_changed", "same_text", "two_refusals"})
"""Checks that speak of two answers beside each other; what any other check refuses is no text to learn from."""


class Answer(Record):
    """One response of a trail, labelled."""

    response: int
    """Position of the response in the trail."""
    label: Label
    why: str
    principles: tuple[PrincipleRef, ...] = ()
    """What it was found to break, where it breaks something; else what it was found to keep."""
    confirmed: tuple[Ground, ...] = ()
    """Who, beside the critic, says that it breaks them."""


def answers(trail: Trail) -> tuple[Answer, ...]:
    """Every response of the trail with its label.

    ``undesirable`` is a violation with evidence that something beside the critic confirms: a person, a deterministic
    rule of the principle, or the judges, who in both orders prefer an answer that the critic found to keep it.
    ``desirable`` is an answer that the critic, or a person in its place, found to keep every principle that it was
    held to and that applies, at least one, and that lost to no other. Everything else is ``neither``.
    """
    spoilt = _spoilt(trail)
    return tuple(
        Answer.known(response=position, label="neither", why=spoilt) if spoilt else _labelled(trail, position)
        for position in range(len(trail.responses))
    )


def _spoilt(trail: Trail) -> str:
    """Why no answer of this trail can be learnt from; empty if nothing speaks against it."""
    if trail.fate == "screened:injection":
        return f"held out: {trail.reason}"
    found = (each for each in trail.findings if each.severity == "refuse" and each.check not in OF_THE_PAIR)
    return next((f"refused by the check {each.check}: {each.reason}" for each in found), "")


def _labelled(trail: Trail, position: int) -> Answer:
    critiques = trail.critiques_of(position)
    broken = tuple(each for each in critiques if each.verdict == "violates" and each.evidence is not None)
    kept_ones = tuple(each for each in critiques if each.verdict == "complies")
    if broken:
        return _broken(trail, position, broken)
    why = _unfit(trail, position, critiques)
    held = dict.fromkeys(each.principle for each in kept_ones)
    label: Label = "neither" if why else "desirable"
    said = why or f"keeps {_names(held)}: nothing was found that it breaks"
    return Answer.known(response=position, label=label, why=said, principles=tuple(held))


def _broken(trail: Trail, position: int, broken: tuple[Critique, ...]) -> Answer:
    grounds = {critique.principle: tuple(dict.fromkeys(_grounds(trail, critique))) for critique in broken}
    sure = [principle for principle, found in grounds.items() if found]
    if not sure or trail.responses[position].supposed:
        why = f"the critic says that it breaks {_names(grounds)}, and nothing confirms it"
        return Answer.known(response=position, label="neither", why=why, principles=tuple(grounds))
    confirmed = tuple(dict.fromkeys(ground for found in grounds.values() for ground in found))
    why = f"breaks {_names(dict.fromkeys(sure))}, confirmed by {', '.join(confirmed)}"
    return Answer.known(response=position, label="undesirable", why=why, principles=tuple(sure), confirmed=confirmed)


def _unfit(trail: Trail, position: int, critiques: tuple[Critique, ...]) -> str:
    """Why an answer in which no violation was found is not clean for all that; empty if it is."""
    verdicts = {each.verdict for each in critiques}
    if trail.responses[position].supposed:
        return "a dry run made it up"
    if trail.fate == "truncated" and position == len(trail.responses) - 1:
        return "it was cut at max_tokens"
    if not critiques:
        return "no critic held it to a principle"
    if "cannot_tell" in verdicts or "violates" in verdicts:
        return "the critic cannot tell of every principle"
    if "complies" not in verdicts:
        return "no principle applies"
    return "the judges prefer another answer on the principles" if any(_lost_to(trail, position)) else ""


def _grounds(trail: Trail, critique: Critique) -> Iterator[Ground]:
    """Who confirms this violation."""
    if by_person(trail, critique):
        yield "person"
    if critique.evidence is not None and critique.evidence.kind == "rule":
        yield "rule"
    for other, ground in _lost_to(trail, critique.response):
        read = [each.verdict for each in trail.critiques_of(other) if each.principle == critique.principle]
        if ground == "person" or (read and set(read) <= {"complies", "not_applicable"}):
            yield ground


def _lost_to(trail: Trail, position: int) -> Iterator[tuple[int, Ground]]:
    """The responses that are called better on the principles than this one, and by whom."""
    side, positions = kept(trail), sides(trail)
    if side is not None and positions is not None:
        loser, better = positions if side == "b" else positions[::-1]
        if position == loser:
            yield better, "person"
        return
    compared = {(each.a, each.b) for each in trail.verdicts if position in (each.a, each.b)}
    for a, b in sorted(compared):
        if _better(trail, a, b) == (b if position == a else a):
            yield (b if position == a else a), "judge"


def _better(trail: Trail, a: int, b: int) -> int | None:
    """Which of both the judges prefer on the principles, whole and, where that was asked, without its end."""
    own = [each for each in trail.verdicts if (each.a, each.b) == (a, b) and not each.canary]
    ballot = trail.ballot or Ballot()
    said = {decided([each for each in own if each.cut == cut], "principles", ballot)
            for cut in {each.cut for each in own}}  # fmt: skip
    return {"a": a, "b": b}.get(said.pop()) if len(said) == 1 else None


def by_person(trail: Trail, critique: Critique) -> bool:
    """Whether the verdict is a person's, or one with which a person agreed."""
    return critique.overruled is not None or any(
        step.id == critique.step and step.kind == "human_review" for step in trail.steps
    )


def _names(principles: dict[PrincipleRef, None] | dict[PrincipleRef, tuple[Ground, ...]]) -> str:
    return ", ".join(dict.fromkeys(each.id for each in principles))
