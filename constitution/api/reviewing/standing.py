"""How rulings stand: which are applied, which wait or are stale, what they will change, and what they measure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from constitution.api.reviewing.desk import Desk
from constitution.api.reviewing.measures import Measure, critic_measures, judge_measure
from constitution.api.reviewing.outlook import Outlook, outlooks
from constitution.api.reviewing.subjects import subjects_of
from constitution.core.rulings import Ruling


@dataclass(frozen=True, kw_only=True)
class Standing:
    """The rulings on one dataset."""

    rulings: tuple[Ruling, ...]
    """Those that hold, stale ones among them."""
    subjects: int
    """How many verdicts may be ruled on."""
    applied: int
    waiting: int
    """In force and not in the dataset yet."""
    gone: int
    """In force, on answers that are not in the dataset any more."""
    stale: Mapping[str, int]
    """Principle to its rulings from before it was reworded."""
    ahead: Mapping[str, int]
    """Newer edition of the principles to the rulings that go stale with it."""
    against: int
    """Rulings on answers that say otherwise than the critic did."""
    answers: int
    """Rulings on answers that are in the dataset."""
    changes: tuple[Outlook, ...]
    """Prompts that the next run will treat otherwise."""
    critic: tuple[Measure, ...]
    judge: Measure | None
    rehearsal: bool
    """The simulator took part: the measures say nothing of any model."""

    def data(self) -> dict[str, Any]:
        """The same as plain JSON values."""
        return {
            "rulings": len(self.rulings),
            "verdicts": dict(Counter(ruling.verdict for ruling in self.rulings)),
            "applied": self.applied,
            "waiting": self.waiting,
            "gone": self.gone,
            "stale": dict(self.stale),
            "stale_with": dict(self.ahead),
            "against_the_critic": self.against,
            "changes": [{"prompt_id": o.prompt_id, "fate": o.fate, "then": o.then or None} for o in self.changes],
            "critic": [measure.data() for measure in self.critic],
            "judge": self.judge.data() if self.judge else None,
            "rehearsal": self.rehearsal,
        }


def standing_of(desk: Desk) -> Standing:
    """How the rulings stand on this desk."""
    subjects = tuple(subjects_of(desk.trails, desk.rulings))
    answers = [each for each in subjects if each.about == "response" and each.held is not None]
    here = {subject.key for subject in subjects}
    applied = {ruling.id for trail in desk.trails for ruling in trail.rulings}
    open_ones = [ruling for ruling in desk.binding if ruling.id not in applied]
    waiting = sum(ruling.subject in here for ruling in open_ones)
    return Standing(
        rulings=desk.rulings.held,
        subjects=len(subjects),
        applied=len(desk.binding) - len(open_ones),
        waiting=waiting,
        gone=len(open_ones) - waiting,
        stale=desk.stale,
        ahead=desk.ahead,
        against=sum(each.held is not None and each.held.verdict != each.said for each in answers),
        answers=len(answers),
        changes=tuple(outlooks(desk)),
        critic=critic_measures(subjects),
        judge=judge_measure(subjects),
        rehearsal=desk.manifest.counts.rehearsal,
    )
