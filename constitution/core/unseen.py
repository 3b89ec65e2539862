"""Unseen characters: what a terminal or a browser would obey or hide, and the text with each of them written out."""

from __future__ import annotations

import re

_UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f"  # control characters but for tab and newline: ESC, CSI, OSC and their kin
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u206f"  # what turns the direction of writing
    "\u200b\u2028\u2029\u2060-\u2065\ufeff\ufff9-\ufffb"  # what cannot be seen or breaks lines unseen
    "\U000e0000-\U000e007f\ud800-\udfff]"  # tags that spell hidden words; halves of characters
)


def safe(text: str) -> str:
    r"""The text with every character that a terminal would obey or hide written as an escape.

    >>> safe("a\x1b[31mb")
    'a\\x1b[31mb'
    """
    return _UNSAFE.sub(escaped, text)


def escaped(found: re.Match[str]) -> str:
    """The character as an escape of Python."""
    code = ord(found.group())
    if code in (9, 10):
        return "\\t" if code == 9 else "\\n"
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
