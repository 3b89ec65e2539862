"""What formats share: messages as trainers read them, and the reasons for which most of them refuse a row."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from constitution.core.records import Message
from constitution.dataset.rows import Row
from constitution.exports.formats import Refusal, Source

Reason = Callable[[Row], str | None]
"""Why a row cannot be written without loss; None where it can."""


def messages(said: Sequence[Message]) -> list[dict[str, Any]]:
    """These messages with all that they hold."""
    return [message.as_json() for message in said]


def first_of(*reasons: Reason) -> Refusal:
    """The first of these reasons that holds."""

    def refusal(row: Row, source: Source) -> str | None:
        return next((why for reason in reasons if (why := reason(row)) is not None), None)

    return refusal


def nothing_said(row: Row) -> str | None:
    """An answer, or the last message of the prompt, holds no text."""
    if not row.prompt or not row.prompt[-1].content.strip():
        return "the prompt ends with an empty message"
    for side in ("chosen", "rejected"):
        if not any(message.content.strip() for message in getattr(row, side)):
            return f"the {side} answer is empty"
    return None


def same_answers(row: Row) -> str | None:
    """Both answers are the same: nothing can be learned of them, and trainers do not notice."""
    return "both answers are the same" if messages(row.chosen) == messages(row.rejected) else None


def several_answers(row: Row) -> str | None:
    """A side is not exactly one message of the assistant."""
    for side in ("chosen", "rejected"):
        found = [message.role for message in getattr(row, side)]
        if found != ["assistant"]:
            return f"the {side} side is {' + '.join(found) or 'nothing'}, not one message of the assistant"
    return None


def tools(row: Row) -> str | None:
    """A message is a tool call, or the result of one."""
    for message in (*row.prompt, *row.chosen, *row.rejected):
        if message.role == "tool" or message.tool_calls or message.tool_call_id is not None:
            return "it calls tools, of which the row holds no definition"
    return None


def named_speaker(row: Row) -> str | None:
    """A message says by name who speaks."""
    named = any(message.name is not None for message in (*row.prompt, *row.chosen, *row.rejected))
    return "a message names its speaker, for which there is no place" if named else None


def more_than_text(row: Row) -> str | None:
    """A message says more than who speaks and what: a speaker's name, a tool call, the result of one."""
    return tools(row) or named_speaker(row)


def no_question(row: Row) -> str | None:
    """The prompt does not end with the user's turn, so that an answer would not be the next thing said."""
    if row.prompt and row.prompt[-1].role != "user":
        return f"the prompt ends with a message of the {row.prompt[-1].role}, not of the user"
    return None
