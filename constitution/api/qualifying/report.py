"""What is known of a judge: its figures, what it was held to, and what it cost to find out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from constitution.core.qualities import Quality
from constitution.trials.judging.figures import JudgeFigures, lacking, warnings
from constitution.trials.judging.judged import Judged


@dataclass(frozen=True, kw_only=True)
class JudgeReport:
    """A judge on labelled pairs, asked or replayed."""

    model: str
    """``provider:model`` as it is pinned; empty for recorded verdicts of nobody named."""
    items: tuple[Judged, ...]
    figures: JudgeFigures
    source: str
    """The file of the labelled pairs, or of the recorded verdicts."""
    sha256: str
    """Of that file."""
    require: Mapping[Quality, float] = field(default_factory=dict)
    """What the judge is held to."""
    setting: Mapping[str, Any] = field(default_factory=dict)
    """How it was asked: template, votes, principles, question; nothing for recorded verdicts."""
    lost: tuple[str, ...] = ()
    """Why pairs could not be judged, one sentence each."""
    left_out: int = 0
    """Pairs that no principle speaks of."""
    rehearsal: bool = False
    """A program that stands in for a model gave answers."""
    asked: int = 0
    reused: int = 0
    cost: float | None = 0.0
    """US dollars; None where a price is unknown."""
    notes: tuple[str, ...] = ()

    @property
    def lacking(self) -> tuple[str, ...]:
        """What the judge does not reach of what it is held to."""
        return lacking(self.figures, self.require)

    @property
    def warnings(self) -> tuple[str, ...]:
        """Its leanings, a sentence each."""
        return warnings(self.figures)

    @property
    def verdict(self) -> str:
        """``qualified``, ``not qualified``, or ``not held to anything``."""
        if not self.require:
            return "not held to anything"
        return "not qualified" if self.lacking else "qualified"

    @property
    def exit_code(self) -> int:
        """1 where the judge lacks what it is held to or no pair was judged, 3 where pairs were lost, else 0."""
        if self.lacking or (not self.items and not self.lost):
            return 1
        return 3 if self.lost else 0

    def data(self) -> dict[str, Any]:
        """The report as plain JSON values."""
        return {
            "model": self.model,
            "source": self.source,
            "sha256": self.sha256,
            "setting": dict(self.setting),
            "rehearsal": self.rehearsal,
            "figures": self.figures.data(),
            "warnings": list(self.warnings),
            "require": dict(self.require),
            "lacking": list(self.lacking),
            "verdict": self.verdict,
            "lost": len(self.lost),
            "left_out": self.left_out,
            "asked": self.asked,
            "reused": self.reused,
            "cost": self.cost,
        }
