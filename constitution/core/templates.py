"""Prompt templates: messages with literal slots, filled in one pass, foreign text behind fences."""

from __future__ import annotations

import re
from functools import cached_property

from constitution.core.chance import keyed
from constitution.core.digest import text_digest
from constitution.core.records import Message, Record
from constitution.errors import BadFile

_SLOT = re.compile(r"\{\{([a-z_]+)\}\}")
_ROLE = re.compile(r"^=== (system|user) ===\n", re.MULTILINE)


class Template(Record):
    """The text of a template file; ``=== system ===`` and ``=== user ===`` lines begin its messages."""

    name: str
    text: str

    @cached_property
    def sha256(self) -> str:
        """Hash of the file's text."""
        return text_digest(self.text)

    @cached_property
    def parts(self) -> tuple[tuple[str, str], ...]:
        """Role and text of each message, slots unfilled."""
        head, *rest = _ROLE.split(self.text)
        if head.strip() or not rest:
            raise BadFile("a template begins with a line '=== system ===' or '=== user ==='", where=self.name)
        return tuple((role, body.strip()) for role, body in zip(rest[::2], rest[1::2], strict=True))

    @cached_property
    def pieces(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """Role of each message, and its words and the names of its slots in turn, words first."""
        return tuple((role, tuple(_SLOT.split(body))) for role, body in self.parts)

    @cached_property
    def slots(self) -> frozenset[str]:
        """The names between double braces."""
        return frozenset(_SLOT.findall(self.text))

    def fill(self, **values: str) -> tuple[Message, ...]:
        """The messages with every slot replaced once; values are never looked at again.

        >>> Template(name="t", text="=== user ===\\nSay {{a}} to {{b}}").fill(a="{{b}}", b="%s {0}")[0].content
        'Say {{b}} to %s {0}'
        """
        if self.slots != values.keys():
            wrong = ", ".join(sorted(self.slots ^ values.keys()))
            raise BadFile(
                f"slots and values differ: {wrong}",
                where=self.name,
                remedy=f"this template takes {', '.join(sorted(values))}",
            )
        return tuple(
            Message.known(
                role="system" if role == "system" else "user",
                content="".join([values[piece] if place % 2 else piece for place, piece in enumerate(pieces)]),
            )
            for role, pieces in self.pieces
        )


def mark(seed: str, text: str) -> str:
    """A 16-digit mark that depends on the seed and the text, and does not occur in the text."""
    turn = 0
    while (found := keyed(seed, "fence", str(turn), text)[:16]) in text:
        turn += 1
    return found


def fence(seed: str, label: str, text: str) -> str:
    """Foreign text between two marker lines that the text itself cannot contain.

    The mark is a keyed hash of the text, so that the same text has the same fence and the same request
    the same digest, and no text can close its own fence.
    """
    found = mark(seed, text)
    return f"----- begin {label} {found} -----\n{text}\n----- end {label} {found} -----"
