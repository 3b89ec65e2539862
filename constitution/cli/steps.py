"""The steps of a prompt on its way to a pair, and how many of them a trail passed before it ended."""

from __future__ import annotations

from constitution.core.trail import Trail
from constitution.pairing.earned import recheck_problem, sides, violations, why_not

STEPS = (
    "prompts", "drafted", "violation found", "revised", "not ruled out", "re-check passed", "better in both orders",
    "paired",
)  # fmt: skip
"""What a prompt passes on its way to a pair."""
RULED = "not ruled out"
"""The step that is there only where people have ruled."""
_FELL = {"select": 0, "draft": 0, "critique": 1, "revise": 2, "recheck": 4, "judge": 5}
"""Stage to the steps that a trail had passed which failed in it; what comes after the judge fails at the last step."""


def reached(trail: Trail) -> int:
    """How many steps after the first this trail passed."""
    if trail.fate == "paired":
        return 7
    if trail.fate == "ruled_out":
        return 3
    if trail.faults:
        return _FELL.get(trail.faults[-1].stage, 6)
    asked = [step.kind for step in trail.steps if step.kind != "human_review"]
    return _by_last(trail, asked[-1]) if asked else 0


def _by_last(trail: Trail, kind: str) -> int:
    """The same of a trail whose last step, but for those of people, was of this kind."""
    if kind == "judge":
        return 5 if why_not(trail) else 6
    if kind == "revise":
        return 2 if _unwritten(trail) else 4
    if kind == "critique" and sides(trail) is not None:
        return 4 if recheck_problem(trail) else 5
    if kind == "critique":
        return 2 if violations(trail, 0) else 1
    return 0 if _unwritten(trail) else 1


def _unwritten(trail: Trail) -> bool:
    """Whether what was to be written last did not come whole, or said nothing new."""
    positions = sides(trail)
    texts = [trail.responses[position].text.split() for position in positions or ()]
    return trail.fate in ("refused", "truncated", "empty") or (len(texts) == 2 and texts[0] == texts[1])
