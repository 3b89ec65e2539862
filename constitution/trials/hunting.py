"""Hunting mutants: the cases whose question a mutant changes are asked again, and a wrong verdict notices it."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from constitution.core.asking import Asking
from constitution.core.records import Message, Origin, Prompt
from constitution.principles.model import Constitution, Principle
from constitution.principles.precedence import conflicting, told_together
from constitution.trials.asking import Critic, Tally, VerdictOf, of_any, of_own, try_case
from constitution.trials.case import Trial, asked_with, trials_of
from constitution.trials.mutants import Mutant
from constitution.trials.outcome import Outcome

Fate = Literal["noticed", "hole", "equivalent", "not asked"]
Hunting = Generator[tuple[Asking[Tally], ...], tuple[Tally, ...], tuple["Hunted", ...]]
"""Yields conversations that may all be held at once, and is sent what came of each."""

_USER, _ASSISTANT = Message(role="user", content="-"), Message(role="assistant", content="-")
_SILENT = (Prompt.of(_USER), Prompt.of(_USER, _ASSISTANT, _USER))
"""Prompts that say nothing of themselves: of every other prompt, a part of what one of these is asked is asked."""
_SAME = "whatever is asked, the critic is told the same and in the same order of precedence"


@dataclass(frozen=True, kw_only=True)
class Hunted:
    """A mutant and whether a case noticed it."""

    mutant: Mutant
    noticed_by: str = ""
    """Name of the first case whose verdict was right and is wrong now; empty where there is none."""
    verdict: str = ""
    """What that case gets now."""
    asked: int = 0
    """Cases that were asked under it."""
    abstained: int = 0
    """Those of them of which the critic could not tell: they notice nothing."""
    equivalent: str = ""
    """Why no case can notice it, if none can."""
    silent: bool = False
    """Whether no case asks anything that it changes."""
    fault: str = ""
    """Why a case could not be asked, where that leaves it open whether it would have noticed."""
    by: frozenset[Origin] = frozenset()
    """Who answered."""

    @property
    def fate(self) -> Fate:
        """``hole`` where all that could be asked was asked and no case noticed."""
        if self.equivalent:
            return "equivalent"
        if self.noticed_by:
            return "noticed"
        return "not asked" if self.fault else "hole"

    @property
    def closes(self) -> str:
        """What would close the hole, in words; nothing where there is none."""
        if self.fate != "hole":
            return ""
        if self.silent:
            told = self.mutant.closes
            return told if told.startswith("no case") else f"no case asks about it: {told}"
        if not self.asked:
            return f"{self.mutant.closes} (no case that passes now was there to be asked)"
        if self.abstained:
            return f"{self.mutant.closes} (of {self.abstained} of {self.asked} cases the critic could not tell)"
        return self.mutant.closes

    def data(self) -> dict[str, Any]:
        """The mutant as plain JSON values."""
        return {
            "kind": self.mutant.kind,
            "principles": list(self.mutant.principles),
            "what": self.mutant.what,
            "fate": self.fate,
            "noticed_by": self.noticed_by,
            "verdict": self.verdict,
            "asked": self.asked,
            "abstained": self.abstained,
            "closes": self.closes,
            "equivalent": self.equivalent,
            "fault": self.fault,
        }


@dataclass(frozen=True)
class _Question:
    """A trial as it is asked under a mutant."""

    trial: Trial
    asked: tuple[Principle, ...]
    verdict_of: VerdictOf


def hunt(critic: Critic, constitution: Constitution, outcomes: Sequence[Outcome], mutants: Sequence[Mutant]) -> Hunting:
    """What became of each mutant, in their order.

    The expected verdicts stay those of the cases as they are. Only cases that passed are asked, and only where the
    mutant changes their question: first those of the principles that it is about, then, if none of these noticed it,
    the others.
    """
    passed = [outcome.trial for outcome in outcomes if outcome.status == "pass"]
    every = trials_of(constitution)
    hunted = {place: _begun(mutant, constitution, every) for place, mutant in enumerate(mutants)}
    for own in (True, False):
        open_ones = [place for place, each in hunted.items() if each.fate in ("hole", "not asked")]
        questions = [
            (place, question)
            for place in open_ones
            for question in _questions(mutants[place], constitution, passed)
            if (question.trial.principle in mutants[place].principles) == own
        ]
        tallies = yield tuple(try_case(critic, q.trial, q.asked, q.verdict_of) for _, q in questions)
        for place in open_ones:
            told = [(q.trial, t) for (at, q), t in zip(questions, tallies, strict=True) if at == place]
            hunted[place] = _after(hunted[place], told)
    return tuple(hunted.values())


def _begun(mutant: Mutant, constitution: Constitution, every: Sequence[Trial]) -> Hunted:
    """Before anything is asked: only that no case asks about it, or that none ever could, may be known."""
    near = [trial for trial in every if trial.group == mutant.group]
    could = (_asked_of(mutant, constitution, prompt) for prompt in _SILENT)
    would = ((asked_with(constitution, trial), asked_with(mutant.constitution, trial)) for trial in near)
    same = all(_meaning(before) == _meaning(now) for before, now in (*could, *would))
    return Hunted(
        mutant=mutant,
        equivalent=mutant.equivalent or (_SAME if same else ""),
        silent=not any(_differs(mutant, constitution, trial) for trial in near),
    )


def _asked_of(
    mutant: Mutant, constitution: Constitution, prompt: Prompt
) -> tuple[Sequence[Principle], Sequence[Principle]]:
    """The principles of the mutant's group that a run would ask of the prompt: before, and under the mutant."""
    before, now = (
        [
            principle
            for group in each.groups
            if group.id == mutant.group
            for principle in group.principles
            if principle.applies_when.matches(prompt)
        ]
        for each in (constitution, mutant.constitution)
    )
    return before, now


