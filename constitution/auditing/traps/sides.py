"""Traps of the pair: prompt and answers that do not fit together. Seen with TRL 1.16, for one step."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from constitution.auditing.trap import PlainRow, Trap
from constitution.auditing.turns import (
    SIDES,
    TEXTS,
    TRANSCRIPT,
    begins_with,
    content_of,
    echoes,
    is_messages,
    shared_turns,
)


def sideless(row: PlainRow) -> bool:
    """A side is missing, or is neither text nor a list."""
    return any(not isinstance(row.get(name), (str, list)) for name in SIDES)


def repeated(row: PlainRow) -> bool:
    """Both sides, or one, begin with all messages of the prompt."""
    prompt = row.get("prompt")
    return isinstance(prompt, list) and any(begins_with(row.get(name), prompt) for name in SIDES)


def echoed(row: PlainRow) -> bool:
    """Both sides begin with the text of the prompt."""
    prompt = row.get("prompt")
    return isinstance(prompt, str) and all(echoes(row.get(name), prompt) for name in SIDES)


def implicit(row: PlainRow) -> bool:
    """Whole conversations, and their prompt is not written."""
    return row.get("prompt") is None and all(is_messages(row.get(name)) for name in SIDES)


def other_prompt(row: PlainRow) -> bool:
    """Two whole conversations that ask different things: after what they share comes no answer."""
    if not implicit(row):
        return False
    chosen, rejected = row["chosen"], row["rejected"]
    place = shared_turns(chosen, rejected)
    after = [side[place].get("role") for side in (chosen, rejected) if place < len(side)]
    return any(role != "assistant" for role in after)


def texts_in(value: Any) -> Iterator[str]:
    """All text in a value, however deep."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from (key, *texts_in(item))
    elif isinstance(value, list):
        for item in value:
            yield from texts_in(item)


def half_characters(row: PlainRow) -> bool:
    """A surrogate without its other half, which no file in UTF-8 and no tokenizer takes."""
    return not all(map(_encodes, texts_in(dict(row))))


def _encodes(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _empty(side: Any) -> bool:
    if isinstance(side, list):
        last = side[-1] if side else {}
        return isinstance(last, dict) and not last.get("tool_calls") and not content_of(last).strip()
    if not isinstance(side, str):
        return False
    ended = side.rstrip()
    return not ended or (ended.endswith("\n\nAssistant:") and TRANSCRIPT.search(ended) is not None)


def _kinds(row: PlainRow, *names: str) -> set[type]:
    return {type(row[name]) for name in names if row.get(name) is not None}


PAIRS = (
    Trap(
        "no-pair", "error", 'no "chosen" and "rejected" that are text or messages',
        "TRL 1.16 raises KeyError or TypeError",
        "name the columns prompt, chosen and rejected; constitution export writes them for each trainer", sideless,
    ),
    Trap(
        "prompt-text-beside-messages", "error", "a prompt that is text beside answers that are messages",
        "TRL 1.16 raises TypeError while it tokenizes (the shape of UltraFeedback)",
        'drop "prompt" where the conversations hold it, or write it as messages',
        lambda row: isinstance(row.get("prompt"), str) and list in _kinds(row, *SIDES),
    ),
    Trap(
        "prompt-messages-beside-text", "error", "a prompt of messages beside answers that are text",
        "TRL 1.16 raises TypeError while it tokenizes",
        'write each answer as [{"role": "assistant", "content": ...}]',
        lambda row: isinstance(row.get("prompt"), list) and str in _kinds(row, *SIDES),
    ),
    Trap(
        "sides-of-two-kinds", "error", "one answer that is text and one of messages",
        "TRL 1.16 raises TypeError", "write both as messages", lambda row: len(_kinds(row, *SIDES)) > 1,
    ),
    Trap(
        "prompt-repeated", "error", "the prompt once more at the start of an answer",
        "TRL 1.16 trains wrongly, at most with one general warning: the prompt loses its assistant header and the "
        "repeated user turn is learned as if it were the answer",
        "leave the prompt out of chosen and rejected, or leave out the column prompt", repeated,
    ),
    Trap(
        "prompt-echoed", "warning", "answers that both begin with the text of the prompt",
        "TRL 1.16 puts prompt and answer together, so the prompt stands twice and is learned as answer",
        "leave the prompt out of chosen and rejected, if it was repeated there", echoed,
    ),
    Trap(
        "prompt-implicit", "warning", "conversations whose prompt is not written",
        "TRL 1.16 takes the messages that both share for the prompt",
        "write the prompt: what two answers share is not always it",
        lambda row: implicit(row) and not other_prompt(row),
    ),
    Trap(
        "prompts-differ", "error", "two conversations that ask different things",
        "TRL 1.16 takes what they share for the prompt, so that questions are learned as answers",
        "compare answers to the same prompt only, or mend what differs", other_prompt,
    ),
    Trap(
        "prompt-implicit-text", "warning", "texts whose prompt is not written",
        "TRL 1.16 takes the characters that both share for the prompt, which may end within a word of the answers",
        "write the prompt as messages",
        lambda row: row.get("prompt") is None and _kinds(row, *SIDES) == {str},
    ),
    Trap(
        "transcript", "warning", "whole conversations written as text (Human: ... Assistant: ...)",
        "TRL 1.16 applies no chat template to text, so the model learns role words that it never sees in use",
        "turn the transcripts into messages",
        lambda row: any(isinstance(row.get(name), str) and TRANSCRIPT.search(row[name]) for name in TEXTS),
    ),
    Trap(
        "same-sides", "error", "chosen and rejected that are equal",
        "TRL 1.16 trains on it without a word; there is nothing to learn", "drop the row",
        lambda row: bool(row.get("chosen")) and row.get("chosen") == row.get("rejected"),
    ),
    Trap(
        "empty-side", "error", "an answer that says nothing",
        "TRL 1.16 trains on the end of the answer alone", "drop the row",
        lambda row: any(_empty(row.get(name)) for name in SIDES),
    ),
    Trap(
        "half-characters", "error", "half a character (a lone surrogate)",
        "no tokenizer and no UTF-8 file takes it: reading or tokenizing raises", "mend the text, or drop the row",
        half_characters,
    ),
)  # fmt: skip
