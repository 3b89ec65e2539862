"""What an import is handed, and what a shape finds in it: entries that know their lines."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

from constitution.core.places import Document, Node, Path, Plain, spelled
from constitution.core.strict_yaml import parse
from constitution.errors import BadFile
from constitution.principles.imports.json_tree import BREAK, UNSPEAKABLE, read_json


@dataclass(frozen=True)
class Given:
    """The text of somebody's file, and the file's name for messages."""

    text: str
    file: str

    @property
    def kind(self) -> str:
        """The ending of the name, without its dot, in lower case."""
        return self.file.rpartition(".")[2].lower() if "." in self.file else ""

    @property
    def short(self) -> str:
        """The name without its folders."""
        return self.file.replace("\\", "/").rpartition("/")[2]

    @cached_property
    def tree(self) -> Document | None:
        """What a JSON or YAML file says; nothing for another kind of file. Raises ``BadFile``."""
        if self.kind == "json":
            return read_json(self.text, self.file)
        return parse(self.text, self.file, nulls=True) if self.kind in ("yaml", "yml") else None

    def speakable(self) -> None:
        """Passes when a principle file may hold every character; raises ``BadFile`` at the first that it may not."""
        if found := UNSPEAKABLE.search(self.text):
            before = BREAK.split(self.text[: found.start()])
            raise BadFile(
                f"the character U+{ord(found.group()):04X} may not stand in a file",
                where=self.place(len(before), len(before[-1]) + 1),
                remedy="remove it",
            )

    def place(self, line: int, column: int = 1) -> str:
        """``file:line:column``."""
        return f"{self.file}:{line}:{column}"

    def bad(self, node: Node, what: str, remedy: str) -> BadFile:
        """The mistake at this value, ready to be raised."""
        return BadFile(what, where=self.place(node.line, node.column), remedy=remedy)


@dataclass(frozen=True, slots=True)
class Unmapped:
    """Something that a principle file has no field for, or that did not fit the field."""

    place: str
    """``file:line:column``."""
    what: str

    def __str__(self) -> str:
        return f"{self.place}: {self.what}"


@dataclass(kw_only=True)
class Entry:
    """One principle as it was found: its fields by our names, not yet with an id of its own."""

    fields: dict[str, Plain]
    place: str
    name: str = ""
    """The id or key that it had."""
    group: str = ""
    """The heading that it stood under."""


@dataclass(kw_only=True)
class Found:
    """All that a shape found."""

    entries: list[Entry] = field(default_factory=list)
    about: dict[str, Plain] = field(default_factory=dict)
    """Fields of the whole constitution, by our names."""
    unmapped: list[Unmapped] = field(default_factory=list)
    group_ids: dict[str, str] = field(default_factory=dict)
    """Heading to the id that its group had."""

    def keep(self, given: Given, into: dict[str, Plain], path: Path, node: Node, why: str) -> None:
        """The value stands in ``into``'s extra under its own name, and is listed as not mapped."""
        line, column = node.key or (node.line, node.column)
        self.unmapped.append(Unmapped(given.place(line, column), f"{spelled(path)}: {why}; kept under `extra`"))
        put_extra(into, str(path[-1]), node.plain)

    def leave(self, place: str, what: str) -> None:
        """Listed as not mapped, and kept nowhere."""
        self.unmapped.append(Unmapped(place, what))


Shape = Callable[[Given], Found | None]
"""Reads files of one shape; None for a file of another, ``BadFile`` for one of its own that is broken."""


def put_extra(into: dict[str, Plain], key: str, value: Plain) -> None:
    """The value stands under this key of ``extra``, or where the key is taken, under the next free number of it."""
    extra = into.setdefault("extra", {})
    if isinstance(extra, dict):
        number, free = 1, key
        while free in extra:
            number += 1
            free = f"{key}-{number}"
        extra[free] = value
