"""Transcripts: a dialogue in one text, each turn a paragraph that opens with ``Human:`` or ``Assistant:``.

A role word counts where a paragraph begins with it and a space follows, or nothing (a turn that says nothing).
Anywhere else, after a colon, in the middle of a line or at the start of one, it is part of what is being said.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

Turn = dict[str, str]
"""One turn, in the shape of a message: ``role`` and ``content``."""

ROLES = {"Human": "user", "Assistant": "assistant"}
_WORDS = {role: word for word, role in ROLES.items()}
_MARK = re.compile(r"\n\n(Human|Assistant):(?: |(?=\n\n(?:Human|Assistant):)|(?=\s*\Z))")


def is_transcript(text: str) -> bool:
    """Whether the text begins as transcripts do: two line breaks, ``Human:``, and what the human says.

    >>> is_transcript("\\n\\nHuman: Hello"), is_transcript("Human: Hello")
    (True, False)
    """
    first = _MARK.match(text)
    return first is not None and first[1] == "Human" and text[first.end() :].strip() != ""


def ends_open(text: str) -> bool:
    """Whether a transcript ends where an answer would follow, so that the answer brings its own space."""
    return text.endswith("\n\nAssistant:")


def turns_of(text: str) -> list[Turn]:
    """The turns of a transcript, to the letter.

    Turns that say nothing are left out, and adjacent turns of one role are one, with a blank line between.

    >>> turns_of("\\n\\nHuman: Say \\"Human: 1\\".\\n\\nAssistant: Human: 1")
    [{'role': 'user', 'content': 'Say "Human: 1".'}, {'role': 'assistant', 'content': 'Human: 1'}]
    """
    turns: list[Turn] = []
    marks = list(_MARK.finditer(text))
    ends = [mark.start() for mark in marks[1:]] + [len(text)]
    for mark, end in zip(marks, ends, strict=True):
        role, content = ROLES[mark[1]], text[mark.end() : end]
        if not content.strip():
            continue
        if turns and turns[-1]["role"] == role:
            turns[-1]["content"] += f"\n\n{content}"
        else:
            turns.append({"role": role, "content": content})
    return turns


def transcript_of(turns: Iterable[Turn]) -> str:
    """The turns as one text; ``turns_of`` gives them back where no content has a role word at a paragraph's start."""
    return "".join(f"\n\n{_WORDS[turn['role']]}: {turn['content']}" for turn in turns)
