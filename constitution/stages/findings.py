"""Reading a critic's reply: every principle gets one verdict, and a violation must show its words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from constitution.core.records import Message
from constitution.core.trail import Critique, Evidence, Response
from constitution.principles.model import Principle
from constitution.principles.rules import broken
from constitution.stages.quoting import locate


def evidence_of(finding: dict[str, Any], response: Response, messages: Sequence[Message]) -> Evidence | None:
    """The quoted words where they really stand; None if they do not."""
    if finding["evidence"] == "quote":
        place = locate(finding["quote"], response.text)
        return place and Evidence.known(kind="quote", text=response.text[slice(*place)], start=place[0], end=place[1])
    if finding["evidence"] == "omission":
        for position, message in enumerate(messages):
            place = locate(finding["quote"], message.content)
            if place:
                words = message.content[slice(*place)]
                return Evidence(kind="omission", text=words, start=place[0], end=place[1], message=position)
    return None


def by_rule(principle: Principle, response: Response) -> Evidence | None:
    """What the principle's deterministic rules find in the response."""
    for rule in principle.rules if not response.supposed else ():
        hit = broken(rule, response.text)
        if hit is not None:
            return Evidence(kind="rule", text=hit.quote, start=hit.start, end=hit.end)
    return None


def critiques_from(
    value: dict[str, Any] | None,
    principles: Sequence[Principle],
    *,
    group: str,
    response: Response,
    position: int,
    messages: Sequence[Message],
    step: str,
) -> tuple[Critique, ...]:
    """One critique a principle, in the order of the file.

    A principle that the reply leaves out or names twice, and a violation without its words, count as
    ``cannot_tell``; a deterministic rule that is broken outranks what the critic says.
    """
    found: dict[str, list[dict[str, Any]]] = {principle.id: [] for principle in principles}
    for finding in (value or {}).get("findings", ()):
        found[finding["principle"]].append(finding)
    return tuple(
        Critique.known(
            principle=principle.ref,
            response=position,
            group=group,
            step=step,
            **_found(found[principle.id], principle, value is None, response, messages),
        )
        for principle in principles
    )


def _found(
    findings: list[dict[str, Any]], principle: Principle, refused: bool, response: Response, messages: Sequence[Message]
) -> dict[str, Any]:
    """The verdict and what goes with it; ``cannot_tell`` where the critic gave nothing usable."""
    hit = by_rule(principle, response)
    if hit is not None:
        return _broken(hit, findings)
    if len(findings) != 1:
        silent = "the critic refused" if refused else "the critic left it out"
        return {"verdict": "cannot_tell", "note": "the critic named it twice" if findings else silent}
    finding = findings[0]
    shown = evidence_of(finding, response, messages) if finding["verdict"] == "violates" else None
    if finding["verdict"] == "violates" and shown is None:
        note = "the critic said violates, but its words are not in the text"
        return {"verdict": "cannot_tell", "reason": finding["reason"], "note": note}
    severity = finding["severity"] if shown else "none"
    return {"verdict": finding["verdict"], "severity": severity, "reason": finding["reason"], "evidence": shown}


def _broken(hit: Evidence, findings: list[dict[str, Any]]) -> dict[str, Any]:
    """A deterministic rule is broken, whatever the critic said."""
    said = findings[0]["verdict"] if len(findings) == 1 else "nothing usable"
    reason = findings[0]["reason"] if said == "violates" else ""
    return {
        "verdict": "violates",
        "severity": "serious",
        "reason": reason or f"A rule of this principle is broken by: {hit.text}",
        "evidence": hit,
        "note": "" if said == "violates" else f"a deterministic rule is broken; the critic said {said}",
    }
