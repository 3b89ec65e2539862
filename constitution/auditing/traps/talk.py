"""Traps of the conversation: messages that a chat template renders otherwise than they were meant."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

from constitution.auditing.trap import PlainRow, Trap
from constitution.auditing.traps.sides import other_prompt, repeated, sideless
from constitution.auditing.turns import SIDES, TEXTS, is_messages, messages_in, parted

ROLES = ("system", "user", "assistant", "tool")


def broken(row: PlainRow) -> bool:
    """A message without role or content, or a list that holds something else."""
    for name in TEXTS:
        value = row.get(name)
        if isinstance(value, list) and not all(isinstance(item, dict) and _whole(item) for item in value):
            return True
    return row.get("prompt") == []


def in_parts(row: PlainRow) -> bool:
    """Content that is a list of parts."""
    return any(isinstance(item.get("content"), list) for item in _all(row))


def strange_role(row: PlainRow) -> bool:
    """A role that few chat templates know."""
    return any(isinstance(item.get("role"), str) and item["role"] not in ROLES for item in _all(row))


def ends_otherwise(row: PlainRow) -> bool:
    """A side whose last message is not the assistant's."""
    sides = [row[name] for name in SIDES if is_messages(row.get(name))]
    return any(messages_in(side)[-1].get("role") != "assistant" for side in sides)


def user_within(row: PlainRow) -> bool:
    """An answer in which the user speaks again, though the prompt is not just repeated."""
    if sideless(row) or repeated(row) or other_prompt(row):
        return False
    _, *sides = parted(row)
    return any("user" in [item.get("role") for item in messages_in(side)] for side in sides)


def wrong_order(row: PlainRow) -> bool:
    """A system message that is not the first, two turns of the user or of the assistant running, or a prompt that ends
    with an answer."""
    if sideless(row) or repeated(row):
        return False
    prompt, *sides = parted(row)
    return any(
        isinstance(side, list) and not _in_order([*messages_in(prompt), *messages_in(side)], len(messages_in(prompt)))
        for side in sides
    )


def _in_order(messages: list[Mapping[str, Any]], prompts: int) -> bool:
    roles = [item.get("role") for item in messages]
    if "system" in roles[1:] or (0 < prompts < len(roles) and roles[prompts - 1] not in ("user", "tool")):
        return False
    said = [role for role in roles if role != "system"]
    return said[:1] in ([], ["user"]) and all(one != other or one == "tool" for one, other in pairwise(said))


def _whole(message: Mapping[str, Any]) -> bool:
    said = isinstance(message.get("content"), (str, list)) or bool(message.get("tool_calls"))
    return isinstance(message.get("role"), str) and said


def _all(row: PlainRow) -> Iterator[Mapping[str, Any]]:
    for name in TEXTS:
        yield from messages_in(row.get(name))


TALK = (
    Trap(
        "broken-message", "error", "a message without role or content, or an empty prompt",
        "TRL 1.16 raises, or the chat template writes None or nothing",
        'write each message as {"role": ..., "content": ...}', broken,
    ),
    Trap(
        "content-in-parts", "warning", "content that is a list of parts, as models with pictures have it",
        "chat templates of text models raise, or print the list",
        "write the content as text", in_parts,
    ),
    Trap(
        "strange-role", "warning", "a role other than system, user, assistant and tool",
        "many chat templates raise, or leave the message out",
        "use the four roles that templates know", strange_role,
    ),
    Trap(
        "last-not-assistant", "error", "an answer whose last message is not the assistant's",
        "TRL 1.16 trains the model to speak for somebody else",
        "end chosen and rejected with the assistant's message", ends_otherwise,
    ),
    Trap(
        "user-within-answer", "warning", "answers in which the user speaks again",
        "TRL 1.16 trains on every token after the prompt, those of the user too",
        "move all but the last answer into the prompt", user_within,
    ),
    Trap(
        "turn-order", "warning", "turns in an order that no chat has",
        "many chat templates raise; LLaMA-Factory 0.9.5 skips such rows with a warning alone",
        "let user and assistant take turns, system first, and end the prompt with the user", wrong_order,
    ),
)  # fmt: skip
