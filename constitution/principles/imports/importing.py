"""Imports one file: the first shape that knows it reads it, and what it finds becomes a draft."""

from __future__ import annotations

import re

from constitution.core.named import named
from constitution.errors import BadFile, Mistake
from constitution.principles.imports.drafting import Draft, drafted
from constitution.principles.imports.given import Given
from constitution.principles.words import NAME

KINDS = ("json", "yaml", "yml", "txt", "md", "markdown", "csv", "tsv")


def imported(text: str, file: str, *, name: str) -> Draft:
    """The draft of a constitution called ``name`` that says what the file says, the same for the same text.

    ``file`` stands for the file in messages; its ending says how it is read. Raises ``BadFile`` with
    ``file:line:column`` for what cannot be read, ``Mistake`` for a name or an ending that is none.
    """
    from constitution.principles.imports import SHAPES

    if not re.fullmatch(NAME, name):
        raise Mistake(f"{name!r} is no name for a constitution",
                      remedy="use 1 to 64 lower-case letters, digits, dots, dashes and underscores")  # fmt: skip
    given = Given(text.removeprefix("\ufeff"), file)
    if given.kind not in KINDS:
        raise BadFile("principles are not imported from such a file", where=given.place(1),
                      remedy=f"give it one of the endings .{', .'.join(KINDS)}")  # fmt: skip
    for shape in SHAPES:
        found = named("imports", SHAPES, shape)(given)
        if found is not None:
            return drafted(found, given, name=name, shape=shape)
    raise BadFile("has none of the shapes that are imported", where=given.place(1),
                  remedy="write a list of sentences, or of entries with a `rule`")  # fmt: skip
