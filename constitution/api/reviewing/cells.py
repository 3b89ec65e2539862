"""Cells that a spreadsheet leaves alone: nothing is taken for a formula, and nothing is too long for Excel."""

from __future__ import annotations

import re

LONGEST = 32_767
"""Characters of a cell in Excel, which counts in UTF-16."""
_FORMULA = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f\ufffe\uffff]")


def guarded(text: str) -> str:
    """The text with an apostrophe before what a spreadsheet would run as a formula.

    A text that begins with apostrophes and then such a character gets one more, so that ``unguarded`` gives each
    text back.

    >>> guarded("=1+1"), guarded("- no"), guarded("fine")
    ("'=1+1", "'- no", 'fine')
    """
    return "'" + text if _FORMULA.match(text) else text


def unguarded(text: str) -> str:
    """The text without the apostrophe that ``guarded`` put before it.

    >>> unguarded("'=1+1"), unguarded("'tis")
    ('=1+1', "'tis")
    """
    return text[1:] if text.startswith("'") and _FORMULA.match(text) else text


def fitting(text: str, whole: str) -> str:
    """The text as a cell can show it: cut where it is too long, with ``whole`` saying where all of it is."""
    shown = _CONTROL.sub("\ufffd", text)
    if _units(shown) < LONGEST:  # the guard may add one
        return shown
    note = f"\n[cut: {len(text):,} characters in all; {whole}]"
    room = LONGEST - 1 - _units(note)
    return shown.encode("utf-16-le")[: 2 * room].decode("utf-16-le", "ignore") + note


def tidy(text: str) -> str:
    """What a person wrote in a cell, without the marks that cells add: one kind of line end, no control characters."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("_x000D_", "")
    return _CONTROL.sub("", lines).strip()


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
