"""What may be ruled on: each answer under each principle that it was held to, and each pair that was or could be."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from constitution.core.chance import keyed
from constitution.core.rulings import Ruling, Rulings
from constitution.core.trail import Trail, pair_id
from constitution.pairing.earned import compared, decision, judgement_problem, recheck_problem, sides, winner
from constitution.stages.ruled import unruled


@dataclass(frozen=True, kw_only=True)
class Subject:
    """One thing to rule on: what it is, what the models said of it, and what a person has said already."""

    about: Literal["response", "pair"]
    trail: Trail
    pair_id: str = ""
    response: str = ""
    """SHA-256 of the answer's text, where it is about an answer."""
    principle: str = ""
    meaning: str = ""
    answer: str = ""
    chosen: str = ""
    rejected: str = ""
    said: str = ""
    """What the critic or the judge said, as a verdict; nothing where neither was asked."""
    quote: str = ""
    reason: str = ""
    held: Ruling | None = None
    earlier: Ruling | None = None
    """A ruling on the same answer under other words of the principle: it is stale, or was."""

    @property
    def key(self) -> tuple[str, ...]:
        """What a ruling on it would have for its subject."""
        if self.about == "pair":
            return (self.trail.prompt.id, self.pair_id)
        return (self.trail.prompt.id, self.response, self.principle, self.meaning)


def subjects_of(trails: Iterable[Trail], rulings: Rulings) -> Iterator[Subject]:
    """Everything in these trails that may be ruled on, in prompt order, answers before their pair.

    An answer that stands twice in a trail is one subject.
    """
    earlier = {ruling.subject[:3]: ruling for ruling in rulings.held if ruling.about == "response"}
    for trail in trails:
        known: set[tuple[str, ...]] = set()
        for subject in (*_answers(trail, rulings, earlier), *_pair(trail, rulings)):
            if subject.key not in known:
                known.add(subject.key)
                yield subject


def chosen_subjects(
    subjects: Iterable[Subject], *, principle: str | None = None, fate: str | None = None, sample: int | None = None
) -> tuple[Subject, ...]:
    """Those under this principle, of prompts that ended so, and of them so many, drawn by hash.

    A larger sample holds the smaller one, and a subject's luck does not depend on the others.
    """
    found = [
        subject
        for subject in subjects
        if (principle is None or subject.principle == principle)
        and (fate is None or (subject.trail.fate or "").partition(":")[0] == fate or subject.trail.fate == fate)
    ]
    if sample is None or sample >= len(found):
        return tuple(found)
    drawn = sorted(found, key=lambda subject: keyed("review", *subject.key))[:sample]
    kept = {subject.key for subject in drawn}
    return tuple(subject for subject in found if subject.key in kept)


def _answers(trail: Trail, rulings: Rulings, earlier: Mapping[tuple[str, ...], Ruling]) -> Iterator[Subject]:
    for critique in trail.critiques:
        said, response = unruled(critique), trail.responses[critique.response]
        name, meaning = critique.principle.id, critique.principle.meaning
        yield Subject(
            about="response",
            trail=trail,
            response=response.sha256,
            principle=name,
            meaning=meaning,
            answer=response.text,
            said=said.verdict,
            quote=said.evidence.text if said.evidence is not None else "",
            reason=said.reason or said.note,
            held=rulings.on_response(trail.prompt.id, response.sha256, name, meaning),
            earlier=earlier.get((trail.prompt.id, response.sha256, name)),
        )


def _pair(trail: Trail, rulings: Rulings) -> Iterator[Subject]:
    """The pair that the two sides make, whatever became of it; critic and judge may have left it undecided."""
    positions = sides(trail)
    if positions is None or trail.fate in ("truncated", "refused", "empty"):
        return
    rejected, chosen = (trail.responses[position].text for position in positions)
    if rejected.split() == chosen.split():
        return
    if winner(trail) == "a":
        rejected, chosen = chosen, rejected
    name = pair_id(trail.prompt.messages, chosen, rejected)
    said, reason = judged(trail)
    yield Subject(
        about="pair",
        trail=trail,
        pair_id=name,
        chosen=chosen,
        rejected=rejected,
        said=said,
        reason=reason,
        held=rulings.on_pair(trail.prompt.id, name),
    )


def judged(trail: Trail) -> tuple[str, str]:
    """What the judge made of the pair, and why: keep, drop, undecided, or nothing where it was not asked."""
    bare = trail.but(rulings=())
    if not compared(bare):
        critiqued = bare.claim is None or bare.claim.critiqued
        return "", (recheck_problem(bare) if critiqued else None) or trail.reason
    problem = judgement_problem(bare)
    if problem is None:
        said = next((verdict.reason for verdict in bare.verdicts if verdict.reason), "")
        return "keep", said
    return ("undecided" if decision(bare) in ("split", "invalid") else "drop"), problem
