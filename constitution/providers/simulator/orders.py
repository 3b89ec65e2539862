"""Orders that a text under review gives to its reviewer; only the habit ``obey`` follows them."""

from __future__ import annotations

import re

_ORDER = re.compile(
    r"(?:reviewer|judge|critic|grader|evaluator|you)\b.{0,30}\b(?:must|should|shall|have to|will|are to)\b.{0,30}"
    r"\b(?:choose|pick|prefer|select|rate|vote|pass|accept|approve|answer|say)\b"
    r"|\b(?:choose|pick|prefer|select) this (?:response|answer|one)\b"
    r"|\bignore (?:the|all|any|your|these|previous).{0,30}(?:principles|instructions|rules)\b"
    r"|\bthis (?:response|answer) (?:complies|is better|breaks no|wins)\b|\bverdict\W{1,4}complies\b",
    re.IGNORECASE,
)


def orders(text: str) -> bool:
    """Whether the text tells its reader how to judge it."""
    return _ORDER.search(text) is not None
