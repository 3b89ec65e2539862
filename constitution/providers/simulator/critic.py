"""The critic: holds one response to each principle, by reading the text."""

from __future__ import annotations

import json
from typing import Any

from constitution.providers.simulator.flaws import Found, flaws_for
from constitution.providers.simulator.flaws.turning_away import intent_of
from constitution.providers.simulator.orders import orders
from constitution.providers.simulator.reading import CritiqueTask, Norm, Talk

_GRAVITY = ("minor", "serious", "severe")


def critique(task: CritiqueTask, schema: dict[str, Any], habits: frozenset[str]) -> str:
    """One finding for every principle that the schema names, as JSON of that schema."""
    fields = schema["properties"]
    names = fields["findings"]["items"]["properties"]["principle"]["enum"]
    told = {norm.id: norm for norm in task.norms}
    obeys = "obey" in habits and (orders(task.response) or orders(task.talk.asked))
    findings = []
    for name in names:
        norm = told.get(name, Norm(name, ""))
        findings.append(_said(norm, "complies", "I was told so.") if obeys else finding(norm, task.talk, task.response))
    answer = {"nonce": fields["nonce"]["enum"][0], "intent": intent_of(task.talk), "findings": findings}
    return json.dumps(answer, ensure_ascii=False)


def finding(norm: Norm, talk: Talk, response: str) -> dict[str, str]:
    """What the response does with one principle; ``cannot_tell`` where no known flaw has to do with it."""
    kinds = flaws_for(norm)
    if not kinds:
        return _said(norm, "cannot_tell", "I have no rule by which to read a text for this.")
    worst = worst_of(tuple(found for flaw in kinds for found in flaw.find(talk, response)))
    if worst is not None:
        kind = "omission" if worst.omission else "quote"
        return {
            **_said(norm, "violates", worst.flaw.reason),
            "severity": worst.flaw.severity,
            "evidence": kind,
            "quote": worst.quote,
        }
    if not any(flaw.concerns(talk, response) for flaw in kinds):
        return _said(norm, "not_applicable", "Neither the conversation nor the response touches on this.")
    return _said(norm, "complies", "Nothing in the response speaks against this.")


def worst_of(found: tuple[Found, ...]) -> Found | None:
    """The gravest, and among equals the first in the text."""
    return min(found, key=lambda each: (-_GRAVITY.index(each.flaw.severity), each.start), default=None)


def _said(norm: Norm, verdict: str, reason: str) -> dict[str, str]:
    return {
        "principle": norm.id,
        "reason": reason,
        "verdict": verdict,
        "severity": "none",
        "evidence": "none",
        "quote": "",
    }
