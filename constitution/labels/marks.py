"""Marks: invisible signs that a provider hides in a text, found and told; none is ever put in."""

from __future__ import annotations

import hashlib
import re
from typing import Any

_MAGIC = b"C2PATXT\0"
"""How a C2PA manifest in plain text begins: C2PA 2.3, A.7."""


def _selector(byte: int) -> str:
    """The variation selector that stands for this byte."""
    return chr(0xFE00 + byte if byte < 16 else 0xE0100 + byte - 16)


_OPENING = re.compile("\ufeff" + "".join(map(_selector, _MAGIC)))


def mark_in(text: str) -> dict[str, Any]:
    """What a part says of the mark that stands in its text: its kind, and the hash of the text with it; else nothing.

    A text is kept as it came, mark and all: whoever cleans it later can be told what stood there.

    >>> mark_in("Plain words.")
    {}
    """
    if "\ufeff" not in text or not _OPENING.search(text):
        return {}
    return {"upstream_mark": "c2pa-text", "raw_sha256": hashlib.sha256(text.encode()).hexdigest()}
