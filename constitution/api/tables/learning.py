"""The tables of what can be learnt from beside pairs: every answer with its label, every critique with its basis."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from constitution.core.trail import Step, Trail
from constitution.dataset.rows import arm_of, model_of
from constitution.evidence.answers import answers
from constitution.evidence.lessons import lessons
from constitution.labels.spec import UNKNOWN

ANSWERS = (
    "prompt_id", "position", "response", "prompt", "answer", "label", "why", "confirmed", "principles", "meanings",
    "side", "pair_id", "fate", "arm", "parent", "origin", "model", "step", "sha256", "declines", "self_judged",
    "intent", "language", "source", "source_id", "license", "group_id",
)  # fmt: skip
"""Of the table ``answers``, one row a response: the prompt as messages, ``label`` as in ``evidence.answers``, the
principles by which it has the label with the ``meanings`` that the critic was told, ``side`` in the pair if it is in
one, and who wrote it by which step."""

CRITIQUES = (
    "prompt_id", "position", "response", "prompt", "answer", "group", "principle", "meaning", "tier", "verdict",
    "severity", "reason", "evidence", "quote", "start", "end", "message", "usable", "basis", "why", "overruled", "note",
    "fate", "origin", "model", "reviewer", "step", "answer_origin", "answer_model", "answer_sha256", "intent",
    "language", "source", "source_id", "license", "group_id",
)  # fmt: skip
"""Of the table ``critiques``, one row a critique as it counts: what it was about, what it says and shows, whether a
critic should learn it (``usable``) and what vouches for it (``basis``), the critic's own verdict where a person ruled
otherwise (``overruled``), and who said it by which step."""


def answers_table(trails: Sequence[Trail]) -> tuple[list[str], list[tuple[Any, ...]]]:
    """One row for each response of each trail, in the order of the prompts."""
    told = [row for position, trail in enumerate(trails) for row in _answers(trail, position)]
    return list(ANSWERS), [tuple(row[name] for name in ANSWERS) for row in told]


def critiques_table(trails: Sequence[Trail]) -> tuple[list[str], list[tuple[Any, ...]]]:
    """One row for each critique of each trail, in the order of the prompts."""
    told = [row for position, trail in enumerate(trails) for row in _critiques(trail, position)]
    return list(CRITIQUES), [tuple(row[name] for name in CRITIQUES) for row in told]


def _answers(trail: Trail, position: int) -> Iterator[dict[str, Any]]:
    pair = trail.pair
    for answer in answers(trail):
        response = trail.responses[answer.response]
        side = None if pair is None else {pair.chosen: "chosen", pair.rejected: "rejected"}.get(response)
        yield {
            **_prompt(trail, position),
            "response": answer.response,
            "answer": response.text,
            "label": answer.label,
            "why": answer.why,
            "confirmed": list(answer.confirmed),
            "principles": [principle.id for principle in answer.principles],
            "meanings": [principle.meaning for principle in answer.principles],
            "side": side,
            "pair_id": pair.pair_id if pair and side else None,
            "arm": arm_of(trail, response),
            "parent": response.parent,
            "origin": response.origin,
            "model": model_of(response),
            "step": response.step,
            "sha256": response.sha256,
            "declines": response.declines,
            "self_judged": trail.self_judged,
        }


def _critiques(trail: Trail, position: int) -> Iterator[dict[str, Any]]:
    steps: dict[str, Step] = {step.id: step for step in trail.steps}
    for lesson in lessons(trail):
        critique = lesson.critique
        response, step = trail.responses[critique.response], steps.get(critique.step)
        evidence, was = critique.evidence, critique.overruled
        yield {
            **_prompt(trail, position),
            "response": critique.response,
            "answer": response.text,
            "group": critique.group,
            "principle": critique.principle.id,
            "meaning": critique.principle.meaning,
            "tier": critique.principle.tier,
            "verdict": critique.verdict,
            "severity": critique.severity,
            "reason": critique.reason,
            "evidence": evidence.kind if evidence else None,
            "quote": evidence.text if evidence else None,
            "start": evidence.start if evidence else None,
            "end": evidence.end if evidence else None,
            "message": evidence.message if evidence else None,
            "usable": lesson.usable,
            "basis": lesson.basis or None,
            "why": lesson.why,
            "overruled": was.verdict if was and was.verdict != critique.verdict else None,
            "note": critique.note,
            "origin": step.agent if step else UNKNOWN,
            "model": (step.model_returned or step.model) if step else None,
            "reviewer": step.agent_id if step else None,
            "step": critique.step,
            "answer_origin": response.origin,
            "answer_model": model_of(response),
            "answer_sha256": response.sha256,
        }


def _prompt(trail: Trail, position: int) -> dict[str, Any]:
    """What a row says of its prompt."""
    prompt = trail.prompt
    return {
        "prompt_id": prompt.id,
        "position": position,
        "prompt": [message.as_json() for message in prompt.messages],
        "fate": trail.fate,
        "intent": trail.intent,
        "language": prompt.language,
        "source": prompt.source,
        "source_id": prompt.source_id,
        "license": prompt.license,
        "group_id": prompt.group_id or prompt.id,
    }
