"""Chosen and rejected say the same thing."""

from __future__ import annotations

import re
import unicodedata

from constitution.core.trail import Finding, Pair, Trail


def _plain(text: str) -> str:
    return re.sub(r"[\W_]+", " ", unicodedata.normalize("NFKC", text).casefold()).strip()


def same_text(pair: Pair, trail: Trail) -> Finding | None:
    """Refuses a pair whose sides differ in letter case, spacing or punctuation at most."""
    if _plain(pair.chosen.text) == _plain(pair.rejected.text):
        return Finding(check="same_text", severity="refuse", reason="chosen and rejected say the same")
    return None
