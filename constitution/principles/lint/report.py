"""What a lint rule says: its words stand in its docstring, and its finds in spots of the file."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from string import Template
from typing import Literal

from constitution.core.places import Path
from constitution.principles.model import Constitution

Level = Literal["error", "warning"]

_PARTS = re.compile(r"(.*?)\n\s*\n?Why: (.*?)\nType: (.*)", re.DOTALL)
_SLOT = re.compile(r"\$([a-z_]+)")


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that a lint rule found in a file."""

    place: str
    """``file:line:column``."""
    code: str
    """``E101``: blocks a release; ``W101``: a weak spot that may be let stand with a reason."""
    message: str
    """What is wrong, and with which principle."""
    why: str = ""
    """Why it matters."""
    remedy: str = ""
    """What to type."""
    also: tuple[str, ...] = ()
    """Ids that the message only counts."""

    @property
    def level(self) -> Level:
        """How bad it is."""
        return level_of(self.code)

    @property
    def at(self) -> tuple[str, int, int]:
        """File, line and column."""
        file, line, column = self.place.rsplit(":", 2)
        return file, int(line), int(column)

    def __str__(self) -> str:
        return f"{self.place}: {self.level} {self.code}: {self.message}"


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a rule found something, and the words for the slots of its message."""

    path: Path
    said: Mapping[str, object] = field(default_factory=dict)


def spot(*path: int | str, **said: object) -> Spot:
    """A find at this path: below the principle for a rule of principles, from the top for a rule of files."""
    return Spot(path, said)


@dataclass(frozen=True, slots=True)
class Around:
    """What a file cannot know of itself; empty where nobody looked."""

    prompts: frozenset[str] = frozenset()
    """Prompts that data are made from, as ``likeness.folded`` gives them."""
    examples: frozenset[str] = frozenset()
    """Prompts that ship to try things out with; whether data are made from them nobody knows."""
    earlier: tuple[Constitution, ...] = ()
    """Its earlier releases, the oldest first."""


@dataclass(frozen=True, slots=True)
class Lint:
    """A rule's code and its words, with ``$slots`` for what it finds."""

    code: str
    message: str
    why: str
    remedy: str

    @classmethod
    def of(cls, code: str, check: Callable[..., object]) -> Lint:
        """The words in the docstring of ``check``: what is wrong, then ``Why:``, then ``Type:``."""
        said = inspect.cleandoc(check.__doc__ or check.__name__.replace("_", " "))
        found = _PARTS.fullmatch(said)
        parts = found.groups() if found else (said, "", "")
        message, why, remedy = (" ".join(part.split()) for part in parts)
        return cls(code, message.removesuffix("."), why, remedy)

    @property
    def level(self) -> Level:
        """How bad its finds are."""
        return level_of(self.code)

    def problem(self, place: str, about: str, said: Mapping[str, object]) -> Problem:
        """A find at this place in the rule's words; ``about`` names the principle."""
        message, why, remedy = (Template(text).safe_substitute(said) for text in (self.message, self.why, self.remedy))
        return Problem(place, self.code, f"{about}: {message}" if about else message, why, remedy)

    def shown(self) -> tuple[str, str, str]:
        """Message, reason and remedy for a list of rules, the slots in capitals."""
        capital = [
            _SLOT.sub(lambda slot: slot.group(1).upper(), text) for text in (self.message, self.why, self.remedy)
        ]
        return capital[0], capital[1], capital[2]


def level_of(code: str) -> Level:
    """What the letter of a code stands for."""
    return "error" if code.startswith("E") else "warning"
