"""Contents: everything that a dataset folder is written from, handed over as data."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

from constitution.core.trail import Trail
from constitution.dataset.calls import Call
from constitution.dataset.rows import Row, row_of
from constitution.errors import ConstitutionError

Split = Literal["train", "test"]


@dataclass(frozen=True, kw_only=True)
class ConstitutionFile:
    """The principle file that a run held answers to, byte for byte."""

    ref: str
    """As it was asked for: ``harmlessness@1``."""
    name: str
    version: str
    """``draft`` for a working copy."""
    content: bytes
    approval: Mapping[str, Any] | None = None
    """Who released it and why, as the lock says it; None for what nobody approved."""

    @property
    def sha256(self) -> str:
        """Hash of the bytes."""
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True, kw_only=True)
class FolderContents:
    """One finished run."""

    name: str
    run_id: str
    engine: str
    """Name and version of what made it."""
    trails: tuple[Trail, ...]
    """In prompt order, each with its fate; repeated prompts have trails of their own."""
    constitution: ConstitutionFile
    inputs: Mapping[str, str] = field(default_factory=dict)
    """Digest of each thing that the run was given."""
    roles: Mapping[str, str] = field(default_factory=dict)
    recipe_lock: Mapping[str, Any] = field(default_factory=dict)
    """The recipe with all defaults filled in, as JSON values."""
    templates: Mapping[str, str] = field(default_factory=dict)
    """File name to text."""
    test_ids: frozenset[str] = frozenset()
    """Ids of the prompts whose rows go to the test split."""
    calls: tuple[Call, ...] = ()

    def __post_init__(self) -> None:
        """Raises ``ConstitutionError`` for names that would lead out of their folder."""
        for name in (*self.templates, f"{self.constitution.name}@{self.constitution.version}"):
            if name in ("", ".", "..") or "/" in name or "\0" in name:
                raise ConstitutionError(f"{name!r} cannot be the name of a file")

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        """The rows of the paired trails, in prompt order.

        Raises ``ConstitutionError`` where a trail has no fate: every prompt ends in exactly one.
        """
        for trail in self.trails:
            if trail.fate is None:
                raise ConstitutionError(f"the trail of {trail.prompt.id} ended without a fate")
        return tuple(row_of(trail, engine=self.engine) for trail in self.trails if trail.fate == "paired")

    def split(self, row: Row) -> Split:
        """Which split a row goes to."""
        return "test" if row.prompt_id in self.test_ids else "train"

    @cached_property
    def splits(self) -> Mapping[Split, tuple[Row, ...]]:
        """Rows by split: ``train`` always, ``test`` where it has rows."""
        train = tuple(row for row in self.rows if self.split(row) == "train")
        test = tuple(row for row in self.rows if self.split(row) == "test")
        return {"train": train, "test": test} if test else {"train": train}
