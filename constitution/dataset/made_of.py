"""What a dataset was made of: the principles and the recipe of a run, or the sources of a mixture."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from constitution.core.records import Record


class PrincipleFile(Record):
    """A principle file, word for word: a signature covers it."""

    ref: str
    name: str
    version: str
    sha256: str
    file: str
    """Where the same bytes stand in the folder."""
    content: str
    ids_used: dict[str, int]
    """Principle to the number of rows decided under it."""
    approval: dict[str, Any] | None = None


class RecipeFacts(Record):
    """The recipe with all its defaults filled in."""

    sha256: str
    file: str
    lock: dict[str, Any]


class Material(Record):
    """A dataset that this one was made from."""

    name: str
    manifest_sha256: str = ""
    """SHA-256 of its envelope, where it has one."""
    root: str = ""
    rows: int = 0


ASSUMED = "ASSUMED"
"""Instead of a verdict word, for a source whose labels the mixer declared."""


class MixSource(Record):
    """One source of a mixture."""

    name: str
    manifest_sha256: str = ""
    root: str = ""
    rows_in: int
    rows_used: int
    dropped: dict[str, int] = Field(default_factory=dict)
    """Why the other rows of it were not used; with ``rows_used`` they add up to ``rows_in``."""
    verified: str
    """Verdict word of its verification; ``ASSUMED`` where the mixer declared the labels."""
    weight: float | None = None
    """The share that was asked for."""
    assumed: dict[str, str] = Field(default_factory=dict)


class Mix(Record):
    """How a mixture was put together."""

    sources: tuple[MixSource, ...]
    requested: dict[str, float] = Field(default_factory=dict)
    realised: dict[str, float] = Field(default_factory=dict)
    caps: dict[str, Any] = Field(default_factory=dict)
    contradictions: int = 0
    """Answers that one row prefers one way and another row the other way, over all rows of the sources."""
    duplicates: int = 0
    """Rows whose three texts another row had already."""
    shared_prompts: int = 0
    """Prompts that stand in more than one source."""
    moved_to_test: int = 0
    """Rows that left the train split because their prompt or their group stands in a test split."""
