"""Effects: per principle, what was said of the answers, which pairs came of it, and how long their answers are."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import log
from statistics import median
from typing import Any

from constitution.api.coverage.limits import NEUTRAL
from constitution.api.tables import Said
from constitution.principles.model import Constitution
from constitution.trials.figures import Rate


@dataclass(frozen=True)
class Lengths:
    """Words of the chosen answers to words of the rejected ones, over the pairs that a principle helped to earn."""

    ratios: tuple[float, ...] = ()

    @property
    def apart(self) -> tuple[float, ...]:
        """Of pairs whose answers are not about equally long."""
        return tuple(ratio for ratio in self.ratios if abs(log(ratio)) >= NEUTRAL)

    @property
    def longer(self) -> Rate:
        """Of those, with the longer answer chosen."""
        return Rate(sum(ratio > 1 for ratio in self.apart), len(self.apart))

    @property
    def ratio(self) -> float | None:
        """The median of all; None without pairs."""
        return median(self.ratios) if self.ratios else None

    def beyond(self, limit: float) -> Rate:
        """Of all pairs, those whose ratio lies farther from 1 than the limit, on its side."""
        return Rate(sum(ratio > limit if limit > 1 else ratio < limit for ratio in self.ratios), len(self.ratios))

    def data(self) -> dict[str, Any]:
        """The figures as plain JSON values."""
        return {"pairs": len(self.ratios), "longer": self.longer.data(), "median_ratio": self.ratio}


@dataclass(frozen=True, kw_only=True)
class Effect:
    """What came of one principle; its four verdicts add up to ``asked``."""

    principle: str
    tier: str
    group: str
    asked: int = 0
    """Answers that were held to it: of each prompt the first one, not what was to mend it."""
    kept: int = 0
    fired: int = 0
    """Violations, each with its evidence."""
    not_applicable: int = 0
    cannot_tell: int = 0
    earned: int = 0
    """Pairs that count for it."""
    lengths: Lengths = Lengths()

    @property
    def applied(self) -> int:
        """Answers of which it was said that they keep it or break it."""
        return self.kept + self.fired

    @property
    def rate(self) -> Rate:
        """How often it fires where it applies."""
        return Rate(self.fired, self.applied)

    def data(self) -> dict[str, Any]:
        """The figures as plain JSON values."""
        counts = {name: getattr(self, name) for name in ("principle", "tier", "group", "asked", "applied", "fired",
                  "kept", "not_applicable", "cannot_tell", "earned")}  # fmt: skip
        return {**counts, "fires": self.rate.data(), "lengths": self.lengths.data()}


def effects_of(rows: Sequence[Said], constitution: Constitution) -> tuple[Effect, ...]:
    """One effect for each principle of the constitution, then for each other one that answers were held to."""
    tiers: dict[str, tuple[str, str]] = {
        each.id: (each.tier, group.id) for group in constitution.groups for each in group.principles
    }
    held: dict[str, list[Said]] = defaultdict(list)
    for said in rows:
        if said.counts and said.first and said.principle is not None:
            held[said.principle].append(said)
            tiers.setdefault(said.principle, (said.tier or "", said.group or ""))
    return tuple(_effect(name, *tiers[name], held[name]) for name in tiers)


def _effect(name: str, tier: str, group: str, rows: Sequence[Said]) -> Effect:
    verdicts = Counter(said.verdict for said in rows)
    pairs = {said.position: said for said in rows if said.earned}
    return Effect(
        principle=name,
        tier=tier,
        group=group,
        asked=len(rows),
        kept=verdicts["complies"],
        fired=sum(map(broken, rows)),
        not_applicable=verdicts["not_applicable"],
        cannot_tell=verdicts["cannot_tell"],
        earned=len(pairs),
        lengths=Lengths(tuple(ratio_of(said) for said in pairs.values())),
    )


def broken(said: Said) -> bool:
    """Whether it is a violation with its evidence."""
    return said.verdict == "violates" and said.evidence is not None


def ratio_of(said: Said) -> float:
    """Words chosen to words rejected, of the pair that the prompt made."""
    return max(1, said.length_chosen or 0) / max(1, said.length_rejected or 0)


def by_answer(rows: Iterable[Said]) -> Mapping[tuple[int, int], dict[str, Said]]:
    """What counts of each answer, a principle each; by position of the prompt, and of the answer to it."""
    found: dict[tuple[int, int], dict[str, Said]] = defaultdict(dict)
    for said in rows:
        if said.counts and said.principle is not None and said.response is not None:
            found[said.position, said.response][said.principle] = said
    return found
