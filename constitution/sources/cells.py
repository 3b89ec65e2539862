"""Cells: text of a table that stands for a list, as JSON."""

from __future__ import annotations

import re
from typing import Any

from constitution.sources.text import parsed

LISTS = {"messages", "tags", "candidates", "instances"}
"""Columns that hold lists."""
MAYBE_LISTS = {"prompt", "chosen", "rejected"}
"""Columns that hold text or messages."""
_MESSAGES = re.compile(r"""\s*\[\s*\{\s*["'](?:role|content)["']\s*:""")


def value_of(name: str, text: str, where: str) -> Any:
    """The text itself, or the list that it stands for.

    Raises ``BadFile`` for a list that is no JSON: the way that Python prints lists is not JSON.
    """
    if name in LISTS or (name in MAYBE_LISTS and _MESSAGES.match(text)):
        return parsed(text, where, key=name, remedy=f"write {name} as a JSON list")
    return text
