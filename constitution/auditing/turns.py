"""Messages and texts of a plain row, whatever shape they came in."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

SIDES = ("chosen", "rejected")
TEXTS = ("prompt", *SIDES)
ECHO = 20
"""Characters: a shorter prompt may well be what both answers begin with."""
TRANSCRIPT = re.compile(r"(?:\A|\n\n)Human:.*\n\nAssistant:", re.DOTALL)
"""How a transcript of the HH data is written."""


def is_messages(value: Any) -> bool:
    """Whether a value is a list of messages, as ``is_conversational`` of TRL 1.16 asks it: by the first one."""
    return isinstance(value, list) and bool(value) and isinstance(value[0], dict) and "role" in value[0]


def messages_in(value: Any) -> list[Mapping[str, Any]]:
    """The messages of a list, those that are objects; none of a text."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def content_of(message: Mapping[str, Any]) -> str:
    """What a message says in text; the text parts joined where it is in parts."""
    content = message.get("content")
    if isinstance(content, list):
        return "".join(str(part.get("text") or "") for part in content if isinstance(part, dict))
    return content if isinstance(content, str) else ""


def alike(one: Any, other: Any) -> bool:
    """Whether two messages say the same: keys that hold nothing count for nothing."""
    if not isinstance(one, dict) or not isinstance(other, dict):
        return bool(one == other)
    return one == other or (one.get("role") == other.get("role") and _said(one) == _said(other))


def shared_turns(one: Sequence[Any], other: Sequence[Any]) -> int:
    """How many messages two conversations have in common from their start."""
    return next(
        (place for place, (a, b) in enumerate(zip(one, other, strict=False)) if not alike(a, b)),
        min(len(one), len(other)),
    )


def begins_with(side: Any, prompt: Any) -> bool:
    """Whether a side repeats the whole prompt before it goes on."""
    if isinstance(side, str) and isinstance(prompt, str):
        return bool(prompt) and side.startswith(prompt)
    if isinstance(side, list) and isinstance(prompt, list) and prompt:
        return len(side) >= len(prompt) and shared_turns(side, prompt) == len(prompt)
    return False


def echoes(side: Any, prompt: Any) -> bool:
    """The same, where it can hardly be chance: any list, and a text that is not short."""
    return begins_with(side, prompt) and (isinstance(prompt, list) or len(prompt) >= ECHO)


def parted(row: Mapping[str, Any]) -> tuple[Any, Any, Any]:
    """Prompt and completions of a row: a prompt that the sides repeat is taken out of them.

    Where no prompt is written, or only as a text beside conversations, it is what both sides begin with: whole
    messages, or for texts the transcript up to its last answer.
    """
    prompt: Any = row.get("prompt")
    chosen: Any = row.get("chosen")
    rejected: Any = row.get("rejected")
    if echoes(chosen, prompt) and echoes(rejected, prompt):
        return prompt, chosen[len(prompt) :], rejected[len(prompt) :]
    if isinstance(chosen, list) and isinstance(rejected, list) and not isinstance(prompt, list):
        place = max(0, min(shared_turns(chosen, rejected), len(chosen) - 1, len(rejected) - 1))
        if prompt is None or place:
            return chosen[:place], chosen[place:], rejected[place:]
    if prompt is None and isinstance(chosen, str) and isinstance(rejected, str):
        place = _answer(chosen)
        if place and chosen[:place] == rejected[:place] and place == _answer(rejected):
            return chosen[:place], chosen[place:], rejected[place:]
    return prompt, chosen, rejected


def said_by(side: Any) -> str:
    """The words of a completion: its text, or what its messages of the assistant say."""
    if isinstance(side, str):
        return side
    return "\n\n".join(content_of(item) for item in messages_in(side) if item.get("role") == "assistant")


def _answer(text: str) -> int:
    """Where the last answer of a transcript begins; 0 of a text that is none."""
    return text.rfind("\n\nAssistant:") + len("\n\nAssistant:") if TRANSCRIPT.search(text) else 0


def _said(message: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in message.items() if value is not None and value != []}
