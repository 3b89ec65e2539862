"""OpenAI's preference rows, which Azure, Together and Fireworks read as well: input, better output, worse output."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from constitution.dataset.rows import Row
from constitution.exports.formats import Facts, Format, Line, Source
from constitution.exports.said import (
    first_of,
    messages,
    named_speaker,
    no_question,
    nothing_said,
    same_answers,
    several_answers,
    tools,
)

Platform = Literal["openai", "azure", "together", "fireworks"]

CANNOT = (
    "tool calls: a row of ours holds no definitions of the tools, and these services want them",
    "answers of several messages: one message of the assistant on each side is what all four take",
    "any label: these services refuse columns of others, so that the pair's name stands in labels.jsonl alone",
)
CLOSING = (
    "OpenAI says that its fine-tuning platform is winding down and takes no new users; its DPO was for gpt-4.1, -mini "
    "and -nano, which are announced to end on 2027-01-14 (seen in November 2026). Azure, Together and Fireworks read "
    "the same rows: platform=azure, together or fireworks."
)
NOTES: Mapping[Platform, str] = {
    "openai": CLOSING,
    "azure": "Azure takes outputs of the roles assistant and tool, with one message of the assistant at least.",
    "together": "Together takes exactly one message of the assistant on each side.",
    "fireworks": "Fireworks takes no file with fewer than 3 examples.",
}


def openai(*, platform: Platform = "openai") -> Format:
    """The format of the preference method of OpenAI's fine-tuning, by the rules of one of four ``platform`` s."""
    own = platform in ("openai", "azure")
    return Format(
        purpose=f"DPO by a service ({platform}; also openai, azure, together, fireworks): input and two outputs",
        cannot=CANNOT if own else (*CANNOT, "names of speakers, of which this platform says nothing"),
        refusal=first_of(
            tools, *([] if own else [named_speaker]), several_answers, nothing_said, no_question, same_answers
        ),
        lines=lines,
        least=3 if platform == "fireworks" else 1,
        note=NOTES[platform],
        hints=method if own else no_method,
        trap=other_keys,
    )


def lines(row: Row, source: Source) -> Sequence[Line]:
    """One line a pair."""
    told = {
        "input": {"messages": messages(row.prompt), "tools": [], "parallel_tool_calls": True},
        "preferred_output": messages(row.chosen),
        "non_preferred_output": messages(row.rejected),
    }
    return [Line(told)]


def method(facts: Facts) -> Mapping[str, Any]:
    """What the job is created with."""
    return {"method": {"type": "dpo", "dpo": {"hyperparameters": {"beta": 0.1}}}}


def no_method(facts: Facts) -> Mapping[str, Any]:
    """Nothing: each of these platforms has settings of its own."""
    return {}


def other_keys(told: Mapping[str, Any]) -> str | None:
    """A key for which these services turn the file away."""
    found = set(told) ^ {"input", "preferred_output", "non_preferred_output"}
    return f"wrong or missing keys: {', '.join(sorted(found))}" if found else None
