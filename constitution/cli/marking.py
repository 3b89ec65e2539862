"""Marks on texts: quotes between guillemets, and what a revision took out and put in."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text

from constitution.api.worddiff import Segment, plain, word_diff
from constitution.cli.terminal import safe

_STYLES = {"same": "", "gone": "red strike", "new": "green underline"}
_UNITS = {"lines": "lines", "all": "the whole"}


def marked(text: str, spans: Sequence[tuple[int, int]]) -> Text:
    """The text with these spans between «guillemets»; spans that touch are one."""
    shown, here = Text(), 0
    for start, end in _merged(spans, len(text)):
        shown.append(safe(text[here:start]))
        shown.append(f"«{safe(text[start:end])}»", style="bold yellow")
        here = end
    return shown.append(safe(text[here:]))


def _merged(spans: Sequence[tuple[int, int]], length: int) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted((max(0, start), min(end, length)) for start, end in spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        elif start < end:
            merged.append((start, end))
    return merged


def diff_text(before: str, after: str, *, colour: bool) -> Text:
    """The word diff: struck red and underlined green, or ``[-gone-]`` and ``{+new+}`` without colour."""
    diff = word_diff(before, after)
    shown = Text()
    if diff.unit != "words":
        shown.append(f"(too long to compare word by word; compared by {_UNITS[diff.unit]})\n", "dim")
    for segment in diff.segments:
        clean = Segment(segment.change, safe(segment.text))
        shown.append(clean.text if colour else plain(clean), style=_STYLES[clean.change])
    return shown
