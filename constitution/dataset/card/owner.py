"""The file of a card: what the engine writes in it and what its owner does; the one changes, the other never."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from constitution.dataset.card.front import front_matter
from constitution.dataset.card.keys import Head, merged, unlike
from constitution.dataset.card.whole import CLOSING, OPENING, body_of, card_of
from constitution.dataset.statement import Manifest
from constitution.errors import BadFile

_FRONT = re.compile(r"\A(---[ \t]*\r?\n)(.*?)(^---[ \t]*(?:\r?\n|\Z))", re.DOTALL | re.MULTILINE)
_MARK = re.compile(rf"^[ \t]*({re.escape(OPENING)}|{re.escape(CLOSING)})[ \t]*(?:\r?\n|\Z)", re.MULTILINE)


@dataclass(frozen=True)
class Unlike:
    """A line or a key of a card that is not as it should be."""

    where: str
    """``README.md:12``, or the key of its front matter."""
    says: str
    should: str


@dataclass(frozen=True)
class CardFile:
    """A card as it stands somewhere, in its parts."""

    name: str
    head: str | None
    """The YAML between the dashes; None without front matter."""
    dashes: tuple[str, str]
    """The lines around it."""
    before: str
    block: str | None
    """The engine's part with its marks; None where there are no marks."""
    after: str


def read_card(text: str, name: str) -> CardFile:
    """The parts of a card; raises ``BadFile`` where it cannot be told what the engine wrote."""
    front = _FRONT.match(text)
    head, dashes = (front.group(2), (front.group(1), front.group(3))) if front else (None, ("---\n", "---\n"))
    body = text[front.end() :] if front else text
    marks = list(_MARK.finditer(body))
    if not marks:
        return CardFile(name, head, dashes, body, None, "")
    if [mark.group(1) for mark in marks] != [OPENING, CLOSING]:
        lines = ", ".join(str(text[: len(text) - len(body) + mark.start()].count("\n") + 1) for mark in marks)
        raise BadFile(
            f"its marks {OPENING} and {CLOSING} are not there once each, in this order (lines {lines})",
            where=name,
            remedy="take away those that do not belong, or all of them: then a new block is added at the end",
        )
    start, end = marks[0].start(), marks[1].end()
    return CardFile(name, head, dashes, body[:start], body[start:end], body[end:])


def rewritten(card: CardFile | None, manifest: Manifest) -> str:
    """The card of the manifest: what stood outside the engine's marks and keys stands there word for word."""
    if card is None:
        return card_of(manifest)
    opening, closing = card.dashes
    head = opening + merged(Head.read(card.head or "", card.name), front_matter(manifest)) + closing
    block = body_of(manifest)
    if card.block is None:
        apart = "\n" * (2 - len(card.before) + len(card.before.rstrip("\n"))) if card.before.strip() else "\n"
        return f"{head}{card.before}{apart}{block}"
    if _lines(card.block) == _lines(block):  # a hub may have ended its lines in another way
        block = card.block
    return f"{head}{card.before}{block}{card.after}"


def unlike_card(card: CardFile, manifest: Manifest) -> list[Unlike]:
    """Every key and every line of the card that is not as the manifest has it."""
    wanted = front_matter(manifest)
    keys = [
        Unlike(f"{card.name}: {key}", _said(says), _said(should))
        for key, says, should in unlike(Head.read(card.head or "", card.name), wanted)
    ]
    if card.block is None:
        return [*keys, Unlike(card.name, "", f"a block between {OPENING} and {CLOSING}")]
    return [*keys, *_unlike_lines(card, body_of(manifest))]


def _unlike_lines(card: CardFile, should: str) -> Iterator[Unlike]:
    """Line against line, by their numbers in the file."""
    there, wanted = _lines(card.block or ""), _lines(should)
    above = (0 if card.head is None else card.head.count("\n") + 2) + card.before.count("\n") + 1
    for kind, start, end, first, last in SequenceMatcher(None, there, wanted, autojunk=False).get_opcodes():
        if kind == "equal":
            continue
        for place in range(max(end - start, last - first)):
            says = there[start + place] if start + place < end else ""
            yield Unlike(
                f"{card.name}:{above + min(start + place, end)}",
                says,
                wanted[first + place] if first + place < last else "",
            )


def _lines(block: str) -> list[str]:
    """What the lines say, however they end."""
    return [line.rstrip() for line in block.rstrip().split("\n")]


def _said(value: Any) -> str:
    return "" if value is None else str(value)
