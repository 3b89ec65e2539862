"""The alignment of two texts, word by word: runs that stayed, went or came, which give both texts back."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

Change = Literal["same", "gone", "new"]

MOST = 6_000
"""Tokens a side that are compared one by one; the work grows with the product of both sides."""

_TOKEN = re.compile(r"\w+|\s+|[^\w\s]")
_WORD = re.compile(r"\w+")
_LINE = re.compile(r"[^\n]*\n|[^\n]+")

Part = tuple[Change, str]
"""A segment while it is worked on."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A run of text that stayed, went or came."""

    change: Change
    text: str


@dataclass(frozen=True, slots=True)
class Diff:
    """All segments in order; where something was replaced, what went stands before what came."""

    segments: tuple[Segment, ...]
    unit: Literal["words", "lines", "all"] = "words"
    """What was compared: texts too long for words are compared by lines, and beyond that as a whole."""

    @property
    def before(self) -> str:
        """The first text, whole."""
        return "".join(segment.text for segment in self.segments if segment.change != "new")

    @property
    def after(self) -> str:
        """The second text, whole."""
        return "".join(segment.text for segment in self.segments if segment.change != "gone")


def word_diff(before: str, after: str) -> Diff:
    """What makes the second text out of the first, by the longest common subsequence of tokens.

    >>> [(each.change, each.text) for each in word_diff("I promise it.", "I expect it.").segments]
    [('same', 'I '), ('gone', 'promise'), ('new', 'expect'), ('same', ' it.')]
    """
    first, second = _TOKEN.findall(before), _TOKEN.findall(after)
    if max(len(first), len(second)) <= MOST:
        parts = _joined(_compared(first, second))
        for _ in range(2):  # spaces first: then the changes are whole, and it can be seen which words stand alone
            parts = _joined(_readable(parts))
        return Diff(_segments(parts))
    first, second = _LINE.findall(before), _LINE.findall(after)
    if max(len(first), len(second)) <= MOST:
        return Diff(_segments(_joined(_compared(first, second))), "lines")
    return Diff(_segments(_joined([("gone", before), ("new", after)])), "all")


def _segments(parts: Iterable[Part]) -> tuple[Segment, ...]:
    return tuple([Segment(*part) for part in parts])


def _compared(first: Sequence[str], second: Sequence[str]) -> Iterator[Part]:
    """One part for each run of tokens that stayed, went or came."""
    from rapidfuzz.distance import LCSseq

    # Numbers in place of tokens: rapidfuzz compares hashes, and those of small numbers never collide.
    numbers = {token: place for place, token in enumerate(dict.fromkeys((*first, *second)))}
    for edit in LCSseq.opcodes([numbers[token] for token in first], [numbers[token] for token in second]):
        gone = "".join(first[edit.src_start : edit.src_end])
        if edit.tag == "equal":
            yield "same", gone
        else:
            yield "gone", gone
            yield "new", "".join(second[edit.dest_start : edit.dest_end])


def _joined(parts: Iterable[Part]) -> list[Part]:
    """The same change without empty runs, and with all that went at one place before all that came there."""
    joined: list[Part] = []
    gone, new = "", ""
    for change, text in (*parts, ("same", "")):
        if change == "gone":
            gone += text
        elif change == "new":
            new += text
        else:
            if gone or new:
                joined += _tight(gone, new)
                gone, new = "", ""
            joined.append((change, text))
    merged: list[Part] = []
    for change, text in joined:
        if merged and text and merged[-1][0] == change:
            merged[-1] = (change, merged[-1][1] + text)
        elif text:
            merged.append((change, text))
    return merged


def _tight(gone: str, new: str) -> tuple[Part, ...]:
    """What went and what came; white space that both begin or end with stayed."""
    start = _shared(gone, new) if gone[:1] == new[:1] else 0
    end = _shared(gone[start:][::-1], new[start:][::-1]) if gone[-1:] == new[-1:] else 0
    middle, rest = len(gone) - end, len(new) - end
    return ("same", gone[:start]), ("gone", gone[start:middle]), ("new", new[start:rest]), ("same", gone[middle:])


def _shared(one: str, other: str) -> int:
    """How many characters of white space both begin with."""
    count = 0
    for mine, theirs in zip(one, other, strict=False):
        if mine != theirs or not mine.isspace():
            break
        count += 1
    return count


def _readable(parts: Sequence[Part]) -> Iterator[Part]:
    """A space or a stray word that two sentences share by chance does not chop a change into pieces."""
    for place, (change, text) in enumerate(parts):
        if change == "same" and _by_chance(parts, place):
            yield "gone", text
            yield "new", text
        else:
            yield change, text


def _by_chance(parts: Sequence[Part], place: int) -> bool:
    """Whether this run says too little to be called kept, between two changes."""
    text = parts[place][1]
    if place in (0, len(parts) - 1) or len(text) > 40 or "\n" in text:
        return False
    words = len(_WORD.findall(text))
    if words > 1:
        return False
    least = 3 if words else 1
    return _changed(parts[max(0, place - 2) : place]) >= least and _changed(parts[place + 1 : place + 3]) >= least


def _changed(parts: Sequence[Part]) -> int:
    """How many words the larger side of a change has."""
    return max([len(_WORD.findall(text)) for change, text in parts if change != "same"], default=0)
