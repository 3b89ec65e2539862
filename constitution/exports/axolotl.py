"""Axolotl: pairs for ``rl: dpo`` and the part of the YAML that reads them (prompt_strategies/dpo, 0.19.0)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from constitution.dataset.rows import Row
from constitution.exports.formats import Facts, Format
from constitution.exports.said import first_of
from constitution.exports.taken import pair_traps
from constitution.exports.trl import REASONS, lines

CANNOT = (
    "an answer that begins or ends with a space or a line end, that has a </think>, or that is so short that a chat "
    "template may say it before the answer: Axolotl looks for the answer in the templated conversation, and would "
    "train on other text, or on one character",
    "tool calls and names of speakers: it keeps only role and content of a message",
    "how sure the judges were: its DPO knows neither a weight nor a margin for each row",
)
NOTE = (
    "axolotl.yaml is the part about the data, to be put into your config, with paths as seen from where you start; "
    "Axolotl keeps prepared data by path, not by content: run `axolotl preprocess` after a new export; a chat template "
    "with a long system message of its own may hold an answer of a word or two, which would be cut wrongly"
)
BEFORE = (
    "[[dummy_message]] <|im_start|>system user assistant model start_header_id start_of_turn im_end [INST] bos "
    "You are Qwen, created by Alibaba Cloud. You are a helpful assistant. "
    "Cutting Knowledge Date: December 2023 Today Date: 26 Jul 2024 <think> </think> USER CHATBOT Response:"
)
"""What is said before the answer by chat templates in wide use, the message of Axolotl's own included."""
SHORT = 3
"""Characters below which an answer may well stand in a template."""


def axolotl() -> Format:
    """The format of Axolotl's ``chat_template.default``."""
    return Format(
        purpose="DPO by Axolotl: prompt, chosen and rejected, each a list of messages, and the lines for its YAML",
        cannot=CANNOT,
        refusal=first_of(*REASONS, not_found_again),
        lines=lines,
        note=NOTE,
        beside=config,
        trap=pair_traps(),
    )


def not_found_again(row: Row) -> str | None:
    """An answer is not found where it stands in the templated conversation.

    The transform of Axolotl templates a message of its own and the answer, and keeps what follows the first place
    at which it finds the answer's text. Half of the templates that it ships trim an answer, and it is not found then:
    only the last character is kept, and no warning is given.
    """
    for side in ("chosen", "rejected"):
        text = getattr(row, side)[-1].content
        if text != text.strip():
            return f"the {side} answer begins or ends with white space, which chat templates trim"
        if "</think>" in text:
            return f"the {side} answer has a </think>, around which chat templates rearrange it"
        if len(text) < SHORT or text in BEFORE:
            return f"the {side} answer is so short that a chat template may say it before the answer"
    return None


def config(facts: Facts) -> Mapping[str, bytes]:
    """The part of the configuration that reads the files."""
    said = [
        "# DPO with Axolotl (written for 0.19.0): the part of the config that reads these pairs.",
        "# Prepared data is kept by path, not by content: after a new export, `axolotl preprocess` comes first.",
        "rl: dpo",
        "chat_template: tokenizer_default",
        *(line for split, name in facts.files.items() for line in _dataset(split, name)),
        "sequence_len: 4096",
        "excess_length_strategy: raise  # its default drops rows that are too long",
        "",
    ]
    return {"axolotl.yaml": "\n".join(said).encode()}


def _dataset(split: str, name: str) -> Sequence[str]:
    return (
        "datasets:" if split == "train" else f"{split}_datasets:",
        f"  - path: {name}",
        "    split: train  # what a file of one's own always is",
        "    type: chat_template.default",
        "    field_messages: prompt",
        "    field_chosen: chosen",
        "    field_rejected: rejected",
    )
