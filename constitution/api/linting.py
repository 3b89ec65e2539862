"""Lints what a reference names, with what stands around it: the prompts that ship and the earlier releases."""

from __future__ import annotations

import re
from collections.abc import Iterator

from constitution.core.places import problems_of
from constitution.errors import BadFile, NotFound
from constitution.principles.likeness import folded
from constitution.principles.lint import Around, Problem, lint, unread
from constitution.principles.model import Constitution
from constitution.shelf import Shelf, Shelved
from constitution.shelf.rooms import RELEASE
from constitution.sources.jsonl import read

_PLACED = re.compile(r".+:[0-9]+:[0-9]+")


def problems(shelf: Shelf, reference: str) -> list[Problem]:
    """What is wrong or weak in the file of this reference.

    Raises ``NotFound``, and ``BadFile`` for a file that cannot be opened.
    """
    try:
        shelved = shelf.constitution(reference)
    except BadFile as error:
        if not all(_PLACED.fullmatch(each.where) for each in problems_of(error)):
            raise
        return unread(error)
    return problems_in(shelf, shelved)


def problems_in(shelf: Shelf, shelved: Shelved) -> list[Problem]:
    """What is wrong or weak in a file that can be read."""
    return lint(shelved.bytes.decode("utf-8"), shelved.path, around(shelf, shelved))


def around(shelf: Shelf, shelved: Shelved) -> Around:
    """The prompts that ship and the releases before this file; what cannot be read is left out."""
    try:
        examples = frozenset(folded(prompt.messages[-1].content) for prompt in read(shelf.example_prompts())[0])
    except (NotFound, BadFile):
        examples = frozenset()
    return Around(examples=examples, earlier=tuple(_earlier(shelf, shelved)))


def _earlier(shelf: Shelf, shelved: Shelved) -> Iterator[Constitution]:
    name, _, version = shelved.ref.partition("@")
    for other in shelf.versions(name) if shelved.ref != shelved.path else ():
        if other == version or not RELEASE.fullmatch(other):
            return
        try:
            yield shelf.constitution(f"{name}@{other}").constitution
        except (NotFound, BadFile):
            continue
