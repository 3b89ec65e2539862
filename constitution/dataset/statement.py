"""The statement of a dataset folder: what its manifest says, field by field; an in-toto Statement v1 around it."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import Any, Literal, Self

from pydantic import ConfigDict, Field, model_validator

from constitution.core.records import Record
from constitution.dataset.counts import Counts
from constitution.errors import BadFile
from constitution.labels.spec import CANON, LEAF_SPEC
from constitution.labels.terms import Terms

ROWS = "rows"
"""The subject that is no file: the set of all rows, by its root."""

_SHA256 = re.compile("[0-9a-f]{64}")


def _inside(name: str) -> bool:
    path = PurePosixPath(name)
    return bool(path.parts) and not path.is_absolute() and ".." not in path.parts and "\0" not in name


class Subject(Record):
    """A file that the statement vouches for, or the set of rows."""

    name: str
    digest: dict[str, str]
    """``sha256`` of a file; ``pairprovRowsV1`` of the rows."""
    annotations: dict[str, Any] = Field(default_factory=dict)
    """``optional``: the folder is whole without this file."""


class About(Record):
    """Which dataset it is, and which edition of it."""

    name: str
    version: str = ""
    sequence: int = 1
    """Goes up with every signed edition, so that an old one can be told from a new one."""
    supersedes: str = ""
    """SHA-256 of the envelope of the edition before."""
    created: str = ""
    """When it was signed, RFC 3339; nothing before that: no clock goes into what a run writes."""
    license: str
    """SPDX expression over the licences of all rows."""
    restrictions: tuple[str, ...] = ()
    """Everything that binds those who use some row."""


class RootOf(Record):
    """A set of rows."""

    count: int
    root: str
    """RFC 9162 tree head over the sorted leaves."""


class RowSet(RootOf):
    """All rows, and each split."""

    leaf_spec: str = LEAF_SPEC
    canon: str = CANON
    splits: dict[str, RootOf]


class ModelShare(Record):
    """In how many rows a model wrote or judged what."""

    model: str
    """By the name that it gave itself."""
    provider: str
    terms: str = ""
    """Id of the terms that hold for it; ``unknown`` where nobody said any, nothing where it is no trained model."""
    chosen: int = 0
    rejected: int = 0
    critique: int = 0
    judge: int = 0
    rows: int = 0
    """Rows in which it took part at all, such as with a score or with an answer that the row does not show."""


class SyntheticShare(Record):
    """How much of the dataset machines wrote; counted, never typed."""

    by_row: dict[str, int]
    by_part: dict[str, dict[str, int]]
    """Messages by kind of text, then by origin."""
    by_chars: dict[str, dict[str, int]]
    """The same in characters."""
    models: tuple[ModelShare, ...] = ()


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


class Gate(Record):
    """One gate that prompts or rows went through: what goes in comes out or is dropped for a reason."""

    model_config = ConfigDict(populate_by_name=True)

    gate: str
    order: int
    entered: int = Field(alias="in")
    kept: int = Field(alias="out")
    dropped: int
    reasons: dict[str, int]
    """Fate to how many; they add up to ``dropped``."""
    params_sha256: str = ""
    reference: tuple[dict[str, str], ...] = ()
    """What was compared with, each with ``name``, ``revision`` and ``sha256``."""


class Review(Record):
    """What people did, in rows."""

    reviewed: int = 0
    """Rows of which a person has ruled on the pair or on an answer of it."""
    reviewers: int = 0
    """People, by their pseudonyms, whose ruling stands behind a row or threw a pair out."""
    accepted: int = 0
    """Rows whose pair a person has kept."""
    dropped: int = 0
    """Pairs that a person threw out."""


class Material(Record):
    """A dataset that this one was made from."""

    name: str
    manifest_sha256: str = ""
    """SHA-256 of its envelope, where it has one."""
    root: str = ""
    rows: int = 0


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


class Manifest(Record):
    """The predicate: everything that is said of a dataset beside the hashes of its files."""

    spec: Literal["pairprov/1"] = "pairprov/1"
    dataset: About
    rows: RowSet
    synthetic: SyntheticShare
    principles: tuple[PrincipleFile, ...] = ()
    recipe: RecipeFacts | None = None
    """None for a mixture."""
    run_id: str = ""
    engine: str
    packages: dict[str, str] = Field(default_factory=dict)
    """Versions of the libraries that wrote the folder."""
    inputs: dict[str, str] = Field(default_factory=dict)
    roles: dict[str, str] = Field(default_factory=dict)
    terms: tuple[Terms, ...] = ()
    ledger: tuple[Gate, ...] = ()
    review: Review = Review()
    materials: tuple[Material, ...] = ()
    mix: Mix | None = None
    counts: Counts

    @property
    def constitution(self) -> PrincipleFile:
        """The principle file of a run; raises ``BadFile`` for a mixture, which was made by none."""
        if self.recipe is None or not self.principles:
            raise BadFile("was put together of other datasets, not made by a run", remedy="name the folder of a run")
        return self.principles[0]

    @property
    def run_recipe(self) -> RecipeFacts:
        """The recipe of a run; raises ``BadFile`` for a mixture."""
        if self.recipe is None:
            raise BadFile("was put together of other datasets, not made by a run", remedy="name the folder of a run")
        return self.recipe


class Statement(Record):
    """An in-toto Statement v1 whose predicate is a manifest."""

    model_config = ConfigDict(populate_by_name=True)

    kind: Literal["https://in-toto.io/Statement/v1"] = Field(default="https://in-toto.io/Statement/v1", alias="_type")
    subject: tuple[Subject, ...]
    predicate_type: Literal["urn:pairprov:dataset:1"] = Field(default="urn:pairprov:dataset:1", alias="predicateType")
    """What kind of statement it is; a name, not an address."""
    predicate: Manifest

    @model_validator(mode="after")
    def _of_this_folder(self) -> Self:
        """A statement may have been written by anybody: every name in it stays in the folder, and has its hash."""
        names = [each.name for each in self.subject]
        if len(set(names)) < len(names):
            raise ValueError("two subjects have one name")
        for each in self.subject:
            if each.name != ROWS and not _SHA256.fullmatch(each.digest.get("sha256", "")):
                raise ValueError(f"{each.name!r} has no SHA-256")
        told = self.predicate
        others = [*(each.file for each in told.principles), *([told.recipe.file] if told.recipe else [])]
        for name in (*names, *others):
            if not _inside(name):
                raise ValueError(f"{name!r} leads out of the folder")
        return self

    @property
    def files(self) -> dict[str, str]:
        """Path to SHA-256 of each file."""
        return {each.name: each.digest["sha256"] for each in self.subject if each.name != ROWS}

    @property
    def optional(self) -> frozenset[str]:
        """Files without which the folder is whole."""
        return frozenset(each.name for each in self.subject if each.annotations.get("optional"))
