"""Sentences and content words: how far the words of a violation reach, and what a demand speaks of."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right

_END = re.compile(r"[.!?…][\"'”’)\]*_]{0,4}[^\S\n]+(?![a-z])|[。！？]|\n")
_WORD = re.compile(r"\w+")
_COMMON = """
a about all also am an and any are as at be been being but by can could did do does for from give had has have he her
him his how i if in into is it its just let like list make me more most my no not of on one only or our out please say
she should so some tell than that the their them then there these they this those to too us was we were what when
where which who why will with would write you your
"""
_STOP = frozenset(_COMMON.split())
_ENDINGS = ("ings", "ing", "ies", "ed", "es", "ly", "s", "e", "y")


def bounds(text: str) -> list[int]:
    """Where each sentence of the text ends but the last, in characters; a new line ends one too."""
    return [found.end() for found in _END.finditer(text)]


def pieces(start: int, end: int, bounds: list[int]) -> list[tuple[int, int]]:
    """The span cut where sentences end; an empty span is one empty piece.

    >>> pieces(2, 9, [4, 20])
    [(2, 4), (4, 9)]
    """
    cuts = [start, *bounds[bisect_right(bounds, start) : bisect_left(bounds, end)]]
    return list(zip(cuts, [*cuts[1:], end], strict=True))


def words_in(text: str) -> int:
    """How many words a text has."""
    return len(_WORD.findall(text))


def content_words(text: str) -> frozenset[str]:
    """The stems of the words that say what a text is about; crude, and the same for both texts that are compared.

    >>> sorted(content_words("Please give two examples of storing it"))
    ['exampl', 'stor', 'two']
    """
    found = (word for word in _WORD.findall(text.casefold()) if word not in _STOP and (len(word) > 2 or word.isdigit()))
    return frozenset(_stem(word) for word in found)


def _stem(word: str) -> str:
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word
