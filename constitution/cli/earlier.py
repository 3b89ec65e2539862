"""How far a trail came whose folder is too old to say in which stage it ended: read off what was asked last."""

from __future__ import annotations

from constitution.core.trail import Trail
from constitution.pairing.earned import recheck_problem, sides, violations, why_not

_RULED = "not ruled out"
_FELL = {
    "select": "prompts", "draft": "prompts", "critique": "drafted", "revise": "violation found",
    "recheck": _RULED, "judge": "re-check passed",
}  # fmt: skip
"""Stage to the last step that a trail had passed which failed in it."""
_JUDGED = "better in both orders"


def last_passed(trail: Trail) -> str:
    """The last step of the recipe ``revise`` that this trail passed without becoming a pair."""
    if trail.faults:
        return _FELL.get(trail.faults[-1].stage, _JUDGED)
    asked = [step.kind for step in trail.steps if step.kind != "human_review"]
    return _by_last(trail, asked[-1]) if asked else "prompts"


def _by_last(trail: Trail, kind: str) -> str:
    """The same of a trail whose last step, but for those of people, was of this kind."""
    if kind == "judge":
        return "re-check passed" if why_not(trail) else _JUDGED
    if kind == "revise":
        return "violation found" if _unwritten(trail) else _RULED
    if kind == "critique" and sides(trail) is not None:
        return _RULED if recheck_problem(trail) else "re-check passed"
    if kind == "critique":
        return "violation found" if violations(trail, 0) else "drafted"
    return "prompts" if _unwritten(trail) else "drafted"


def _unwritten(trail: Trail) -> bool:
    """Whether what was to be written last did not come whole, or said nothing new."""
    positions = sides(trail)
    texts = [trail.responses[position].text.split() for position in positions or ()]
    return trail.fate in ("refused", "truncated", "empty") or (len(texts) == 2 and texts[0] == texts[1])
