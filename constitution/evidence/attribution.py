"""Attribution: each changed span goes to the principle whose violation asked for it; what is left over is drift."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import Literal

from constitution.core.evidence import ChangedSpan
from constitution.evidence.alignment import Diff
from constitution.evidence.sentences import bounds, content_words, pieces, words_in

Span = tuple[int, int]
"""Start and end, in characters."""

NEAR = 8
"""Characters without a letter or digit that may stand between a violation and a change that touches it."""
_FULL = frozenset(".!?…。！？\n")


@dataclass(frozen=True)
class Asked:
    """What asked for a change: words of the first text that break a principle, or a demand that it left out."""

    principle: str
    span: Span | None = None
    """Where the words stand in the first text."""
    demand: str = ""
    """Without words: what the prompt demanded."""

    @cached_property
    def about(self) -> frozenset[str]:
        """What the demand speaks of."""
        return content_words(self.demand)


@dataclass(frozen=True)
class Place:
    """One place where two texts differ: what went and what came there; either may be empty."""

    gone: Span
    new: Span


def places(diff: Diff) -> Iterator[Place]:
    """Where both texts differ, in their order."""
    here, there = 0, 0
    for same, run in groupby(diff.segments, lambda segment: segment.change == "same"):
        gone = new = 0
        for segment in run:
            gone += len(segment.text) if segment.change != "new" else 0
            new += len(segment.text) if segment.change != "gone" else 0
        if not same:
            yield Place((here, here + gone), (there, there + new))
        here, there = here + gone, there + new


def traced(span: Span, diff: Diff) -> Span:
    """Where words of the second text came from: the span of the first text that stands there, or stood."""
    found = tuple(places(diff))
    start = _origin(span[0], [(place.new[0], place.new[1] - 1, place) for place in found], 0)
    end = _origin(span[1], [(place.new[0] + 1, place.new[1], place) for place in found], 1)
    return start, max(start, end)


def _origin(offset: int, found: Sequence[tuple[int, int, Place]], edge: int) -> int:
    """The same for one end of a span: in the middle of new words, the edge of what they replaced."""
    shift = 0
    for first, last, place in found:
        if first <= offset <= last:
            return place.gone[edge]
        if offset < first:
            break
        shift = place.gone[1] - place.new[1]
    return offset + shift


def attributed(before: str, after: str, diff: Diff, asked: Sequence[Asked]) -> tuple[ChangedSpan, ...]:
    """Every changed span of both texts, cut where sentences end, each with the principles that explain it.

    Words that went are explained by a violation that they overlap or touch within their sentence; words that came
    by that of the words which they replace, sentence by sentence in order, or by an omission: by one whose demand
    they speak of, or by any where only omissions were found.
    """
    old, new = bounds(before), bounds(after)
    shown = [each for each in asked if each.span is not None]
    missing = [each for each in asked if each.span is None]
    found: list[ChangedSpan] = []
    for place in places(diff):
        went, came = _said(pieces(*place.gone, old), before), _said(pieces(*place.new, new), after)
        why = [[each.principle for each in shown if each.span and _touches(piece, each.span, before, old)]
               for piece in went]  # fmt: skip
        found += _spans("rejected", before, went, why)
        replaced = [why[number * len(went) // len(came)] for number in range(len(came))]
        met = [_met(after[slice(*piece)], missing, alone=not shown) for piece in came]
        found += _spans("chosen", after, came, [one + other for one, other in zip(replaced, met, strict=True)])
    return tuple(found)


def _said(parts: list[Span], text: str) -> list[Span]:
    """The same parts, but that white space alone is none: it goes with what follows, at the end with what precedes."""
    said: list[Span] = []
    start = parts[0][0]
    for _, end in parts:
        if end == parts[-1][1] or not text[start:end].isspace():
            said.append((start, end))
            start = end
    if len(said) > 1 and text[slice(*said[-1])].isspace():
        said[-2:] = [(said[-2][0], said[-1][1])]
    return said


def _spans(
    side: Literal["rejected", "chosen"], text: str, parts: Sequence[Span], why: Iterable[Sequence[str]]
) -> Iterator[ChangedSpan]:
    """The parts as spans; neighbours with the same explanation are one, empty ones none."""
    named = ((part, tuple(dict.fromkeys(reasons))) for part, reasons in zip(parts, why, strict=True))
    for principles, run in groupby(named, lambda each: each[1]):
        held = [part for part, _ in run]
        start, end = held[0][0], held[-1][1]
        if start < end:
            yield ChangedSpan.known(
                side=side, start=start, end=end, words=words_in(text[start:end]), principles=principles
            )


def _touches(piece: Span, quote: Span, text: str, bounds: list[int]) -> bool:
    """Whether they overlap, or nothing stands between them but marks within one sentence."""
    (start, end), (first, last) = piece, quote
    if start < last and first < end:
        return True
    left, right = (end, first) if end <= first else (last, start)
    if right - left > NEAR or any(letter.isalnum() for letter in text[left:right]):
        return False
    if start < end:
        place = bisect_left(bounds, left)
    elif left == last and text[last - 1 : last] in _FULL:  # what is put in after a full stop is a sentence of its own
        return False
    else:  # what is put in where a sentence begins is of that sentence
        place = bisect_right(bounds, left)
    return place == len(bounds) or bounds[place] > right


def _met(text: str, missing: Sequence[Asked], *, alone: bool) -> list[str]:
    """The principles whose omission these new words mend."""
    if not missing or not text.strip():
        return []
    if alone:
        return [each.principle for each in missing]
    words = content_words(text)
    return [each.principle for each in missing if words & each.about]
