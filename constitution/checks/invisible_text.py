"""An answer holds characters that nobody sees."""

from __future__ import annotations

import re

from constitution.core.trail import Finding, Pair, Trail

# Zero-width spaces, bidi controls, soft hyphens, Unicode tags. U+200C, U+200D and U+FE0F stay: Persian and emoji
# need them.
_UNSEEN = re.compile("[\u00ad\u200b\u2060-\u2064\u202a-\u202e\u2066-\u2069\ufeff\U000e0000-\U000e007f]")


def invisible_text(pair: Pair, trail: Trail) -> Finding | None:
    """Refuses a side with hidden characters: they carry marks and orders that no reader can object to."""
    for side, response in (("chosen", pair.chosen), ("rejected", pair.rejected)):
        found = _UNSEEN.search(response.text)
        if found:
            reason = f"the {side} answer holds U+{ord(found.group()):04X}"
            return Finding(check="invisible_text", severity="refuse", reason=reason)
    return None
