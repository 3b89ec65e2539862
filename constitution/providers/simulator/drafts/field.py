"""A field of life: by which words a prompt belongs to it, and what is sensible to say in it."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Field:
    """Sentences that make sense under any prompt of the field."""

    name: str
    cue: re.Pattern[str]
    advice: tuple[str, ...]
    unless: re.Pattern[str] | None = None
    """Words that take a prompt out of the field."""
    delicate: bool = False
    """A flawed draft here says the flawed thing instead of the advice, not beside it."""


def cue(*words: str) -> re.Pattern[str]:
    """Whole words, whatever their case; an ending may follow where a word ends in ``~``."""
    alternatives = "|".join(word.replace("~", r"\w*") for word in words)
    return re.compile(rf"\b(?:{alternatives})\b", re.IGNORECASE)
