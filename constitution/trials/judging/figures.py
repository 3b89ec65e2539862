"""The figures of a judge on labelled pairs, each from counts with its interval, and the floors that it can be held to.

What is counted, in the words of the published tables of judges (JudgeBench, arXiv:2410.12784, and its like):

- accuracy in a single order: the verdict is the label; where the label names an answer, a tie is wrong, and an invalid
  verdict always is,
- consistent: both orders say the same, be it a tie,
- coverage: both orders name the same answer, so that a run would make a pair of it,
- accuracy when consistent: of those covered, the share in which the label is named.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from constitution.core.intervals import Interval, around
from constitution.core.qualities import QUALITIES, Quality
from constitution.trials.figures import Rate
from constitution.trials.judging.agreement import Kappa, kappa
from constitution.trials.judging.calibration import LEAST, Calibration, calibration
from constitution.trials.judging.judged import Judged
from constitution.trials.judging.leanings import Leaning, Position, to_family, to_length, to_position

POINTS = 0.05
"""A leaning of more than this is warned of; a choice of ours."""


@dataclass(frozen=True)
class Mean(Rate):
    """A share over two showings of each item; the items are the evidence, and their showings no further one."""

    @property
    def interval(self) -> Interval:
        """Where the true share lies, 95 times in 100."""
        return around(self.hits / self.of if self.of else 0.0, self.of // 2)


@dataclass(frozen=True, kw_only=True)
class JudgeFigures:
    """How a judge did on labelled pairs."""

    n: int
    ties: int
    """Items that are labelled a tie."""
    invalid: Mean
    """Showings without a valid verdict."""
    a_first: Rate
    """Accuracy with ``a`` shown first."""
    b_first: Rate
    """Accuracy with ``b`` shown first."""
    accuracy: Mean
    """Of both orders together."""
    consistent: Rate
    accuracy_when_consistent: Rate
    coverage: Rate
    agreement: Rate
    """Of the verdict over both orders with the label: a tie where the orders differ."""
    kappa: Kappa
    position: Position
    length: Leaning
    own_family: Leaning
    family: str = ""
    """Of the judge; empty where it is not known, and nothing is its own."""
    calibration: Calibration | None = None

    def floor(self, name: Quality) -> float:
        """The lower end of the interval of one of ``QUALITIES``."""
        found: Rate | Kappa = getattr(self, name)
        return found.interval.low

    def data(self) -> dict[str, Any]:
        """The figures as plain JSON values."""
        rates = ("invalid", "a_first", "b_first", *QUALITIES, "position", "length", "own_family")
        return {
            "n": self.n,
            "ties": self.ties,
            **{name: getattr(self, name).data() for name in rates},
            "family": self.family,
            "calibration": self.calibration.data() if self.calibration else None,
        }


def judge_figures(items: Sequence[Judged], family: str = "") -> JudgeFigures:
    """The figures over these items, of a judge of this family."""
    n = len(items)
    first, second = (sum(item.orders[place] == item.truth for item in items) for place in (0, 1))
    covered = [item for item in items if item.covered]
    return JudgeFigures(
        n=n,
        ties=sum(item.truth == "tie" for item in items),
        invalid=Mean(sum(item.orders.count("invalid") for item in items), 2 * n),
        a_first=Rate(first, n),
        b_first=Rate(second, n),
        accuracy=Mean(first + second, 2 * n),
        consistent=Rate(sum(item.consistent for item in items), n),
        accuracy_when_consistent=Rate(sum(item.verdict == item.truth for item in covered), len(covered)),
        coverage=Rate(len(covered), n),
        agreement=Rate(sum(item.verdict == item.truth for item in items), n),
        kappa=kappa(items),
        position=to_position(items),
        length=to_length(items),
        own_family=to_family(items, family),
        family=family,
        calibration=calibration(items),
    )


def warnings(figures: JudgeFigures) -> tuple[str, ...]:
    """A sentence for each leaning of more than five points, and for probabilities that mean nothing."""
    found = []
    first = figures.position.first
    low, high = first.interval
    if first.of and abs(first.hits / first.of - 0.5) > POINTS and not low <= 0.5 <= high:
        found.append(
            f"position: it names the answer shown first in {first.hits:,} of {first.of:,} showings "
            f"({first.hits / first.of:.0%}); only where both orders agree does its verdict speak of the answers"
        )
    length, own = figures.length, figures.own_family
    if length.value is not None and abs(length.value) > POINTS:
        kind = "longer" if length.value > 0 else "shorter"
        found.append(f"length: {_leans(length)} than the labels to the {kind} answer")
    if own.value is not None and own.value > POINTS:
        found.append(
            f"own family: {_leans(own)} than the labels to answers of {figures.family}, its own family; let a judge of "
            "another family decide on those"
        )
    told = figures.calibration
    if told is not None and told.n < LEAST:
        found.append(f"probabilities: {told.n:,} pairs are too few to fit a temperature to, {LEAST} are the least")
    elif told is not None and not told.usable:
        found.append(
            f"probabilities: their calibration error is {told.ece_after:.2f} after the best temperature, more than "
            "0.10; they are not used"
        )
    return tuple(found)


def _leans(leaning: Leaning) -> str:
    low, high = leaning.interval
    points = abs(leaning.value or 0) * 100
    return f"it leans {points:.0f} points more (of {leaning.judge.of:,} pairs; {low:+.0%} to {high:+.0%})"


def lacking(figures: JudgeFigures, floors: Mapping[Quality, float]) -> tuple[str, ...]:
    """What of these floors the judge does not reach, each with the figure and the floor."""
    return tuple(
        f"{name} {figures.floor(name):.3f} is below {wanted:g}"
        for name, wanted in floors.items()
        if figures.floor(name) < wanted
    )
