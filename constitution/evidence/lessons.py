"""Which critiques of a trail can teach a critic, pair or not, and what vouches for each."""

from __future__ import annotations

from typing import Literal

from constitution.core.records import Record
from constitution.core.trail import Critique, Trail
from constitution.evidence.answers import Label, answers, by_person

Basis = Literal["person", "evidence", "clean", ""]


class Lesson(Record):
    """One critique, and whether a critic should learn to say it."""

    critique: Critique
    """As it counts: where a person ruled otherwise than the critic, with the person's verdict and words."""
    usable: bool
    basis: Basis
    """``person``: one ruled on it. ``evidence``: the words that show the violation stand in the text. ``clean``: it
    says that a principle is kept or does not apply, of an answer that is desirable."""
    why: str
    """Why it is not usable; empty if it is."""


def lessons(trail: Trail) -> tuple[Lesson, ...]:
    """Every critique of the trail, in order.

    Usable is what a person said, a violation whose evidence was verified, and a clean reading of an answer that is
    ``desirable``: a critic that learns from violations alone finds them everywhere.
    """
    labels: dict[int, Label] = {each.response: each.label for each in answers(trail)}
    return tuple(_lesson(trail, critique, labels.get(critique.response, "neither")) for critique in trail.critiques)


def _lesson(trail: Trail, critique: Critique, label: Label) -> Lesson:
    basis: Basis = ""
    why = ""
    if by_person(trail, critique):
        basis = "person"
    elif critique.verdict == "cannot_tell":
        why = critique.note or "the critic cannot tell"
    elif critique.verdict == "violates":
        basis = "evidence" if critique.evidence is not None else ""
        why = "" if basis else "it shows no words"
    elif label == "desirable":
        basis = "clean"
    else:
        why = "nothing vouches for it: its answer is not known to be clean"
    return Lesson.known(critique=critique, usable=bool(basis), basis=basis, why=why)
