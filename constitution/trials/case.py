"""One trial: a case of a principle, with the verdict that the critic is expected to give and where it is written."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from constitution.core.places import Document
from constitution.core.records import Prompt
from constitution.principles.model import Case, Constitution, Principle

Kind = Literal["violates", "complies", "not_applicable"]
KINDS: tuple[Kind, ...] = ("violates", "complies", "not_applicable")


@dataclass(frozen=True, kw_only=True)
class Trial:
    """A case and what is expected of the critic: the verdict in whose list the case stands."""

    group: str
    principle: str
    expected: Kind
    number: int
    """Position in its list, from 0."""
    case: Case
    place: str = ""
    """``file:line:column``; empty for a constitution that was read from no file."""

    @property
    def name(self) -> str:
        """Like ``no-doxxing violates[0]``."""
        return f"{self.principle} {self.expected}[{self.number}]"

    @cached_property
    def prompt(self) -> Prompt:
        """What the case's response answers; it says nothing of itself, so that no principle is out of scope by it."""
        return Prompt.of(*self.case.messages)


def trials_of(
    constitution: Constitution, document: Document | None = None, only: Collection[str] = ()
) -> tuple[Trial, ...]:
    """Every case of every principle, or of the principles in ``only``, in the order of the file."""
    return tuple(
        trial
        for g, group in enumerate(constitution.groups)
        for p, principle in enumerate(group.principles)
        if not only or principle.id in only
        for trial in _of(principle, group.id, document, (g, p))
    )


def _of(principle: Principle, group: str, document: Document | None, at: tuple[int, int]) -> Iterator[Trial]:
    for kind in KINDS:
        cases: tuple[Case, ...] = getattr(principle, kind)
        for number, case in enumerate(cases):
            path = ("groups", at[0], "principles", at[1], kind, number)
            place = document.place(path) if document else ""
            yield Trial(group=group, principle=principle.id, expected=kind, number=number, case=case, place=place)


def asked_with(constitution: Constitution, trial: Trial) -> tuple[Principle, ...]:
    """The principles that are asked about in one question with this trial's: those of its group that a run would ask.

    Its own is among them, whatever its scope; none where the constitution holds neither it nor its group any more.
    """
    group = next((group for group in constitution.groups if group.id == trial.group), None)
    prompt = trial.prompt
    return tuple(
        principle
        for principle in (group.principles if group else ())
        if principle.id == trial.principle or principle.applies_when.matches(prompt)
    )
