"""What changed between two texts, word by word: runs that stayed, went or came, which give both texts back."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

Change = Literal["same", "gone", "new"]

MOST = 6_000
"""Tokens a side that are compared one by one; the work grows with the product of both sides."""

_TOKEN = re.compile(r"\w+|\s+|[^\w\s]")
_WORD = re.compile(r"\w+")
_LINE = re.compile(r"[^\n]*\n|[^\n]+")


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
        segments = _joined(_compared(first, second))
        for _ in range(2):  # spaces first: then the changes are whole, and it can be seen which words stand alone
            segments = _joined(_readable(segments))
        return Diff(segments)
    first, second = _LINE.findall(before), _LINE.findall(after)
    if max(len(first), len(second)) <= MOST:
        return Diff(_joined(_compared(first, second)), "lines")
    return Diff(_joined([Segment("gone", before), Segment("new", after)]), "all")


def plain_diff(before: str, after: str) -> str:
    """The differences in plain text.

    >>> plain_diff("I promise it.", "I expect it.")
    'I [-promise-]{+expect+} it.'
    """
    return "".join(plain(segment) for segment in word_diff(before, after).segments)


def plain(segment: Segment) -> str:
    """One segment in plain text: ``[-gone-]`` or ``{+new+}``, or itself."""
    left, right = {"same": ("", ""), "gone": ("[-", "-]"), "new": ("{+", "+}")}[segment.change]
    return f"{left}{segment.text}{right}"


def _compared(first: Sequence[str], second: Sequence[str]) -> Iterator[Segment]:
    """One segment for each run of tokens that stayed, went or came."""
    from rapidfuzz.distance import LCSseq

    # Numbers in place of tokens: rapidfuzz compares hashes, and those of small numbers never collide.
    numbers = {token: place for place, token in enumerate(dict.fromkeys((*first, *second)))}
    for edit in LCSseq.opcodes([numbers[token] for token in first], [numbers[token] for token in second]):
        gone, new = first[edit.src_start : edit.src_end], second[edit.dest_start : edit.dest_end]
        if edit.tag == "equal":
            yield Segment("same", "".join(gone))
        else:
            yield Segment("gone", "".join(gone))
            yield Segment("new", "".join(new))


def _joined(segments: Iterable[Segment]) -> tuple[Segment, ...]:
    """The same change without empty runs, and with all that went at one place before all that came there."""
    joined: list[Segment] = []
    for same, run in groupby(segments, lambda segment: segment.change == "same"):
        parts = list(run)
        if same:
            joined += parts
        else:
            gone = "".join(part.text for part in parts if part.change == "gone")
            joined += _tight(gone, "".join(part.text for part in parts if part.change == "new"))
    kept = groupby((segment for segment in joined if segment.text), lambda segment: segment.change)
    return tuple(Segment(change, "".join(part.text for part in run)) for change, run in kept)


def _tight(gone: str, new: str) -> tuple[Segment, ...]:
    """What went and what came; white space that both begin or end with stayed."""
    start = _shared(gone, new)
    end = _shared(gone[start:][::-1], new[start:][::-1])
    middle, rest = len(gone) - end, len(new) - end
    return (
        Segment("same", gone[:start]),
        Segment("gone", gone[start:middle]),
        Segment("new", new[start:rest]),
        Segment("same", gone[middle:]),
    )


def _shared(one: str, other: str) -> int:
    """How many characters of white space both begin with."""
    count = 0
    for mine, theirs in zip(one, other, strict=False):
        if mine != theirs or not mine.isspace():
            break
        count += 1
    return count


def _readable(segments: Sequence[Segment]) -> Iterator[Segment]:
    """A space or a stray word that two sentences share by chance does not chop a change into pieces."""
    for place, segment in enumerate(segments):
        if segment.change == "same" and _by_chance(segments, place):
            yield Segment("gone", segment.text)
            yield Segment("new", segment.text)
        else:
            yield segment


def _by_chance(segments: Sequence[Segment], place: int) -> bool:
    """Whether this run says too little to be called kept, between two changes."""
    text = segments[place].text
    if place in (0, len(segments) - 1) or len(text) > 40 or "\n" in text:
        return False
    words = _words(text)
    around = min(_changed(segments[max(0, place - 2) : place]), _changed(segments[place + 1 : place + 3]))
    return words <= 1 and around >= (3 if words else 1)


def _changed(segments: Iterable[Segment]) -> int:
    """How many words the larger side of a change has."""
    return max((_words(segment.text) for segment in segments if segment.change != "same"), default=0)


def _words(text: str) -> int:
    return len(_WORD.findall(text))
