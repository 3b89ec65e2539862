"""Words of our own machinery stand in an answer."""

from __future__ import annotations

import re

from constitution.core.trail import Finding, Pair, Trail

_OURS = re.compile(
    r"critique ?request|revision ?request|^[^\S\n]*(?:critique|revision|mended response|revised response)\s*:"
    r"|-{5} (?:begin|end) [\w ]{1,80} [0-9a-f]{16} -{5}|\bas per (?:the |your )?principles?\b"
    r"|\b(?:the|your) (?:critique|reviewer|critic) (?:names|says|points out|noted|asked)\b",
    re.IGNORECASE | re.MULTILINE,
)


_HINTS = ("critic", "critique", "revision", "revised", "mended", "reviewer", "as per", "-----")
"""One of these stands in all that ``_OURS`` finds."""


def _surely_ours_is_not_in(text: str) -> bool:
    """A short look, which is right of plain letters: others may be the same but for their case in ways of their own."""
    return text.isascii() and not any(map(text.lower().__contains__, _HINTS))


def scaffold_leak(pair: Pair, trail: Trail) -> Finding | None:
    """Refuses a chosen answer that speaks of its own revision, or a side that holds one of our fences.

    Words that the prompt itself uses are no leak.
    """
    asked = None
    for side, response in (("chosen", pair.chosen), ("rejected", pair.rejected)):
        if _surely_ours_is_not_in(response.text):
            continue
        for found in _OURS.finditer(response.text):
            words = found.group().strip()
            if asked is None:
                asked = "\n".join(message.content for message in trail.prompt.messages).casefold()
            if words.casefold() not in asked:
                return Finding(check="scaffold_leak", severity="refuse", reason=f"the {side} answer holds {words!r}")
    return None
