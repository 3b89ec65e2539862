"""Contents: everything that a dataset folder is written from beside its trails, handed over as data."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from constitution.core.trail import Trail
from constitution.dataset.calls import Call
from constitution.dataset.made_of import Material
from constitution.errors import ConstitutionError
from constitution.labels.terms import SHIPPED, Terms

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
class FolderFacts:
    """What is known of a run before its first trail ends."""

    name: str
    run_id: str
    engine: str
    """Name and version of what made it."""
    constitution: ConstitutionFile
    inputs: Mapping[str, str] = field(default_factory=dict)
    """Digest of each thing that the run was given."""
    roles: Mapping[str, str] = field(default_factory=dict)
    recipe_lock: Mapping[str, Any] = field(default_factory=dict)
    """The recipe with all defaults filled in, as JSON values."""
    templates: Mapping[str, str] = field(default_factory=dict)
    """File name to text."""
    terms: Sequence[Terms] = SHIPPED
    """Conditions of the models' providers; the first that fits a model holds."""
    terms_texts: Mapping[str, bytes] = field(default_factory=dict)
    """Id of terms to their text, byte for byte, where it is kept."""
    materials: Sequence[Material] = ()
    """Datasets that the prompts came from."""
    test_ids: frozenset[str] = frozenset()
    """Ids of the prompts whose rows go to the test split."""

    def __post_init__(self) -> None:
        """Raises ``ConstitutionError`` for names that would lead out of their folder."""
        for name in (*self.templates, *self.terms_texts, f"{self.constitution.name}@{self.constitution.version}"):
            if name in ("", ".", "..") or "/" in name or "\0" in name:
                raise ConstitutionError(f"{name!r} cannot be the name of a file")

    def split(self, prompt_id: str) -> Split:
        """Which split the row of this prompt goes to."""
        return "test" if prompt_id in self.test_ids else "train"


@dataclass(frozen=True, kw_only=True)
class FolderContents(FolderFacts):
    """One finished run, whole."""

    trails: Sequence[Trail]
    """In prompt order, each with its fate; repeated prompts have trails of their own."""
    calls: Iterable[Call] = ()
