"""Notices: what stands out of the effects of principles, each in a sentence, or that there is too little to say so."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from constitution.api.coverage.clashes import Clash
from constitution.api.coverage.effects import Effect
from constitution.api.coverage.limits import LONGER, MUCH_LONGER, RARE, RATIO, REPEATED
from constitution.principles.model import Constitution
from constitution.trials.figures import Rate

Kind = Literal["contradicts", "always_fires", "never_fires", "never_applies", "longer", "shorter", "never_asked"]
Standing = Literal["found", "insufficient"]

WHY: Mapping[Kind, str] = {
    "contradicts": "one rule is kept at the cost of the other, and such revisions become no pairs",
    "always_fires": "a rule that every answer breaks may forbid what nobody can help, or its words catch too much",
    "never_fires": "it costs calls and earns no pair here; either answers keep it already, or its words catch nothing",
    "never_applies": "it costs calls and finds nothing to be held to; its applies_when may be too wide",
    "longer": "a model trained on these pairs may learn to write more instead of keeping the rule",
    "shorter": "a model trained on these pairs may learn to write less instead of keeping the rule",
    "never_asked": "nothing in this dataset speaks for or against it",
}
"""Why each kind matters."""


@dataclass(frozen=True, kw_only=True)
class Notice:
    """One thing that stands out of one principle."""

    kind: Kind
    principle: str
    other: str = ""
    """The other principle of a contradiction."""
    standing: Standing = "found"
    """``insufficient`` where there are too few cases to say so."""
    what: str
    figures: Mapping[str, Any] = field(default_factory=dict)
    at: tuple[int, ...] = ()
    """Positions of prompts that show it."""

    @property
    def why(self) -> str:
        """Why it matters."""
        return WHY[self.kind]


def notices_of(
    effects: Sequence[Effect],
    clashes: Sequence[Clash],
    constitution: Constitution,
    shown: Mapping[tuple[str, str], tuple[int, ...]],
    scope: Mapping[str, int],
    compared: Collection[str] = (),
) -> tuple[Notice, ...]:
    """All notices.

    ``shown`` are positions of prompts by principle and what they show; ``scope`` is how many prompts call for each;
    ``compared`` are those that the judge was asked about without a critic.
    """
    every = [_contradicts(clash, constitution) for clash in clashes]
    for effect in effects:
        asked = () if effect.principle in compared and not effect.asked else _asked(effect, scope)
        every += [*asked, *_fires(effect, shown), *_lengths(effect, shown)]
    order = list(WHY)
    return tuple(sorted(every, key=lambda notice: (notice.standing != "found", order.index(notice.kind))))


def _contradicts(clash: Clash, constitution: Constitution) -> Notice:
    principles = {each.id: each for each in constitution.principles}
    one, other = principles.get(clash.mended), principles.get(clash.broken)
    named = bool(one and other and (other.id in one.conflicts_with or one.id in other.conflicts_with))
    told = "conflicts_with names them, so the critic is told which goes first" if named else (
        "neither names the other in conflicts_with, so the critic is not told which goes first")  # fmt: skip
    return Notice(
        kind="contradicts",
        principle=clash.mended,
        other=clash.broken,
        standing="found" if len(clash.at) >= REPEATED else "insufficient",
        what=f"mending it newly broke {clash.broken} in {_told(clash.rate)} revisions; {told}",
        figures={**clash.data(), "declared": named},
        at=clash.at,
    )


def _asked(effect: Effect, scope: Mapping[str, int]) -> Iterator[Notice]:
    """Whether it was asked about at all, and ever applied."""
    rate = Rate(effect.applied, effect.asked)
    if not effect.asked:
        fits = scope.get(effect.principle, 0)
        why = f"{fits:,} prompts called for it, and were held to other principles" if fits else (
            "no prompt called for it by its applies_when")  # fmt: skip
        yield Notice(kind="never_asked", principle=effect.principle, what=f"never asked: {why}",
                     figures={"in_scope": fits})  # fmt: skip
    elif not effect.applied and not effect.cannot_tell:
        yield Notice(kind="never_applies", principle=effect.principle, standing=_seldom(rate.interval.high),
                     what=f"applied to {_told(rate)} answers that were held to it", figures=rate.data())  # fmt: skip


def _fires(effect: Effect, shown: Mapping[tuple[str, str], tuple[int, ...]]) -> Iterator[Notice]:
    """Whether it fires never or always."""
    rate = effect.rate
    if effect.applied and effect.fired in (0, effect.applied):
        never = effect.fired == 0
        yield Notice(
            kind="never_fires" if never else "always_fires",
            principle=effect.principle,
            standing=_seldom(rate.interval.high if never else 1 - rate.interval.low),
            what=f"broken by {_told(rate)} answers to which it applies",
            figures=rate.data(),
            at=shown.get((effect.principle, "complies" if never else "violates"), ()),
        )


def _lengths(effect: Effect, shown: Mapping[tuple[str, str], tuple[int, ...]]) -> Iterator[Notice]:
    """Whether its pairs reward length, one way or the other."""
    lengths, share, ratio = effect.lengths, effect.lengths.longer, effect.lengths.ratio
    for kind, side, limit, share_at in (("longer", 1, RATIO[1], LONGER[1]), ("shorter", -1, RATIO[0], LONGER[0])):
        often = bool(share.of) and side * (share.hits / share.of - share_at) > 0
        far = ratio is not None and side * (ratio - limit) > 0
        if not often and not far:
            continue
        sure = often and side * (_near(share, side) - 0.5) > 0
        sure |= far and lengths.beyond(limit).interval.low > 0.5
        much = often and side * (share.hits / share.of - MUCH_LONGER[side > 0]) > 0
        yield Notice(
            kind="longer" if side > 0 else "shorter",
            principle=effect.principle,
            standing="found" if sure else "insufficient",
            what=f"the longer answer is chosen in {_told(share)} pairs of unlike length{' (far out)' * much}; "
            f"median ratio of chosen to rejected {ratio:.2f}",
            figures={**lengths.data(), "far": much},
            at=shown.get((effect.principle, kind), ()),
        )


def _near(rate: Rate, side: int) -> float:
    """The end of the interval that lies nearer to one half."""
    return rate.interval.low if side > 0 else rate.interval.high


def _seldom(most: float) -> Standing:
    return "found" if most <= RARE else "insufficient"


def _told(rate: Rate) -> str:
    """As ``3 of 4 (0.30–0.95)``."""
    return f"{rate.hits} of {rate.of} ({rate.interval.low:.2f}–{rate.interval.high:.2f})"
