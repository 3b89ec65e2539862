"""Deterministic rules: what a program can see in a response without asking a model.

Texts are compared folded: case, curly quotes and runs of white space make no difference. Phrases are found as
whole words, in time linear in the response; a rule holds plain phrases, never a pattern.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from constitution.principles.model import Principle, Rule

_QUOTES = str.maketrans({**dict.fromkeys("‘’‚‛′`´", "'"), **dict.fromkeys("“”„‟″«»", '"'), "\0": "\ufffd"})
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
)
"""Scripts that write no spaces between words; there a phrase is found wherever it stands."""
_EDGE = "\0"
"""Stands wherever a word begins or ends in folded text, so that one plain search finds whole words only."""


@dataclass(frozen=True, slots=True)
class Hit:
    """How a response breaks a rule, and the words that show it."""

    rule: Rule
    start: int
    end: int
    quote: str
    """``response[start:end]``; empty where something is missing from the whole response."""
    reason: str


def broken(rule: Rule, response: str) -> Hit | None:
    """The first place where the response breaks the rule; nothing when it keeps it."""
    if rule.max_words is not None:
        return _too_long(rule, rule.max_words, response)
    folded, origin = _fold(response)
    if rule.require_any:
        if any(_fold(phrase)[0] in folded for phrase in rule.require_any):
            return None
        return Hit(rule, 0, 0, "", f"it says none of: {', '.join(rule.require_any)}")
    phrases = [_fold(phrase)[0] for phrase in rule.forbid]
    found = [(at, -len(phrase)) for phrase in phrases if (at := folded.find(phrase)) >= 0]
    if not found:
        return None
    at, length = min(found)
    inside = [origin[place] for place in range(at, at - length) if folded[place] != _EDGE]
    start, end = inside[0], inside[-1] + 1
    return Hit(rule, start, end, response[start:end], f"it says {response[start:end]!r}")


def hits(principle: Principle, response: str) -> tuple[Hit, ...]:
    """One hit for each rule of the principle that the response breaks."""
    return tuple(hit for rule in principle.rules if (hit := broken(rule, response)) is not None)


def _too_long(rule: Rule, most: int, response: str) -> Hit | None:
    """The words beyond the limit; a word is a run without white space."""
    words = list(re.finditer(r"\S+", response))
    if len(words) <= most:
        return None
    start, end = words[most].start(), words[-1].end()
    return Hit(rule, start, end, response[start:end], f"it has {len(words)} words, {most} at most are allowed")


@lru_cache(maxsize=4096)
def _fold(text: str) -> tuple[str, list[int]]:
    """The folded text with its word edges marked, and for each of its characters the one it came from."""
    folded: list[str] = []
    origin: list[int] = []
    in_word = False
    for position, written in enumerate(text):
        for character, word in _plain(written):
            if character == " " and folded and folded[-1] == " ":
                continue
            if word != in_word:
                folded.append(_EDGE)
                origin.append(position)
                in_word = word
            folded.append(character)
            origin.append(position)
    if in_word:
        folded.append(_EDGE)
        origin.append(len(text))
    return "".join(folded), origin


@lru_cache(maxsize=4096)
def _plain(written: str) -> tuple[tuple[str, bool], ...]:
    """What a written character is compared as, and whether it is part of a word."""
    plain = [" " if each.isspace() else each for each in written.translate(_QUOTES).casefold()]
    return tuple((each, _wordy(each)) for each in plain)


def _wordy(character: str) -> bool:
    """Letters, digits, the underscore, and marks that sit on letters."""
    if _UNSPACED.match(character):
        return False
    return character.isalnum() or character == "_" or unicodedata.category(character).startswith("M")
