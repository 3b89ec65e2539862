"""Marks on texts in HTML: words that are evidence, and what a revision took out and put in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from constitution.api.worddiff import word_diff
from constitution.core.markup import Markup, element, joined, text
from constitution.core.trail import Critique

Span = tuple[int, int, str]
"""From where to where, and what it shows."""
_TAGS = {"gone": "del", "new": "ins"}
_UNITS = {"lines": "line by line", "all": "as a whole"}


def spans(critiques: Sequence[Critique], *, message: int | None = None) -> list[Span]:
    """Where the evidence stands: in the answer, or for omissions in this message of the prompt."""
    return [
        (each.evidence.start, each.evidence.end, each.principle.id)
        for each in critiques
        if each.evidence is not None and each.evidence.message == message
    ]


def marked(words: str, at: Sequence[Span]) -> Markup:
    """The text with these spans marked; spans that touch are one."""
    parts, here = [], 0
    for start, end, names in _merged(at, len(words)):
        parts += [text(words[here:start]), element("mark", words[start:end], title=f"breaks {', '.join(names)}")]
        here = end
    return joined([*parts, text(words[here:])])


def _merged(at: Sequence[Span], length: int) -> Iterator[tuple[int, int, list[str]]]:
    merged: list[tuple[int, int, list[str]]] = []
    for start, end, name in sorted((max(0, start), min(end, length), name) for start, end, name in at):
        if merged and start <= merged[-1][1]:
            first, last, names = merged[-1]
            merged[-1] = (first, max(end, last), list(dict.fromkeys([*names, name])))
        elif start < end:
            merged.append((start, end, [name]))
    yield from merged


def difference(before: str, after: str) -> tuple[Markup, str]:
    """What the second text took out and put in, and a note where it was not compared by words."""
    diff = word_diff(before, after)
    parts = (
        element(_TAGS[each.change], each.text) if each.change in _TAGS else text(each.text) for each in diff.segments
    )
    how = _UNITS.get(diff.unit)
    note = f"The texts are too long to be compared word by word; they are compared {how}." if how else ""
    return joined(parts), note
