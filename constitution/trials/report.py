"""The report of a test: every trial's outcome, the critic's figures, the mutants, and whether all is well."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from constitution.core.records import Origin
from constitution.principles.model import Constitution
from constitution.trials.figures import Figures, Rate, by_principle, pooled
from constitution.trials.hunting import Hunted
from constitution.trials.mutants import KINDS
from constitution.trials.outcome import Outcome


@dataclass(frozen=True, kw_only=True)
class Hunt:
    """What became of the mutants."""

    hunted: tuple[Hunted, ...]

    @property
    def holes(self) -> tuple[Hunted, ...]:
        """Mutants that no case noticed."""
        return tuple(each for each in self.hunted if each.fate == "hole")

    @property
    def faults(self) -> tuple[Hunted, ...]:
        """Mutants of which it is open whether a case would notice them."""
        return tuple(each for each in self.hunted if each.fate == "not asked")

    def score(self, kind: str = "") -> Rate:
        """Noticed of all that are not equivalent; of one kind where it is named."""
        counted = [each for each in self.hunted if each.fate != "equivalent" and kind in ("", each.mutant.kind)]
        return Rate(sum(each.fate == "noticed" for each in counted), len(counted))

    def equivalent(self, kind: str = "") -> int:
        """How many no case can notice."""
        return sum(each.fate == "equivalent" and kind in ("", each.mutant.kind) for each in self.hunted)

    def low(self, least: float) -> bool:
        """Whether a smaller share than this was noticed; of no mutant, none was missed."""
        score = self.score()
        return score.of > 0 and score.hits < least * score.of

    def data(self) -> dict[str, Any]:
        """The mutants as plain JSON values."""
        return {
            "score": self.score().data(),
            "equivalent": self.equivalent(),
            "by_kind": {kind: {**self.score(kind).data(), "equivalent": self.equivalent(kind)} for kind in KINDS},
            "mutants": [each.data() for each in self.hunted],
        }


@dataclass(frozen=True, kw_only=True)
class TrialReport:
    """What a test of principles found."""

    ref: str
    sha256: str
    critic: str
    """``provider:model``, as it was asked."""
    draws: int
    seed: str
    constitution: Constitution
    only: tuple[str, ...] = ()
    """Ids of the principles that were tested; all, unless said."""
    outcomes: tuple[Outcome, ...]
    """One a case, in the order of the file."""
    hunt: Hunt | None = None
    asked: int = 0
    reused: int = 0
    cost: float | None = None
    """US dollars; None where a price is unknown."""
    notes: tuple[str, ...] = ()

    @cached_property
    def figures(self) -> tuple[Figures, ...]:
        """One a principle that has cases, in the order of the file."""
        return by_principle(self.constitution, self.outcomes)

    @cached_property
    def pooled(self) -> Figures:
        """Over all cases."""
        return pooled(self.constitution, self.outcomes)

    @property
    def untested(self) -> tuple[str, ...]:
        """Principles without any case."""
        tested = {figures.name for figures in self.figures}
        wanted = self.only or tuple(principle.id for principle in self.constitution.principles)
        return tuple(name for name in wanted if name not in tested)

    @property
    def failed(self) -> tuple[Outcome, ...]:
        """Trials by which the test fails: wrong, undecided, or flaky without a reason."""
        return tuple(outcome for outcome in self.outcomes if outcome.failed)

    @property
    def faults(self) -> tuple[Outcome, ...]:
        """Trials that could not be asked."""
        return tuple(outcome for outcome in self.outcomes if outcome.status == "fault")

    @property
    def insufficient(self) -> tuple[str, ...]:
        """Principles with too few cases to vouch for the critic, whatever it answers."""
        return tuple(figures.name for figures in self.figures if figures.standing == "insufficient")

    @property
    def rehearsal(self) -> bool:
        """Whether a program that stands in for a model gave any answer."""
        programs: frozenset[Origin] = frozenset({"simulator"})
        hunted = self.hunt.hunted if self.hunt else ()
        return any(by & programs for by in (*(each.tally.by for each in self.outcomes), *(each.by for each in hunted)))

    def exit_code(self, min_score: float | None = None) -> int:
        """1 for findings: a failed trial, nothing to test, or a score below ``min_score``; 3 where trials were lost."""
        low = self.hunt is not None and min_score is not None and self.hunt.low(min_score)
        if self.failed or not self.outcomes or low:
            return 1
        return 3 if self.faults or (self.hunt and self.hunt.faults) else 0

    def data(self) -> dict[str, Any]:
        """The report as plain JSON values."""
        return {
            "constitution": self.ref,
            "sha256": self.sha256,
            "critic": self.critic,
            "rehearsal": self.rehearsal,
            "draws": self.draws,
            "seed": self.seed,
            "cases": [outcome.data() for outcome in self.outcomes],
            "failed": len(self.failed),
            "not_asked": len(self.faults),
            "principles": [figures.data() for figures in self.figures],
            "pooled": self.pooled.data(),
            "insufficient": list(self.insufficient),
            "untested": list(self.untested),
            "mutation": self.hunt.data() if self.hunt else None,
            "asked": self.asked,
            "reused": self.reused,
            "cost": self.cost,
        }
