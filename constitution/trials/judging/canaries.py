"""Canaries counted: how often a judge preferred a planted text to an answer, in buckets that are the same for all runs.

A judge is held to a rate, never to a single loss: one that is right 99 times in 100 loses one or more of 20 canaries
in 18% of all buckets (1 - 0.99^20), so that "one lost, all void" would throw away a fifth of a good judge's work.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from constitution.core.chance import keyed
from constitution.core.planted import TOLERATED, Planted
from constitution.trials.figures import Rate

Standing = Literal["good", "failed", "insufficient"]
BUCKETS = 8
"""Into so many parts prompts fall by the hash of their id, whatever the run and its order; a run of 8,000 prompts with
2% canaries has 20 in each."""
LEAST = 20
"""Canaries below which a part says nothing: with 20, three losses are the first that speak against the judge."""


def bucket_of(prompt_id: str) -> int:
    """The part, from 0, in which a prompt's canaries are counted."""
    return int(keyed("canary-bucket", prompt_id)[:8], 16) % BUCKETS


@dataclass(frozen=True)
class Bucket:
    """Canaries that are judged together."""

    number: int | None
    """None for all of them."""
    lost: Rate
    tolerance: float = TOLERATED

    @property
    def standing(self) -> Standing:
        """``failed`` where even the lower end of the interval is above what is tolerated."""
        if self.lost.of < LEAST:
            return "insufficient"
        return "failed" if self.lost.interval.low > self.tolerance else "good"

    def data(self) -> dict[str, Any]:
        """As plain JSON values."""
        return {"bucket": self.number, "lost": self.lost.data(), "standing": self.standing}


@dataclass(frozen=True, kw_only=True)
class CanaryFigures:
    """How the judges of a run did on planted texts."""

    whole: Bucket
    buckets: tuple[Bucket, ...]
    """Always all of them, in order."""
    kinds: dict[str, Rate]
    """By kind of text, those that were planted, sorted."""
    tolerance: float = TOLERATED

    @property
    def failed(self) -> tuple[int, ...]:
        """Numbers of the buckets that failed."""
        return tuple(each.number for each in self.buckets if each.number is not None and each.standing == "failed")

    @property
    def distrusted(self) -> bool:
        """Whether the judge failed, over all prompts or in a bucket of them."""
        return self.whole.standing == "failed" or bool(self.failed)

    def data(self) -> dict[str, Any]:
        """As plain JSON values."""
        return {
            "tolerance": self.tolerance,
            "least": LEAST,
            "whole": self.whole.data(),
            "buckets": [each.data() for each in self.buckets],
            "failed": list(self.failed),
            "kinds": {kind: {"lost": rate.hits, "of": rate.of} for kind, rate in self.kinds.items()},
        }


class CanaryCounting:
    """Figures that grow trail by trail and keep none of them."""

    def __init__(self) -> None:
        self._buckets: Counter[tuple[int, bool]] = Counter()
        self._kinds: Counter[tuple[str, bool]] = Counter()

    def add(self, planted: Iterable[Planted]) -> None:
        """Further canaries, such as ``planted_in`` finds in a trail."""
        for each in planted:
            self._buckets[bucket_of(each.prompt_id), each.lost] += 1
            self._kinds[each.kind, each.lost] += 1

    def figures(self, tolerance: float = TOLERATED) -> CanaryFigures | None:
        """The figures so far; None where nothing was planted."""
        if not self._buckets:
            return None
        rates = [_rate(self._buckets, number) for number in range(BUCKETS)]
        whole = Rate(sum(rate.hits for rate in rates), sum(rate.of for rate in rates))
        return CanaryFigures(
            whole=Bucket(None, whole, tolerance),
            buckets=tuple(Bucket(number, rate, tolerance) for number, rate in enumerate(rates)),
            kinds={kind: _rate(self._kinds, kind) for kind in sorted({kind for kind, _ in self._kinds})},
            tolerance=tolerance,
        )


def _rate(counted: Counter[Any], name: int | str) -> Rate:
    return Rate(counted[name, True], counted[name, True] + counted[name, False])
