"""Bold beginnings and headings of a list: which are titles, and which carry the sense of what follows them."""

from __future__ import annotations

import re

_BOLD = re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1(\s*[:.–—]|\s+-(?=\s))?\s*(.*)", re.DOTALL)
_PAIR = re.compile(r"\*\*(?=\S)(.+?)(?<=\S)\*\*", re.DOTALL)
_ENDED = (":", ".")
_WORD = re.compile(r"\w+(?:'\w+)?")
_NEGATING = frozenset(
    _WORD.findall(
        "never not no nor none nothing nobody without avoid refuse forbidden prohibited banned unacceptable wrong "
        "cannot can't don't don'ts donts dont won't mustn't shouldn't doesn't isn't aren't except unless stop"
    )
)
_OPENING = _NEGATING | frozenset(
    _WORD.findall(
        "do does must may should shall can could will would always please you we it they the a an to be is are "
        "this these following assistant model ai allowed permitted only ever if when where and or if"
    )
)


def titled(text: str) -> tuple[str, str]:
    """The title and the rule of an item; the title is empty where the bold words are part of the sentence.

    Words that forbid stay in the rule, since no model is told a title.

    >>> titled("**Honesty:** do not lie.")
    ('Honesty', 'do not lie.')
    >>> titled("**Never** promise a loan.")
    ('', 'Never promise a loan.')
    >>> titled("**No addresses.** Keep homes out.")
    ('No addresses', 'No addresses. Keep homes out.')
    """
    whole = unmarked(text)
    found = _BOLD.fullmatch(text)
    if found is None:
        return "", whole
    bold, mark, rest = found.group(2).strip(), found.group(3), unmarked(found.group(4).strip())
    title = unmarked(bold).rstrip(":.").strip()
    if not rest or not (mark or bold.endswith(_ENDED)) or _words(title) <= _OPENING:
        return "", whole
    return title, whole if _words(title) & _NEGATING else rest


def unmarked(text: str) -> str:
    """The text without the marks of bold words; every word of it is there.

    >>> unmarked("**Do** not press a **customer**.")
    'Do not press a customer.'
    """
    found = _BOLD.fullmatch(text)
    if found and found.group(1) == "__":
        text = text.replace("__", "", 2)
    return _PAIR.sub(r"\1", text)


def carries_on(heading: str) -> bool:
    """Whether a heading is the beginning of a sentence that forbids, which what stands under it goes on with.

    >>> [carries_on(each) for each in ("The assistant must never", "Don'ts", "Privacy", "No addresses")]
    [True, True, False, False]
    """
    words = _WORD.findall(_folded(heading))
    return bool(words) and words[-1] in _OPENING and not _NEGATING.isdisjoint(words)


def _words(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(_folded(text)))


def _folded(text: str) -> str:
    return text.casefold().replace("’", "'")
