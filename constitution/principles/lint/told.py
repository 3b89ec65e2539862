"""E2: words in a principle that would not reach a model as words."""

from __future__ import annotations

import re
from collections.abc import Iterator

from constitution.core.places import Path
from constitution.principles.lint.report import Spot, spot
from constitution.principles.model import Principle

TOLD = ("rule", "why", "critique_request", "revision_request", "preference_question")
"""Fields whose text models are told; the exceptions are told too."""

_SLOT = re.compile(r"\{\{[^{}]*\}\}|\{(?:prompt|response|answer|question|draft|critique|principles?|conversation)\}")
_FENCE = re.compile(
    r"^[ \t]*-{3,}[ \t]*(?:begin|end)\b.*|^[ \t]*={3}[ \t]*(?:system|user)[ \t]*={3}[ \t]*$", re.I | re.M
)
_TOKEN = re.compile(
    r"<\|[^<>|\n]{1,40}\|>|\[/?INST\]|<</?SYS>>|</?s>|</?(?:start|end)_of_turn>|<(?:bos|eos|pad)>"
    r"|^[ \t]*(?:Human|Assistant|System|User)[ \t]*:",
    re.M,
)
_LINE = re.compile(r"^[ \t]*(?:\[[a-z0-9][a-z0-9._-]*\]|(?:Rule|Why|Except|Question):)", re.M)


def told(principle: Principle) -> Iterator[tuple[Path, str]]:
    """Each text of the principle that models are told, and where it stands."""
    for name in TOLD:
        text = getattr(principle, name)
        if text:
            yield (name,), text
    for place, exception in enumerate(principle.exceptions):
        yield ("exceptions", place), exception


def _holding(principle: Principle, pattern: re.Pattern[str]) -> Iterator[Spot]:
    for path, text in told(principle):
        if found := pattern.search(text):
            yield spot(*path, found=found.group().strip())


def slot_inside(principle: Principle) -> Iterator[Spot]:
    """holds the placeholder $found, which nothing will fill.

    Why: Principles are told to models as they are written, so the model would read the placeholder itself.
    Type: plain words in its place, such as "the response".
    """
    return _holding(principle, _SLOT)


def fence_inside(principle: Principle) -> Iterator[Spot]:
    """holds a line that looks like a border between texts: $found.

    Why: Such lines tell a model where foreign text begins and ends; a false one lets text pass for orders.
    Type: the sentence without that line.
    """
    return _holding(principle, _FENCE)


def control_token_inside(principle: Principle) -> Iterator[Spot]:
    """holds a mark by which models tell apart who speaks: $found.

    Why: Some models take it for the beginning of another speaker's turn and stop reading the principle as one.
    Type: the sentence without the mark.
    """
    return _holding(principle, _TOKEN)


def line_of_another(principle: Principle) -> Iterator[Spot]:
    """holds a line that begins like an entry of the critic's list: $found.

    Why: The critic is told each principle as lines that begin with [id], Rule, Why and Except; this line
    would pass for one of another principle.
    Type: the text without a line break before that word, or with another word there.
    """
    for path, text in told(principle):
        if found := _LINE.search(text.partition("\n")[2]):
            yield spot(*path, found=found.group().strip())
