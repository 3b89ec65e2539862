"""A critic's lessons: a principle, a conversation and the rejected answer are the question, a critique the answer.

The question is one message of the user: the principle in the very words that the critic was told, the messages of the
prompt and the rejected answer as JSON (so that no text in them can pass for part of the question), and what is asked.
The answer is one message of the assistant: the text of the critique, as it stands in the row.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from constitution.core.templates import Template
from constitution.dataset.provenance import Remark
from constitution.dataset.rows import Row
from constitution.exports.formats import Line, Source
from constitution.exports.said import messages
from constitution.principles.model import Principle

QUESTION = Template(
    name="critic",
    text="""=== user ===
A principle:

{{principle}}

A conversation, as JSON:

{{conversation}}

The answer that was given to it, as JSON:

{{answer}}

Say in one or two sentences how the answer breaks the principle.""",
)


def refusal(row: Row, source: Source) -> str | None:
    """Why nothing can be learned of the critiques of a row; None where something can."""
    found = verified(row)
    if not found:
        return "it has no critique that found a violation with words to show for it"
    told = {remark.principle: told_of(remark, row, source) for _, remark in found}
    missing = next((name for name, principle in told.items() if principle is None), None)
    if missing is not None:
        return f"no principle file of the manifest holds {missing} in the wording that its critic was told"
    if any(not remark.text.strip() for _, remark in found):
        return "a critique says nothing"
    return None if any(message.content.strip() for message in row.rejected) else "the rejected answer is empty"


def lines(row: Row, source: Source) -> Sequence[Line]:
    """A line for each critique of the rejected answer that is borne out."""
    made = [(place, remark, told_of(remark, row, source)) for place, remark in verified(row)]
    return [
        Line({"pair_id": row.pair_id, "messages": lesson(row, principle, remark)}, "critique", f"critique/{place}")
        for place, remark, principle in made
        if principle is not None
    ]


def lesson(row: Row, principle: Principle, remark: Remark) -> list[dict[str, Any]]:
    """The question about the rejected answer, and what the critic said of it."""
    asked = QUESTION.fill(
        principle=principle.told_critic,
        conversation=as_json(messages(row.prompt)),
        answer=as_json(messages(row.rejected)),
    )
    return [*messages(asked), {"role": "assistant", "content": remark.text}]


def as_json(value: object) -> str:
    """JSON on lines of their own, the text of every language as it is."""
    return json.dumps(value, ensure_ascii=False, indent=1)


def verified(row: Row) -> list[tuple[int, Remark]]:
    """The critiques that found a violation which the evidence of the row bears out, each with its place."""
    shown = {quote["principle"] for quote in row.evidence.get("quotes", ())}
    return [
        (place, remark)
        for place, remark in enumerate(row.critique)
        if remark.verdict == "violates" and remark.principle in shown
    ]


def told_of(remark: Remark, row: Row, source: Source) -> Principle | None:
    """The principle of a critique in the wording that the steps of the row name; None where no file holds it."""
    told = [each for step in row.provenance.get("steps", ()) for each in step.get("principles", ())]
    named = ((each["id"], each["meaning"]) for each in told if each["id"] == remark.principle)
    return next((source.principles[name] for name in named if name in source.principles), None)
