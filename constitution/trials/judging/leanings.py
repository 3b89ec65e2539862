"""What a judge leans to that has nothing to do with the better answer: a place, length, its own family."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from constitution.core.intervals import Interval, apart
from constitution.core.judgement import Side
from constitution.trials.figures import Rate
from constitution.trials.judging.judged import Judged


@dataclass(frozen=True)
class Leaning:
    """How often the judge is for answers of some kind, and how often the labels are, on the same items."""

    judge: Rate
    labels: Rate
    interval: Interval
    """Of the difference, 95 times in 100."""

    @property
    def value(self) -> float | None:
        """The judge's share less that of the labels; None where there is no item to tell it by."""
        return (self.judge.hits - self.labels.hits) / self.judge.of if self.judge.of else None

    def data(self) -> dict[str, Any]:
        """As plain JSON values."""
        return {
            "value": self.value,
            "interval": list(self.interval),
            "judge": self.judge.data(),
            "labels": self.labels.data(),
        }


def leaning(items: Sequence[Judged], kind: Callable[[Judged], Side | None]) -> Leaning:
    """How far the judge leans to the answer that ``kind`` names.

    Counted are the items of which it names one, the judge is decided in both orders and the label is no tie. Where the
    labels lean themselves, a judge that tosses coins leans the other way: read it beside the accuracy.
    """
    named = [(kind(item), item) for item in items if item.covered and item.truth != "tie"]
    counted = [(side, item) for side, item in named if side is not None]
    judge = sum(item.verdict == side for side, item in counted)
    labels = sum(item.truth == side for side, item in counted)
    more = sum(item.verdict == side != item.truth for side, item in counted)
    n = len(counted)
    return Leaning(Rate(judge, n), Rate(labels, n), apart(more, labels - (judge - more), n))


def to_length(items: Sequence[Judged]) -> Leaning:
    """How far the judge leans to the longer answer; pairs of about one length are left out."""
    return leaning(items, lambda item: item.longer)


def to_family(items: Sequence[Judged], family: str) -> Leaning:
    """How far the judge leans to answers of its own family, against answers of others.

    The share of its own that it lets win, less the share that the labels let win; A. Panickssery et al.,
    arXiv:2404.13076.
    """
    return leaning(items, lambda item: item.own(family))


@dataclass(frozen=True)
class Position:
    """What the place in which an answer is shown does."""

    first: Rate
    """Of the showings in which the judge names an answer, those in which it names the one shown first."""
    right_first: Rate
    """Accuracy where the better answer is shown first."""
    right_second: Rate
    """Accuracy where it is shown second."""

    @property
    def apart(self) -> float | None:
        """By how much the judge is more often right where the better answer comes first."""
        if not self.right_first.of:
            return None
        return (self.right_first.hits - self.right_second.hits) / self.right_first.of

    def data(self) -> dict[str, Any]:
        """As plain JSON values."""
        rates = {name: getattr(self, name).data() for name in ("first", "right_first", "right_second")}
        return {**rates, "apart": self.apart}


def to_position(items: Sequence[Judged]) -> Position:
    """How far the place decides, over single showings; items labelled a tie tell nothing of accuracy here."""
    shown = [(said, place) for item in items for place, said in zip("ab", item.orders, strict=True)]
    decisive = [(said, place) for said, place in shown if said in ("a", "b")]
    labelled = [item for item in items if item.truth != "tie"]
    right = [item.orders if item.truth == "a" else item.orders[::-1] for item in labelled]
    hits = [sum(pair[n] == item.truth for pair, item in zip(right, labelled, strict=True)) for n in (0, 1)]
    return Position(
        first=Rate(sum(said == place for said, place in decisive), len(decisive)),
        right_first=Rate(hits[0], len(labelled)),
        right_second=Rate(hits[1], len(labelled)),
    )
