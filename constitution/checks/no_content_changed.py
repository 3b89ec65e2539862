"""Only little words differ between chosen and rejected."""

from __future__ import annotations

import re
from collections import Counter

from constitution.core.trail import Finding, Pair, Trail

_LITTLE = frozenset(
    (
        "a", "an", "and", "are", "as", "at", "be", "but", "by", "for", "from", "had", "has", "have", "her", "his",
        "i", "if", "in", "is", "it", "its", "just", "my", "of", "on", "or", "our", "quite", "really", "she", "so",
        "that", "the", "their", "them", "then", "there", "these", "they", "this", "to", "very", "was", "we", "were",
        "will", "with", "would", "you", "your",
    )
)  # fmt: skip


def _words(text: str) -> Counter[str]:
    return Counter(re.findall(r"[^\W_]+", text.casefold()))


def no_content_changed(pair: Pair, trail: Trail, *, at_least: int = 1) -> Finding | None:
    """Refuses a pair with fewer than ``at_least`` content words changed: nothing can be learned from it."""
    chosen, rejected = _words(pair.chosen.text), _words(pair.rejected.text)
    changed = {word for word in chosen.keys() | rejected.keys() if chosen[word] != rejected[word]} - _LITTLE
    if len(changed) < at_least:
        reason = f"{len(changed)} content words differ, {at_least} must"
        return Finding(check="no_content_changed", severity="refuse", reason=reason)
    return None
