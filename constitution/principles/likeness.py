"""How alike two wordings are: the same but for white space and punctuation, or by their runs of three words."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict, deque

_PLAIN = str.maketrans({**dict.fromkeys("‘’‚‛′`´", "'"), **dict.fromkeys("‐‑", "-")})
# A mark inside a word or a number is part of it: "1.5" is not "15", and to re-sign is not to resign.
_TOKEN = re.compile(r"(?:(?<!\w)-)?\d+(?:[.,:/-]\d+)*|\w+(?:['-]\w+)*|[%‰$€£¥<>=≤≥≠±+*/&@#§°]")
_MOST = 32
"""Texts that are kept for one run of words: a file of nothing but copies must not cost its square."""


def words(text: str) -> tuple[str, ...]:
    """The words, numbers and signs of a text, as they are written.

    >>> words("Never — ever! — give 1.5 g,   don't you?")
    ('Never', 'ever', 'give', '1.5', 'g', "don't", 'you')
    """
    return tuple(_TOKEN.findall(unicodedata.normalize("NFC", text).translate(_PLAIN)))


def same_words(one: str, other: str) -> bool:
    """Whether two texts differ in white space and punctuation at most."""
    return one == other or (words(one), _signs(one)) == (words(other), _signs(other))


def _signs(text: str) -> list[str]:
    """Vowel signs, arrows, pictures: no part of a word to a program, and each may change what is said."""
    plain = unicodedata.normalize("NFC", text).translate(_PLAIN)
    return [character for character in plain if unicodedata.category(character)[0] in "MS"]


def folded(text: str) -> str:
    """The words of a text in lower case with a space between them."""
    return " ".join(words(text)).casefold()


Runs = frozenset[tuple[str, ...]]


def runs(text: str, length: int = 3) -> Runs:
    """All runs of so many words; a shorter text is one run."""
    said = folded(text).split()
    starts = range(max(1, len(said) - length + 1)) if said else ()
    return frozenset(tuple(said[at : at + length]) for at in starts)


def overlap(one: Runs, other: Runs) -> float:
    """The share of all their members that two sets have in common (Jaccard's index)."""
    return len(one & other) / len(one | other) if one or other else 1.0


def word_overlap(one: str, other: str) -> float:
    """The share of their words that two texts have in common, whatever their order."""
    return overlap(runs(one, 1), runs(other, 1))


class Gathered:
    """Texts by name, among which the one most like another can be found without comparing with each."""

    def __init__(self, length: int = 3) -> None:
        self._length = length
        self._exactly: dict[str, deque[str]] = defaultdict(deque)
        self._runs: dict[str, Runs] = {}
        self._order: dict[str, int] = {}
        self._having: dict[tuple[str, ...], list[str]] = defaultdict(list)

    def add(self, name: str, text: str) -> None:
        """The text is among the others."""
        self._exactly[folded(text)].append(name)
        self._runs[name] = runs(text, self._length)
        self._order[name] = len(self._order)
        for run in self._runs[name]:
            if len(self._having[run]) < _MOST:
                self._having[run].append(name)

    def take(self, name: str) -> None:
        """The text is no longer found."""
        self._runs.pop(name, None)

    def nearest(self, text: str, at_least: float) -> tuple[str, float] | None:
        """The name of the most alike text and how alike it is by runs of words; the first of equals."""
        equal = self._exactly.get(folded(text), deque())
        while equal and equal[0] not in self._runs:
            equal.popleft()
        if equal:
            return equal[0], 1.0
        mine = runs(text, self._length)
        sharing = {name for run in mine for name in self._having.get(run, ()) if name in self._runs}
        scored = ((overlap(mine, self._runs[name]), -self._order[name], name) for name in sharing)
        alike, _, name = max(scored, default=(0.0, 0, ""))
        return (name, alike) if name and alike >= at_least else None
