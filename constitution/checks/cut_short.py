"""An answer stops in the middle."""

from __future__ import annotations

import re

from constitution.core.trail import Finding, Pair, Trail

_DANGLING = re.compile(r"(?:[,;:(\[–—-]|\b(?:and|or|but|the|a|an|of|to|with|for|because|if|is|are))$", re.IGNORECASE)


def _unfinished(text: str) -> bool:
    body = text.rstrip()
    # The longest of those words has seven letters; a look at the end alone saves one at every place before it.
    return body.count("```") % 2 == 1 or _DANGLING.search(body[-16:]) is not None


def cut_short(pair: Pair, trail: Trail) -> Finding | None:
    """Refuses a chosen answer that ends on a dangling word or an open code block where its draft did not.

    A draft that ends so too may be meant that way: that is a warning.
    """
    if not _unfinished(pair.chosen.text):
        return None
    alike = _unfinished(pair.rejected.text)
    return Finding(
        check="cut_short",
        severity="warn" if alike else "refuse",
        reason="both answers stop in the middle" if alike else "the chosen answer stops in the middle",
    )
