"""What an edit really did to a sample of the rows that it touches: verdicts that flip, pairs that die or are born."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, NamedTuple

from constitution.api.impact.estimate import Estimate
from constitution.api.impact.touching import How, Touch
from constitution.api.result import Run
from constitution.core.trail import Critique, Trail
from constitution.pairing.story import held

Becomes = Literal["dies", "born", "other text", "stays", "no pair"]


class Flip(NamedTuple):
    """One principle's verdict on the same draft, before and after."""

    before: Critique
    after: Critique


@dataclass(frozen=True)
class Outcome:
    """One row of the sample, as the folder has it and as it is under the edited principles."""

    before: Trail
    after: Trail

    @property
    def failed(self) -> bool:
        """Whether the row could not be asked about this time."""
        return (self.after.fate or "").startswith("fault:")

    @property
    def same_draft(self) -> bool:
        """Whether both verdicts are on the very same text."""
        was, now = _draft(self.before), _draft(self.after)
        return was is not None and was == now

    @cached_property
    def flips(self) -> tuple[Flip, ...]:
        """Principles that are asked about both times and say something else of the same draft."""
        return tuple(flip for flip in self.both if flip.before.verdict != flip.after.verdict)

    @cached_property
    def both(self) -> tuple[Flip, ...]:
        """The verdicts of each principle that was asked about both times, of the same draft."""
        if not self.same_draft:
            return ()
        was = {each.principle.id: each for each in _of_draft(self.before)}
        return tuple(Flip(was[each.principle.id], each) for each in _of_draft(self.after) if each.principle.id in was)

    @property
    def becomes(self) -> Becomes:
        """What becomes of the pair that the row made, or of the row that made none."""
        was, now = (trail.pair if trail.fate == "paired" else None for trail in (self.before, self.after))
        if was is None or now is None:
            return "dies" if was else "born" if now else "no pair"
        return "stays" if was.pair_id == now.pair_id else "other text"

    @property
    def told(self) -> bool:
        """Whether there is something to show: a verdict that flipped, or a pair that died or was born."""
        return bool(self.flips) or self.becomes in ("dies", "born")


@dataclass(frozen=True, kw_only=True)
class Effect:
    """What was seen in the sample."""

    outcomes: tuple[Outcome, ...]
    """In prompt order."""
    how: How
    """From which of the touched rows the sample was drawn."""
    pool: tuple[Touch, ...]
    """All of those rows."""
    run: Run

    @property
    def counted(self) -> tuple[Outcome, ...]:
        """The rows that could be asked about."""
        return tuple(each for each in self.outcomes if not each.failed)

    @property
    def flipped(self) -> Estimate:
        """Rows in which a verdict flips, of those in which a principle was asked about both times."""
        seen = [bool(each.flips) for each in self.counted if each.both]
        return Estimate.of_all(sum(seen), len(seen), sum(bool({*row.before} & {*row.after}) for row in self.pool))

    def pairs(self, becomes: Becomes) -> Estimate:
        """Rows whose pair comes to this, of those that made a pair before; of those that made none for ``born``."""
        made = becomes != "born"
        seen = [each.becomes == becomes for each in self.counted if (each.before.fate == "paired") == made]
        return Estimate.of_all(sum(seen), len(seen), sum((row.trail.fate == "paired") == made for row in self.pool))

    @property
    def verdicts(self) -> Mapping[str, Estimate]:
        """Principle to how often its verdict flips, of the rows in which it was asked about both times."""
        asked = Counter(flip.after.principle.id for each in self.counted for flip in each.both)
        flips = Counter(flip.after.principle.id for each in self.counted for flip in each.flips)
        still = [row.trail for row in self.pool if {*row.before} & {*row.after}]
        held = Counter(each.principle.id for trail in still for each in _of_draft(trail))
        return {name: Estimate.of_all(flips[name], of, held[name]) for name, of in asked.items()}

    @property
    def fates(self) -> Mapping[tuple[str, str], int]:
        """(fate before, fate after) to how many rows, the commonest first."""
        ends = Counter((each.before.fate or "", each.after.fate or "") for each in self.outcomes)
        return dict(ends.most_common())

    def data(self) -> dict[str, Any]:
        """The same as JSON values."""
        kinds: tuple[Becomes, ...] = ("dies", "born", "other text")
        return {
            "rows": len(self.outcomes),
            "drawn_from": {"touched": self.how, "rows": len(self.pool)},
            "failed": len(self.outcomes) - len(self.counted),
            "other_draft": sum(not each.same_draft for each in self.counted),
            "asked": self.run.asked,
            "reused": self.run.reused,
            "usage": self.run.usage,
            "cost": self.run.cost,
            "flipped": self.flipped.data(),
            "pairs": {kind.replace(" ", "_"): self.pairs(kind).data() for kind in kinds},
            "verdicts": {name: estimate.data() for name, estimate in self.verdicts.items()},
            "fates": [{"before": was, "after": now, "count": number} for (was, now), number in self.fates.items()],
            "outcomes": [_data(each) for each in self.outcomes],
        }


def _draft(trail: Trail) -> str | None:
    """The text that was held to the principles first, if there is one."""
    return trail.responses[held(trail)].text if trail.responses else None


def _of_draft(trail: Trail) -> tuple[Critique, ...]:
    return trail.critiques_of(held(trail))


def _data(outcome: Outcome) -> dict[str, Any]:
    ends = {"before": outcome.before, "after": outcome.after}
    return {
        "prompt_id": outcome.before.prompt.id,
        "prompt": outcome.before.prompt.messages[-1].content,
        "pair": outcome.becomes,
        "same_draft": outcome.same_draft,
        "fate": {name: trail.fate for name, trail in ends.items()},
        "reason": {name: trail.reason for name, trail in ends.items()},
        "flips": [
            {
                "principle": flip.after.principle.id,
                "verdict": {"before": flip.before.verdict, "after": flip.after.verdict},
                "quote": {"before": _quote(flip.before), "after": _quote(flip.after)},
                "reason": {"before": flip.before.reason, "after": flip.after.reason},
            }
            for flip in outcome.flips
        ],
    }


def _quote(critique: Critique) -> str | None:
    return critique.evidence.text if critique.evidence else None
