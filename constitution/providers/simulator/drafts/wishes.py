"""How an answer is wished for: a system message may hold principles to keep or to break, or ask to decline."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from constitution.core.records import Message
from constitution.providers.simulator.reading import norms_of, said_before
from constitution.providers.simulator.tasks import Norm

Aim = Literal["keep", "break", "decline"]
_THESE = r"(?:principles?|rules?)\b"
_DECLINE = re.compile(
    r"\b(?:declin|refus)\w*\b[^.\n]{0,80}\bover-?cautious|\bover-?cautious[^.\n]{0,80}\b(?:declin|refus)", re.IGNORECASE
)
"""Both words: many a prompt's own system message names something to be declined."""
_TOLD = re.compile(r"^\[[^\]\n]+\] \((?:never|must|should)\)", re.MULTILINE)
"""A principle with its tier, as only a constitution's are told."""
_BREAK = re.compile(rf"\b(?:break|breaks|broke|breaking|violate|violates|violating)\b[^.\n]{{0,40}}\b{_THESE}", re.I)
_KEEP = re.compile(
    rf"\b(?:keep|keeps|keeping|follow|follows|following|obey|obeys|hold|holds)\b[^.\n]{{0,40}}\b{_THESE}", re.I
)


@dataclass(frozen=True)
class Wish:
    """What the author is told to do about principles."""

    aim: Aim
    norms: tuple[Norm, ...] = ()


def wish_of(messages: Sequence[Message]) -> Wish | None:
    """What the system messages ask for, read in the words before the first principle; None for a plain prompt."""
    told = "\n\n".join(message.content for message in messages if message.role == "system")
    head = said_before(told)
    norms = norms_of(told) if _TOLD.search(told) else ()
    if norms and _BREAK.search(head):
        return Wish("break", norms)
    if norms and _KEEP.search(head):
        return Wish("keep", norms)
    return Wish("decline") if not norms and _DECLINE.search(head) else None
