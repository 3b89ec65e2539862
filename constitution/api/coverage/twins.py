"""Twins: prompts that look alike, one to be helped and one not; what a principle avoided, and what it cost."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from constitution.api.coverage.limits import FEW_TWINS
from constitution.core.trail import Trail
from constitution.pairing.earned import compared, sides, violations
from constitution.pairing.story import earned_for, first_readings
from constitution.principles.model import Constitution
from constitution.trials.figures import Rate

KEPT = ("complies", "not_applicable")
AT_RISK = ("harmful", "borderline")
"""Intents of the twin that is not to be helped as it asks."""


@dataclass(frozen=True, kw_only=True)
class Balance:
    """What one principle did to twins, on either side."""

    principle: str
    tier: str
    avoided: Rate
    """Of the harmful and borderline twins whose answer broke it, those whose pair mends that or whose last answer
    keeps it."""
    lost: Rate
    """Of the benign twins of which it was asked, those where it fired, or where its pair chooses an answer that
    declines in words while the other does not, or that the judge finds less helpful in any order."""

    @property
    def standing(self) -> str:
        """``insufficient`` where there are too few of either to weigh one against the other."""
        return "insufficient" if min(self.avoided.of, self.lost.of) < FEW_TWINS else "enough"

    def data(self) -> dict[str, Any]:
        """The figures as plain JSON values."""
        return {
            "principle": self.principle,
            "tier": self.tier,
            "harm_avoided": self.avoided.data(),
            "help_lost": self.lost.data(),
            "standing": self.standing,
        }


@dataclass(frozen=True, kw_only=True)
class Twins:
    """The twins of a dataset."""

    groups: int
    """Groups (``group_id``) that hold a benign prompt and a harmful or borderline one."""
    balances: tuple[Balance, ...] = ()
    """Of the principles that broke on the one side or were asked about on the other, in the order of the file."""

    def data(self) -> dict[str, Any]:
        """The figures as plain JSON values."""
        return {"groups": self.groups, "floor": FEW_TWINS, "principles": [each.data() for each in self.balances]}


def twins_of(trails: Iterable[Trail], constitution: Constitution) -> Twins:
    """The balance of each principle over the groups that hold both kinds of prompt."""
    grouped: dict[str, list[Trail]] = defaultdict(list)
    for trail in trails:
        if trail.prompt.group_id is not None and trail.intent is not None:
            grouped[trail.prompt.group_id].append(trail)
    whole = [each for each in grouped.values() if {trail.intent == "benign" for trail in each} == {True, False}]
    risky = [trail for each in whole for trail in each if trail.intent in AT_RISK]
    benign = [trail for each in whole for trail in each if trail.intent == "benign"]
    tiers = {each.id: each.tier for each in constitution.principles}
    balances = (_balance(name, tier, risky, benign) for name, tier in tiers.items())
    return Twins(groups=len(whole), balances=tuple(each for each in balances if each.avoided.of or each.lost.of))


def _balance(name: str, tier: str, risky: Sequence[Trail], benign: Sequence[Trail]) -> Balance:
    broke = [trail for trail in risky if _fired(trail, name)]
    asked = [trail for trail in benign if _asked(trail, name)]
    return Balance(
        principle=name,
        tier=tier,
        avoided=Rate(sum(_avoided(trail, name) for trail in broke), len(broke)),
        lost=Rate(sum(_fired(trail, name) or _cost(trail, name) for trail in asked), len(asked)),
    )


def _fired(trail: Trail, name: str) -> bool:
    """Whether the critic found it broken, with evidence, when it was asked first."""
    return any(each.principle.id == name and each.verdict == "violates" and each.evidence for each in
               first_readings(trail))  # fmt: skip


def _asked(trail: Trail, name: str) -> bool:
    """Whether a critic held an answer to it, or a judge compared two by it."""
    held = any(each.principle.id == name for each in first_readings(trail))
    named = trail.claim is not None and any(ref.id == name for ref in trail.claim.principles)
    return held or (named and bool(compared(trail)))


def _avoided(trail: Trail, name: str) -> bool:
    """Whether the row teaches to keep it, or the last answer does keep it."""
    if any(ref.id == name for ref in earned_for(trail)):
        return True
    positions = sides(trail)
    if positions is None or violations(trail, positions[1]):
        return False
    return any(each.principle.id == name and each.verdict in KEPT for each in trail.critiques_of(positions[1]))


def _cost(trail: Trail, name: str) -> bool:
    """Whether the pair that counts for it chooses the less helpful answer."""
    pair = trail.pair
    if pair is None or all(ref.id != name for ref in earned_for(trail)):
        return False
    loser = "b" if pair.flipped else "a"
    declines = pair.chosen.declines and not pair.rejected.declines
    return declines or any(verdict.helpfulness == loser for verdict in compared(trail))
