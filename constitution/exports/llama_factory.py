"""LLaMA-Factory: pairs in its ``sharegpt`` form, and the file that names them (data/converter.py, version 0.9.5)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from constitution.core.records import Message
from constitution.dataset.rows import Row
from constitution.exports.formats import Facts, Format, Line, Source
from constitution.exports.said import first_of, more_than_text, nothing_said, same_answers, several_answers

CANNOT = (
    "a prompt whose user and assistant do not take turns, from the user to the user: LLaMA-Factory skips such rows "
    "with a warning",
    "a system message that is empty or not the first: an empty one is replaced by that of the template",
    "tool calls and names of speakers",
    "the text {{idx}} in a user's message, which its templates fill in",
    "how sure the judges were: its DPO knows neither a weight nor a margin for each row",
)
NOTE = (
    "llama_factory.yaml is the part about the data; the template is yours to choose, and it may bring a system message "
    "of its own to rows without one and take <think> blocks out of earlier answers"
)
SPEAKERS = {"user": "human", "assistant": "gpt"}
FIELD = "{{idx}}"


def llama_factory() -> Format:
    """The format of LLaMA-Factory's ``sharegpt`` with ``ranking``.

    Its ``openai`` form would need no new names, but adds "detailed thinking off" to each system message.
    """
    return Format(
        purpose="DPO by LLaMA-Factory: conversations, chosen and rejected, and the dataset_info.json that it asks for",
        cannot=CANNOT,
        refusal=first_of(nothing_said, more_than_text, out_of_turn, filled_in, several_answers, same_answers),
        lines=lines,
        note=NOTE,
        beside=registered,
    )


def out_of_turn(row: Row) -> str | None:
    """The prompt is not at most one system message, and then user and assistant in turn, the user first and last."""
    system, turns = _parted(row)
    if system is not None and not system.content:
        return "its system message is empty"
    if any(message.role == "system" for message in turns):
        return "a system message is not the first message"
    wanted = ["user", "assistant"] * len(turns)
    if [message.role for message in turns] != wanted[: len(turns)]:
        return "user and assistant do not take turns, beginning with the user"
    return None if len(turns) % 2 else "the prompt does not end with the user's turn"


def filled_in(row: Row) -> str | None:
    """A user's message holds what the templates take for a field of theirs."""
    if any(message.role == "user" and FIELD in message.content for message in row.prompt):
        return f"a message holds {FIELD}, which is filled in"
    return None


def lines(row: Row, source: Source) -> Sequence[Line]:
    """One line a pair; ``system`` is always there, for all lines of a file must have the same keys."""
    system, turns = _parted(row)
    told = {
        "pair_id": row.pair_id,
        "system": "" if system is None else system.content,
        "conversations": [said(message) for message in turns],
        "chosen": said(row.chosen[0]),
        "rejected": said(row.rejected[0]),
    }
    return [Line(told)]


def said(message: Message) -> dict[str, str]:
    """A message under the names that ``sharegpt`` has for role and content."""
    return {"from": SPEAKERS[message.role], "value": message.content}


def registered(facts: Facts) -> Mapping[str, bytes]:
    """What LLaMA-Factory must be told: the files by name, and which column is what."""
    columns = {"messages": "conversations", "chosen": "chosen", "rejected": "rejected", "system": "system"}
    info = {
        _name(split): {"file_name": name, "formatting": "sharegpt", "ranking": True, "columns": columns}
        for split, name in facts.files.items()
    }
    said = [
        "# DPO with LLaMA-Factory (written for 0.9.5): the part of the config that reads these pairs.",
        "stage: dpo",
        "dataset_dir: .  # where dataset_info.json is, as seen from where you start",
        *(f"{'dataset' if split == 'train' else 'eval_dataset'}: {_name(split)}" for split in facts.files),
        "cutoff_len: 4096  # longer ones are cut",
        "",
    ]
    return {
        "dataset_info.json": f"{json.dumps(info, indent=2)}\n".encode(),
        "llama_factory.yaml": "\n".join(said).encode(),
    }


def _name(split: str) -> str:
    return f"pairs_{split}"


def _parted(row: Row) -> tuple[Message | None, Sequence[Message]]:
    """The system message that opens the prompt, and the turns after it."""
    opens = bool(row.prompt) and row.prompt[0].role == "system"
    return (row.prompt[0], row.prompt[1:]) if opens else (None, row.prompt)
