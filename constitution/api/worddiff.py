"""What changed between two texts, in words for people: ``[-gone-]`` and ``{+new+}``."""

from __future__ import annotations

from constitution.evidence.alignment import MOST, Change, Diff, Segment, word_diff

__all__ = ["MOST", "Change", "Diff", "Segment", "plain", "plain_diff", "word_diff"]


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
