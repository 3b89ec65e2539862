"""What an answer of a trail is called where people read of it, such as: the draft, the guided answer, draft 3 of 4."""

from __future__ import annotations

from constitution.core.judgement import Preference, Verdict
from constitution.core.trail import Response, Trail

_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
NAMES = {
    "": "draft",
    "given": "answer given",
    "guided": "guided answer",
    "keep": "principled answer",
    "break": "careless answer",
    "elicited": "elicited answer",
    "over_refusal": "over-refusal",
    "weak": "weak model's answer",
    "strong": "strong model's answer",
}
"""Arm to what its answers are called, after ``the``."""
_ASKED = {
    "given": "came with the prompt",
    "guided": "the principles stood before its prompt",
    "keep": "asked to keep the principles",
    "break": "asked for as an example of what to avoid",
    "elicited": "asked for as a bad example",
    "over_refusal": "asked for as an example of declining without need",
    "weak": "",
    "strong": "",
}
"""Arm to how its answers were asked for; nothing where their name says it."""


def asked_as(response: Response) -> str:
    """How an answer was asked for, where that is more than the plain prompt; nothing of a revision."""
    if response.parent is not None:
        return ""
    return _ASKED.get(response.arm, response.arm and f"asked for in the arm {response.arm}")


def called(trail: Trail, position: int) -> str:
    """What the response at this position is called among those of its trail.

    Responses that were asked for alike are counted; a trail has no two responses of one name. A position that the
    trail lacks is ``an answer that is not here``.
    """
    if not 0 <= position < len(trail.responses):
        return "an answer that is not here"
    kind = _kind(trail.responses[position])
    alike = [place for place, response in enumerate(trail.responses) if _kind(response) == kind]
    number = alike.index(position)
    if len(alike) == 1:
        return f"the {kind}"
    if kind == NAMES["given"] and number < len(_ORDINALS):
        return f"the {_ORDINALS[number]} {kind}"
    return f"{kind} {number + 1} of {len(alike)}"


def bare(name: str) -> str:
    """The name without its article, as a label wants it."""
    return name.removeprefix("the ")


def compared_as(trail: Trail, verdict: Verdict) -> tuple[str, str]:
    """What both answers that a judge was shown are called, ``a`` first; a planted text is called so."""
    planted = f"the planted text ({verdict.canary})" if verdict.canary else called(trail, verdict.a)
    return planted, called(trail, verdict.b)


def preferred(trail: Trail, verdict: Verdict, said: Preference) -> str:
    """What a verdict names, in words: one of both answers, else ``tie`` or ``invalid``."""
    return dict(zip("ab", compared_as(trail, verdict), strict=True)).get(said, said)


def shown_first(trail: Trail, verdict: Verdict) -> str:
    """Which of both answers the judge saw first."""
    return compared_as(trail, verdict)[verdict.order == "b_first"]


def reason_of(trail: Trail, verdict: Verdict) -> str:
    """The judge's reason with the answers' names in the place of their option ids."""
    told = dict(zip("ab", compared_as(trail, verdict), strict=True))
    reason = verdict.reason
    for option, side in verdict.options.items():
        reason = reason.replace(option, told[side])
    return reason


def _kind(response: Response) -> str:
    """What it is called beside answers that were asked for otherwise."""
    if response.parent is not None:
        return "revision"
    return NAMES.get(response.arm) or f"{response.arm.replace('_', ' ')} answer"
