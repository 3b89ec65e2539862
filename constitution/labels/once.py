"""Once: JSON of others, in which no object may name a key twice; readers differ in which of the two they believe."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from typing import Any


def from_text(text: str | bytes) -> Any:
    """The value of a JSON text; raises ``ValueError`` for what is none, and where an object names a key twice."""
    return json.loads(text, object_pairs_hook=once)


def once(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    """The object of these pairs, for a reader of JSON; raises ``ValueError`` where a key comes a second time."""
    told = dict(pairs)
    if len(told) < len(pairs):
        twice = next(name for name, times in Counter(name for name, _ in pairs).items() if times > 1)
        raise ValueError(f"it says {twice[:60]!r} twice, and readers differ in which of them they take")
    return told
