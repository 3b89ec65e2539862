"""The steps of a prompt on its way to a pair, by the stages of the recipe, and how many a trail passed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from constitution.cli.earlier import last_passed
from constitution.core.trail import Trail

START, END = "prompts", "paired"
RULED = "not ruled out"
"""The step that is there only where people have ruled."""
HELD = "not held out"
"""The step that is there only where something was held out."""
WORDS: Mapping[str, str] = {
    "select": "selected",
    "given": "answers given",
    "draft": "drafted",
    "guard": HELD,
    "intent": "rightly helped",
    "critique": "violation found",
    "rounds": "violation found and revised",
    "revise": "revised",
    "recheck": "re-check passed",
    "rate": "rated",
    "judge": "better in both orders",
    "execute": "passes its tests",
}
"""Stage to what holds of a trail that passed it; of another stage, that it was passed."""
MAKING = ("pair", "screen")
"""Stages without a step of their own: what falls in them falls at the next step."""
REVISE = ("draft", "critique", "revise", "recheck", "judge", *MAKING)
"""The stages behind a folder that does not name them."""


@dataclass(frozen=True)
class Steps:
    """The steps of one recipe, each with a name of its own."""

    names: tuple[str, ...]
    """From all prompts to the pairs."""
    of_stage: tuple[int, ...]
    """Position of a stage to the place of the step that a trail takes by passing it."""

    @classmethod
    def of(cls, stages: Sequence[str]) -> Steps:
        """Those of a recipe with these stages; of stages of one kind in a row, there is one step."""
        names, of_stage, ruled = [START], list[int](), _ruled_at(stages)
        for place, stage in enumerate(stages):
            if place == ruled:
                names.append(RULED)
            again = place > 0 and stages[place - 1] == stage and place != ruled
            if stage not in MAKING and not again:
                names.append(_unlike(WORDS.get(stage, f"passed {stage}"), names))
            of_stage.append(len(names) - (stage not in MAKING))
        return cls((*names, *([RULED] if ruled == len(stages) else []), END), tuple(of_stage))

    def reached(self, trail: Trail) -> int:
        """How many steps after the first this trail passed."""
        if trail.fate == "paired":
            return len(self.names) - 1
        if trail.fate == "ruled_out":
            return self.names.index(RULED) - 1
        if trail.ended_in is not None:
            in_stage = trail.ended_in < len(self.of_stage)
            return (self.of_stage[trail.ended_in] if in_stage else len(self.names) - 1) - 1
        passed = last_passed(trail)
        return self.names.index(passed) if passed in self.names else 0


def stages_of(lock: Mapping[str, Any]) -> tuple[str, ...]:
    """The stages of a recipe by its lock; those of ``revise`` where it names none, as older folders do."""
    stages = lock.get("stages")
    named = [next(iter(stage)) for stage in stages or () if isinstance(stage, Mapping) and stage] if (
        isinstance(stages, list)) else []  # fmt: skip
    return tuple(map(str, named)) or REVISE


def _ruled_at(stages: Sequence[str]) -> int:
    """The stage before which people's rulings on a pair are read: both answers are there, and nobody has compared."""
    revised = [place for place, stage in enumerate(stages, 1) if stage in ("revise", "rounds")]
    if revised:
        return revised[-1]
    return next((place for place, stage in enumerate(stages) if stage in ("recheck", "judge", *MAKING)), len(stages))


def _unlike(said: str, names: Sequence[str]) -> str:
    """The name, numbered where another step has it."""
    times = sum(name == said or name.startswith(f"{said} (") for name in names)
    return f"{said} ({times + 1})" if times else said
