"""Values that know where they were written, and mistakes that point there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from constitution.errors import BadFile

Plain = str | list["Plain"] | dict[str, "Plain"] | None
"""What a file says, before any schema: texts, nothing, lists, mappings."""
Path = tuple[int | str, ...]
"""Keys and positions from the top of a file down to one value."""


@dataclass(frozen=True, slots=True)
class Node:
    """One value of a file and where it begins; lines and columns count from 1."""

    value: str | list[Node] | dict[str, Node] | None
    line: int
    column: int
    key: tuple[int, int] | None = None
    """Line and column of its key, in a mapping."""

    @property
    def plain(self) -> Plain:
        """The value without its places."""
        if isinstance(self.value, dict):
            return {key: node.plain for key, node in self.value.items()}
        if isinstance(self.value, list):
            return [node.plain for node in self.value]
        return self.value

    def step(self, part: int | str) -> Node | None:
        """The child under this key or at this position, if there is one."""
        if isinstance(self.value, dict):
            return self.value.get(part) if isinstance(part, str) else None
        if isinstance(self.value, list) and isinstance(part, int) and 0 <= part < len(self.value):
            return self.value[part]
        return None


@dataclass(frozen=True, slots=True)
class Document:
    """A whole file: its name in messages, and its tree."""

    name: str
    root: Node

    @property
    def value(self) -> Plain:
        """What the file says, without places."""
        return self.root.plain

    def nearest(self, path: Path) -> tuple[Node, Path]:
        """The deepest value that the path leads to, and the part of the path that led there.

        Parts that lead nowhere are passed over: a schema library puts names of its own between ours.
        """
        node, taken = self.root, []
        for part in path:
            child = node.step(part)
            if child is not None:
                node = child
                taken.append(part)
        return node, tuple(taken)

    def place(self, path: Path, *, key: bool = False) -> str:
        """``file:line:column`` of the value, or of its key."""
        node, _ = self.nearest(path)
        line, column = node.key if key and node.key else (node.line, node.column)
        return f"{self.name}:{line}:{column}"

    def bad(self, path: Path, what: str, *, remedy: str = "", key: bool = False) -> BadFile:
        """The mistake at this value, ready to be raised."""
        said = spelled(self.nearest(path)[1])
        return BadFile(f"{said}: {what}" if said else what, where=self.place(path, key=key), remedy=remedy)


class BadFields(BadFile):
    """Several mistakes in one file; the message gives the first and says where the others are."""

    def __init__(self, problems: tuple[BadFile, ...]) -> None:
        first, *others = problems
        where = ", ".join(":".join(other.where.rsplit(":", 2)[1:]) for other in others[:5])
        more = f"{len(others)} more mistake{'s' if len(others) > 1 else ''}"
        super().__init__(
            f"{first.what} (and {more}, at {where}{', …' if len(others) > 5 else ''})",
            where=first.where,
            remedy=first.remedy,
        )
        self.problems = problems


def together(problems: Iterable[BadFile]) -> BadFile:
    """One mistake as it is, several as one ``BadFields``; ``problems`` must not be empty."""
    every = tuple(problems)
    return every[0] if len(every) == 1 else BadFields(every)


def problems_of(error: BadFile) -> tuple[BadFile, ...]:
    """All mistakes that one raised error stands for."""
    return error.problems if isinstance(error, BadFields) else (error,)


def spelled(path: Path) -> str:
    """The path as one would write it.

    >>> spelled(("groups", 0, "principles", 2, "rule"))
    'groups[0].principles[2].rule'
    """
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).lstrip(".")
