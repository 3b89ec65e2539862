"""Finding a critic's quote in the text it was taken from."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field

_SAME = {
    "‘": "'", "’": "'", "‚": "'", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"',
    "–": "-", "—": "-", "‑": "-", "…": "...",
}  # fmt: skip
_MARKS = frozenset("*_`")
_LINE_MARKS = frozenset("#>")
SHORT = 3
"""Fewer letters and digits than this must stand alone, or they would be found inside any word."""


@dataclass
class _Folded:
    """A text with quotes, dashes, accents, white space and markdown made plain."""

    letters: list[str] = field(default_factory=list)
    spans: list[tuple[int, int]] = field(default_factory=list)
    """Where each letter came from, as start and end."""

    @property
    def text(self) -> str:
        return "".join(self.letters)

    def take(self, letter: str, start: int) -> None:
        """The next letter of the original."""
        if unicodedata.combining(letter) and self.letters:
            joined = unicodedata.normalize("NFC", self.letters[-1] + letter)
            self.letters[-1:] = joined[:1]
            self.spans[-1] = (self.spans[-1][0], start + 1)
            return
        for same in _SAME.get(letter, letter):
            self.letters.append(same)
            self.spans.append((start, start + 1))

    def space(self, start: int) -> None:
        """White space: any run of it is one."""
        if self.letters and self.letters[-1] != " ":
            self.letters.append(" ")
            self.spans.append((start, start + 1))


def _fold(text: str) -> _Folded:
    folded, line_start = _Folded(), True
    for place, letter in enumerate(text):
        if letter.isspace():
            folded.space(place)
            line_start = line_start or letter == "\n"
        elif letter in _MARKS or (letter in _LINE_MARKS and line_start):
            continue
        else:
            folded.take(letter, place)
            line_start = False
    return folded


def locate(quote: str, text: str) -> tuple[int, int] | None:
    """Where the quoted words stand in the text, as start and end; None if they are not there.

    A quote needs at least one letter or digit, and a very short one must not be part of a longer word.

    >>> locate('“so  sure”', "He is **so sure** of it")
    (8, 15)
    """
    if not any(letter.isalnum() for letter in quote):
        return None
    there = _find(quote, text)
    if there is not None:
        return there, there + len(quote)
    words, body = _fold(quote).text.strip(), _fold(text)
    for wanted in (words, words.strip(" \"'.")):
        there = _find(wanted, body.text) if any(letter.isalnum() for letter in wanted) else None
        if there is not None:
            return body.spans[there][0], body.spans[there + len(wanted) - 1][1]
    return None


def _find(wanted: str, text: str) -> int | None:
    """The first place of these words; short ones only where they stand alone."""
    if sum(letter.isalnum() for letter in wanted) >= SHORT or not wanted.isascii():
        place = text.find(wanted)
        return place if place >= 0 else None
    found = re.search(rf"(?<!\w){re.escape(wanted)}(?!\w)", text)
    return found.start() if found else None
