"""Comparisons: per principle, what the judge said of answers that no critic had to hold to it first."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from constitution.core.trail import Trail
from constitution.pairing.earned import compared, decision
from constitution.pairing.story import earned_for
from constitution.principles.model import Constitution
from constitution.trials.figures import Rate


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """What came of asking the judge about one principle; its four outcomes add up to ``compared``."""

    principle: str
    tier: str
    group: str
    compared: int
    """Prompts of which two answers were compared by it, perhaps together with other principles."""
    as_claimed: int
    """In both orders, the answer keeps it better that the recipe took for the better one."""
    other: int
    """In both orders, the other answer does."""
    tie: int
    undecided: int
    """The orders, or the judges of a panel, do not agree, or an answer of the judge was not valid."""
    pairs: int
    """Pairs that count for it: none where the recipe asks which answer helps more."""

    @property
    def wins(self) -> Rate:
        """Of the comparisons that were decided, those for the answer that was claimed to be the better one."""
        return Rate(self.as_claimed, self.as_claimed + self.other)

    def data(self) -> dict[str, Any]:
        """The figures as plain JSON values."""
        names = ("principle", "tier", "group", "compared", "as_claimed", "other", "tie", "undecided", "pairs")
        return {**{name: getattr(self, name) for name in names}, "wins": self.wins.data()}


def comparisons_of(trails: Sequence[Trail], constitution: Constitution) -> tuple[Comparison, ...]:
    """One for each principle that a judge was asked about without a critic, in the order of the constitution.

    Every vote stands in ``to_pandas("verdicts")``, with the principles that it was asked about in ``asked``.
    """
    outcomes: dict[str, Counter[str]] = defaultdict(Counter)
    tiers = {each.id: (each.tier, group.id) for group in constitution.groups for each in group.principles}
    for trail in trails:
        claim = trail.claim
        if claim is None or claim.critiqued or not compared(trail):
            continue
        said = decision(trail, "principles")
        earned = earned_for(trail)
        for ref in claim.principles:
            tiers.setdefault(ref.id, (ref.tier, ""))
            outcomes[ref.id][said] += 1
            outcomes[ref.id]["pairs"] += ref in earned
    return tuple(_comparison(name, *tiers[name], outcomes[name]) for name in tiers if name in outcomes)


def _comparison(name: str, tier: str, group: str, said: Counter[str]) -> Comparison:
    undecided = said["split"] + said["invalid"]
    return Comparison(
        principle=name,
        tier=tier,
        group=group,
        compared=said["a"] + said["b"] + said["tie"] + undecided,
        as_claimed=said["b"],
        other=said["a"],
        tie=said["tie"],
        undecided=undecided,
        pairs=said["pairs"],
    )
