r"""Transcripts: a dialogue in one text, each turn a paragraph that opens with ``Human:`` or ``Assistant:``.

A role word counts where a paragraph begins with it and a space, a tab or a line end follows, or nothing (a turn that
says nothing). Anywhere else, after a colon, in the middle of a line or at the start of one, it is part of what is
being said. Line ends are ``\n`` or ``\r\n``, as the transcript itself begins; blank lines may hold spaces.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise

Turn = dict[str, str]
"""One turn, in the shape of a message: ``role`` and ``content``."""

ROLES = {"Human": "user", "Assistant": "assistant"}
_WORDS = {role: word for word, role in ROLES.items()}


def _mark(blank: str) -> re.Pattern[str]:
    """A role word after such a blank line; what follows the colon is no part of what is said."""
    return re.compile(rf"{blank}(Human|Assistant):(?:[ \t]|(?={blank}(?:Human|Assistant):)|(?=\s*\Z)|\r?\n)")


_MARKS = {end: _mark(rf"{end}[ \t]*{end}") for end in ("\n", "\r\n")}
"""By the line end of the transcript: the other one may be the end of what a turn says."""
_ANY_MARK = _mark(r"\r?\n[ \t]*\r?\n")
_OPENING = re.compile(r"[ \t\r\n]*?(?P<end>\r\n|\n)[ \t]*(?P=end)Human:")
_BARE = re.compile(r"Human:(?:[ \t]|\r?\n)")
_OPEN_END = re.compile(r"\n[ \t]*\r?\nAssistant:\Z")
_SPACE = re.compile(r"[ \t]|\r?\n")
_GLUED = {role: re.compile(rf"\n[ \t]*\r?\n{word}:\S") for role, word in _WORDS.items()}


def is_transcript(text: str) -> bool:
    r"""Whether the text begins as transcripts do: two line ends, ``Human:``, and what the human says.

    >>> is_transcript("\n\nHuman: Hello"), is_transcript("\r\n\r\nHuman:\r\nHello"), is_transcript("Human: Hello")
    (True, True, False)
    """
    opening = _OPENING.match(text)
    first = _MARKS[opening["end"]].match(text, opening.start("end")) if opening else None
    return first is not None and text[first.end() :].strip() != ""


def as_transcript(text: str) -> str | None:
    r"""The transcript that a text is, with the blank line before its first turn; ``None`` for one that is none.

    >>> as_transcript("Human: Hello\n\nAssistant: Yes?"), as_transcript("Human: Hello")
    ('\n\nHuman: Hello\n\nAssistant: Yes?', None)
    """
    if is_transcript(text):
        return text
    mark = next((mark for mark in _ANY_MARK.finditer(text) if mark[1] == "Assistant"), None)
    if mark is None or not _BARE.match(text):
        return None
    return f"\r\n\r\n{text}" if mark[0].startswith("\r") else f"\n\n{text}"


def doubt_in(text: str) -> str:
    r"""Why it cannot be told where the turns of a text begin, where it may be a transcript; else nothing.

    >>> doubt_in("\n\nHuman:Hello"), doubt_in("\n\nHuman: Hello")
    ('no space follows its first "Human:"', '')
    """
    opening = _OPENING.match(text)
    if not opening:
        return ""
    if not _MARKS[opening["end"]].match(text, opening.start("end")):
        return 'no space follows its first "Human:"'
    ours = {mark.start(1) for mark in _MARKS[opening["end"]].finditer(text)}
    if any(mark.start(1) not in ours for mark in _ANY_MARK.finditer(text)):
        return "its lines end in two ways"
    for (role, content), (following, _) in pairwise(_said(text)):
        other = "assistant" if role == "user" else "user"
        if role == following and _GLUED[other].search(content):
            return f'{_WORDS[role]} speaks twice, and between "{_WORDS[other]}:" stands without a space'
    return ""


def ends_open(text: str) -> bool:
    """Whether a transcript ends where an answer would follow, so that the answer brings its own space."""
    return _OPEN_END.search(text) is not None


def after_colon(text: str) -> str:
    """What is said by a text that follows a role word at once: all but the space that sets it apart."""
    space = _SPACE.match(text)
    return text[space.end() :] if space else text


def turns_of(text: str) -> list[Turn]:
    r"""The turns of a transcript, to the letter.

    Turns that say nothing are left out, and adjacent turns of one role are one, with a blank line between.

    >>> turns_of("\n\nHuman: Say \"Human: 1\".\n\nAssistant:\nHuman: 1")
    [{'role': 'user', 'content': 'Say "Human: 1".'}, {'role': 'assistant', 'content': 'Human: 1'}]
    """
    turns: list[Turn] = []
    blank = 2 * _line_end(text)
    for role, content in _said(text):
        if turns and turns[-1]["role"] == role:
            turns[-1]["content"] += f"{blank}{content}"
        else:
            turns.append({"role": role, "content": content})
    return turns


def _said(text: str) -> Iterator[tuple[str, str]]:
    """Role and content of each turn that says something."""
    marks = list(_MARKS[_line_end(text)].finditer(text))
    ends = [mark.start() for mark in marks[1:]] + [len(text)]
    for mark, end in zip(marks, ends, strict=True):
        content = text[mark.end() : end]
        if content.strip():
            yield ROLES[mark[1]], content


def _line_end(text: str) -> str:
    opening = _OPENING.match(text)
    return opening["end"] if opening else "\n"


def transcript_of(turns: Iterable[Turn]) -> str:
    """The turns as one text; ``turns_of`` gives them back where no content has a role word at a paragraph's start."""
    return "".join(f"\n\n{_WORDS[turn['role']]}: {turn['content']}" for turn in turns)