def _meaning(principles: Sequence[Principle]) -> tuple[frozenset[str], frozenset[tuple[str, str]]]:
    """What the critic is told and who goes first, whatever a tier is called and whatever stands where."""
    words = frozenset(principle.but(tier="must").told_critic for principle in principles)
    return words, frozenset((first.id, other.id) for first, other in conflicting(principles))


def _differs(mutant: Mutant, constitution: Constitution, trial: Trial) -> bool:
    """Whether the critic would read other words than it does for the constitution as it is."""
    if trial.group != mutant.group:
        return False
    now, before = (asked_with(each, trial) for each in (mutant.constitution, constitution))
    return told_together(now) != told_together(before)


def _questions(mutant: Mutant, constitution: Constitution, passed: Sequence[Trial]) -> list[_Question]:
    """The trials that may notice the mutant; of a principle that is left out, only what violates it can be missed."""
    found = []
    for trial in passed:
        if not _differs(mutant, constitution, trial):
            continue
        gone = mutant.kind == "drop" and trial.principle in mutant.principles
        if gone and trial.expected != "violates":
            continue
        asked = asked_with(mutant.constitution, trial)
        found.append(_Question(trial, asked, of_any if gone else of_own(trial)))
    return found


def _after(before: Hunted, told: Sequence[tuple[Trial, Tally]]) -> Hunted:
    """With what came of these trials: a verdict that is decided and wrong notices the mutant."""
    first = next((pair for pair in told if pair[1].verdict not in ("cannot_tell", pair[0].expected)), None)
    answered = [tally for _, tally in told if not tally.fault]
    return Hunted(
        mutant=before.mutant,
        noticed_by=first[0].name if first else "",
        verdict=first[1].verdict if first else "",
        asked=before.asked + len(answered),
        abstained=before.abstained + sum(tally.verdict == "cannot_tell" for tally in answered),
        silent=before.silent,
        fault=before.fault or next((tally.fault for _, tally in told if tally.fault), ""),
        by=before.by.union(*(tally.by for _, tally in told)),
    )
