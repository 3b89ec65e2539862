"""Traps of names: columns that a trainer takes for its own. Seen with TRL 1.16, its trainers run for one step."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from constitution.auditing.trap import PlainRow, Trap
from constitution.auditing.turns import TEXTS, is_messages

IMAGES = ("image", "images")
TOKENS = ("prompt_ids", "chosen_ids", "rejected_ids", "input_ids")
REFERENCE = ("ref_chosen_logps", "ref_rejected_logps")
SPARE = ("messages", "completion")
RESERVED = (*IMAGES, "tools", "chat_template_kwargs", *SPARE, "label", "margin", *TOKENS, *REFERENCE)
"""Names to keep out of an export for DPO, unless they are meant."""


def has_any(*names: str) -> Callable[[PlainRow], bool]:
    """A row with a column of one of these names, also where it holds nothing."""
    return lambda row: any(name in row for name in names)


def odd_tools(row: PlainRow) -> bool:
    """Tools that are neither a list nor JSON of one."""
    tools = row.get("tools")
    try:
        read = json.loads(tools) if isinstance(tools, str) else tools
    except ValueError:
        return True
    return read is not None and not isinstance(read, list)


def odd_reference(row: PlainRow) -> bool:
    """A log probability of the reference that is no number."""
    return any(name in row and not _number(row[name]) for name in REFERENCE)


def two_kinds(row: PlainRow) -> bool:
    """Of the names that TRL knows, some hold messages and some hold text.

    ``is_conversational`` looks at whichever a set gives first, so the answer changes from one process to the next.
    """
    kinds = {is_messages(row[name]) for name in (*TEXTS, *SPARE) if name in row}
    return any(name in row for name in SPARE) and len(kinds) > 1


def _number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


COLUMNS = (
    Trap(
        "image-column", "error", 'a column "image" or "images", be it empty',
        "TRL 1.16 takes the set for pictures and raises ValueError with a text model",
        "drop or rename the column", has_any(*IMAGES),
    ),
    Trap(
        "tools-unreadable", "error", '"tools" that are no list and no JSON of one',
        "TRL 1.16 reads them as JSON for the chat template and raises",
        "give a list of tool schemas, or its JSON, or drop the column", odd_tools,
    ),
    Trap(
        "tools-column", "warning", 'a column "tools"',
        "TRL 1.16 hands them to the chat template, which writes them into the prompt",
        "keep it if the tools are meant; else drop or rename it",
        lambda row: bool(row.get("tools")) and not odd_tools(row),
    ),
    Trap(
        "chat-template-kwargs-null", "error", '"chat_template_kwargs" that is no object',
        "TRL 1.16 raises TypeError while it tokenizes",
        "leave the column out, or give {} in each row",
        lambda row: "chat_template_kwargs" in row and not isinstance(row["chat_template_kwargs"], dict),
    ),
    Trap(
        "messages-or-text-by-luck", "error", '"messages" or "completion" of another kind than prompt and answers',
        "TRL 1.16 tells messages from text by one of these columns, which one is luck: it raises or skips the template",
        'drop or rename "messages" and "completion"', two_kinds,
    ),
    Trap(
        "spare-column", "warning", 'a column "messages" or "completion" beside the pair',
        "TRL 1.16 trains on the pair, but looks at these names too when it tells messages from text",
        "drop or rename the column", lambda row: has_any(*SPARE)(row) and not two_kinds(row),
    ),
    Trap(
        "label-column", "warning", 'a column "label"',
        "a DPO trainer does not read it, a KTO trainer writes its own over it",
        "drop or rename the column", has_any("label"),
    ),
    Trap(
        "margin-null", "error", 'a "margin" that is no number',
        "TRL 1.16 raises TypeError when a reward model is trained; DPO does not read it",
        "give a number in every row, or leave the column out",
        lambda row: "margin" in row and not _number(row["margin"]),
    ),
    Trap(
        "tokens-for-text", "error", 'columns "chosen_ids" and "rejected_ids"',
        "the reward trainer of TRL 1.16 takes them for the data and never reads the text; DPO writes over them",
        "drop or rename the columns", lambda row: "chosen_ids" in row and "rejected_ids" in row,
    ),
    Trap(
        "token-columns", "warning", "columns named as the trainer names its tokens",
        "TRL 1.16 writes over them, or leaves them out",
        "drop or rename the columns", has_any(*TOKENS),
    ),
    Trap(
        "reference-logps-unreadable", "error", "ref_chosen_logps or ref_rejected_logps that is no number",
        "TRL 1.16 puts them into each batch and raises",
        "drop the columns; the trainer computes them", odd_reference,
    ),
    Trap(
        "reference-logps", "warning", "ref_chosen_logps or ref_rejected_logps",
        "TRL 1.16 carries them along and computes its own; an older trainer may have trusted them",
        "drop the columns", lambda row: has_any(*REFERENCE)(row) and not odd_reference(row),
    ),
)  # fmt: skip
