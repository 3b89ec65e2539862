"""Whether the probabilities of a judge mean what they say, and the temperature that mends them as far as one can."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log, log1p, sqrt
from typing import Any

from constitution.trials.judging.judged import Judged

BINS = 15
USABLE = 0.10
"""With a larger error, probabilities are not used; a choice of ours, for nobody has published one."""
LEAST = 100
"""Pairs below which a temperature is fitted to noise: calibration sets of judges begin here (arXiv:2407.18370)."""
NARROW = 1e-6
"""Probabilities are held this far from 0 and 1, which have no log-odds."""
COLDEST, HOTTEST = 0.05, 20.0
"""Between what the temperature is looked for; a guesser would be given infinity."""


@dataclass(frozen=True)
class Calibration:
    """Of the items for which the judge gave probabilities and the label is no tie."""

    n: int
    ece: float
    """As the judge says them."""
    brier: float
    temperature: float
    """By what their log-odds are divided."""
    ece_after: float
    """With that temperature, on the items that it was fitted to."""
    brier_after: float

    @property
    def usable(self) -> bool:
        """Whether probabilities may be told, corrected by the temperature."""
        return self.n >= LEAST and self.ece_after <= USABLE

    def data(self) -> dict[str, Any]:
        """As plain JSON values."""
        return {**vars(self), "usable": self.usable}


def calibration(items: Sequence[Judged]) -> Calibration | None:
    """How well calibrated the judge is; None where it gave no item a probability in each of its showings."""
    right = [_right(item) for item in items if item.truth != "tie" and 0 < len(item.p) == item.showings]
    if not right:
        return None
    by = temperature(right)
    after = [tempered(p, by) for p in right]
    return Calibration(len(right), ece(right), brier(right), by, ece(after), brier(after))


def _right(item: Judged) -> float:
    """The probability of the better answer: the mean over the showings, so that the place cancels out."""
    p = sum(item.p) / len(item.p)
    return p if item.truth == "b" else 1 - p


def ece(right: Sequence[float], bins: int = BINS) -> float:
    """Expected calibration error over bins of as many items each, of the probabilities of the right answers.

    The mean distance of how sure the judge is to how often it is right, weighed by the items of each bin; adaptive
    bins as J. Nixon et al., arXiv:1904.01685. An even probability is half right.
    """
    hits: dict[float, list[float]] = {}
    for p in right:
        hits.setdefault(round(max(p, 1 - p), 12), []).append(0.5 if p == 0.5 else float(p > 0.5))
    # Items of which the judge is equally sure may fall into several bins: each takes the same part of them.
    ranked = [(sure, sum(own) / len(own)) for sure, own in sorted(hits.items()) for _ in own]
    n = len(ranked)
    parts = [ranked[n * place // bins : n * (place + 1) // bins] for place in range(bins)]
    return sum(abs(sum(sure for sure, _ in part) - sum(hit for _, hit in part)) for part in parts) / n


def brier(right: Sequence[float]) -> float:
    """The mean square of what the right answer lacks to certainty; G. W. Brier, Mon. Weather Rev. 78 (1950), 1-3."""
    return sum((1 - p) ** 2 for p in right) / len(right)


def tempered(p: float, by: float) -> float:
    """The probability with its log-odds divided.

    >>> tempered(0.9, 1.0), round(tempered(0.9, 2.0), 2), tempered(0.5, 7.0)
    (0.9, 0.75, 0.5)
    """
    if by == 1.0:
        return p
    odds = _logit(p) / by
    return 1 / (1 + exp(-odds)) if odds >= 0 else exp(odds) / (1 + exp(odds))


def temperature(right: Sequence[float]) -> float:
    """The temperature under which the labels are likeliest; C. Guo et al., arXiv:1706.04599.

    One answer more is counted, as sure as they are on average, and wrong: the rule of succession, without which a judge
    that was right in all of a few pairs would be made certain of the next. The loss has one minimum, which a golden
    section finds on the logarithm of the temperature.
    """
    odds = [_logit(p) for p in right]
    odds.append(-sum(map(abs, odds)) / len(odds))

    def loss(at: float) -> float:
        return sum(_minus_log_sigmoid(each / exp(at)) for each in odds)

    low, high, golden = log(COLDEST), log(HOTTEST), (sqrt(5) - 1) / 2
    for _ in range(60):
        left, right_ = high - golden * (high - low), low + golden * (high - low)
        if loss(left) <= loss(right_):
            high = right_
        else:
            low = left
    return round(exp((low + high) / 2), 4)


def _logit(p: float) -> float:
    held = min(max(p, NARROW), 1 - NARROW)
    return log(held / (1 - held))


def _minus_log_sigmoid(x: float) -> float:
    return log1p(exp(-x)) if x >= 0 else log1p(exp(x)) - x
