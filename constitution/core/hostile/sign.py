"""A sign that a text was written to sway whoever reads it for review."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal[
    "orders", "fence", "unseen", "look_alikes", "verdict", "role", "no_answer", "encoded", "too_long"
]  # fmt: skip
_SHOWN = 120


@dataclass(frozen=True)
class Sign:
    """What was found, and the words that show it."""

    kind: Kind
    quote: str
    """The words as they stand in the text."""

    def __str__(self) -> str:
        """One line for people: the kind, and the words with every unseen or foreign control shown as an escape."""
        short = self.quote if len(self.quote) <= _SHOWN else self.quote[: _SHOWN - 1] + "…"
        return f"{WORDS[self.kind]}: {escaped(short)}"


WORDS: dict[Kind, str] = {
    "orders": "words to a reviewer",
    "fence": "a false begin or end of the text under review",
    "unseen": "characters that nobody sees",
    "look_alikes": "letters of another script in place of Latin ones",
    "verdict": "a made-up verdict",
    "role": "the control marks of a chat format",
    "no_answer": "an answer that says nothing",
    "encoded": "words to a reviewer, in code",
    "too_long": "more text than can be looked through",
}
"""What is said of each kind."""


def escaped(text: str) -> str:
    """The text in quotes, with what is not printable as ``\\u`` escapes, so that no terminal acts on it."""
    return '"' + "".join(each if each.isprintable() else _escape(each) for each in text) + '"'


def _escape(character: str) -> str:
    return {"\n": "\\n", "\t": "\\t", "\r": "\\r"}.get(character) or f"\\u{{{ord(character):x}}}"
