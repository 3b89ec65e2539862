"""The critic: holds one response to each principle, by reading the text and the exceptions that are stated."""

from __future__ import annotations

import json
from typing import Any

from constitution.providers.simulator.flaws import Found, flaws_for
from constitution.providers.simulator.flaws.turning_away import intent_of
from constitution.providers.simulator.language import sentences, stems, words
from constitution.providers.simulator.orders import orders
from constitution.providers.simulator.tasks import CritiqueTask, Norm, Talk

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
    settled = _giving_way(findings, task.first)
    answer = {"nonce": fields["nonce"]["enum"][0], "intent": intent_of(task.talk), "findings": settled}
    return json.dumps(answer, ensure_ascii=False)


def finding(norm: Norm, talk: Talk, response: str) -> dict[str, str]:
    """What the response does with one principle; ``cannot_tell`` where no known flaw has to do with it.

    A principle that asks for the opposite is kept by what would break it, and broken by what would keep it.
    """
    found = _reading(norm, talk, response)
    if not norm.opposite or found["verdict"] not in ("violates", "complies"):
        return found
    if found["verdict"] == "violates":
        return _said(norm, "complies", "The response does what is asked for here.")
    quote = _telling(norm, response)
    if not quote:
        return _said(norm, "cannot_tell", "There is no sentence to hold to this.")
    return _broken(norm, "The response keeps to what is to be left.", "serious", "quote", quote)


def breaks(norm: Norm, talk: Talk, response: str) -> bool:
    """Whether the response breaks one principle, taken by itself."""
    return finding(norm, talk, response)["verdict"] == "violates"


def _reading(norm: Norm, talk: Talk, response: str) -> dict[str, str]:
    kinds = flaws_for(norm)
    if not kinds:
        return _said(norm, "cannot_tell", "I have no rule by which to read a text for this.")
    worst = worst_of(tuple(found for flaw in kinds for found in flaw.find(talk, response, norm.exceptions)))
    if worst is not None:
        evidence = "omission" if worst.omission else "quote"
        return _broken(norm, worst.flaw.reason, worst.flaw.severity, evidence, worst.quote)
    # Words that a rule spells out do not say what it is about, unless it says nothing else.
    subjects = [flaw for flaw in kinds if not flaw.spelled] or kinds
    excused = any(flaw.find(talk, response, "") for flaw in subjects)
    if not excused and not any(flaw.concerns(talk, response) for flaw in subjects):
        return _said(norm, "not_applicable", "Neither the conversation nor the response touches on this.")
    return _said(norm, "complies", "Nothing in the response speaks against this.")


def worst_of(found: tuple[Found, ...]) -> Found | None:
    """The gravest, and among equals the first in the text."""
    return min(found, key=lambda each: (-_GRAVITY.index(each.flaw.severity), each.start), default=None)


def _giving_way(findings: list[dict[str, str]], first: tuple[tuple[str, str], ...]) -> list[dict[str, str]]:
    """The findings, where a principle that is broken only by giving way to one that goes first counts as kept."""
    verdicts = {found["principle"]: found["verdict"] for found in findings}
    gave = {
        other: name for name, other in first if (verdicts.get(name), verdicts.get(other)) == ("complies", "violates")
    }
    return [
        _said(Norm(name, ""), "complies", f"It gives way to {gave[name]} here.") if name in gave else found
        for found in findings
        for name in (found["principle"],)
    ]


def _telling(norm: Norm, response: str) -> str:
    """The sentence that has most words in common with the principle, the first among equals; empty without any."""
    about = stems(norm.text)
    spoken = [each.text for each in sentences(response) if words(each.text)]
    return max(spoken, key=lambda text: len(about & stems(text)), default="")[:300].rstrip()


def _broken(norm: Norm, reason: str, severity: str, evidence: str, quote: str) -> dict[str, str]:
    return {**_said(norm, "violates", reason), "severity": severity, "evidence": evidence, "quote": quote}


def _said(norm: Norm, verdict: str, reason: str) -> dict[str, str]:
    return {
        "principle": norm.id,
        "reason": reason,
        "verdict": verdict,
        "severity": "none",
        "evidence": "none",
        "quote": "",
    }
