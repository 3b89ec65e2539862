"""The statement of a dataset folder: what its manifest says, field by field; an in-toto Statement v1 around it."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import Any, Literal, Self

from pydantic import ConfigDict, Field, model_validator

from constitution.core.records import Record
from constitution.dataset.counts import Counts
from constitution.dataset.figures import Gate, Review, RowSet, SyntheticShare
from constitution.dataset.made_of import Material, Mix, PrincipleFile, RecipeFacts
from constitution.errors import BadFile
from constitution.labels.terms import Terms

ROWS = "rows"
"""The subject that is no file: the set of all rows, by its root."""

_SHA256 = re.compile("[0-9a-f]{64}")


def _inside(name: str) -> bool:
    path = PurePosixPath(name)
    return bool(path.parts) and not path.is_absolute() and ".." not in path.parts and "\0" not in name


def _plainly(name: str) -> bool:
    """Whether the path is written in the one way in which no other names the same file."""
    return str(PurePosixPath(name)) == name


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
            if not _plainly(name):
                raise ValueError(f"{name!r} is another spelling of {str(PurePosixPath(name))!r}")
        return self

    @property
    def files(self) -> dict[str, str]:
        """Path to SHA-256 of each file."""
        return {each.name: each.digest["sha256"] for each in self.subject if each.name != ROWS}

    @property
    def optional(self) -> frozenset[str]:
        """Files without which the folder is whole."""
        return frozenset(each.name for each in self.subject if each.annotations.get("optional"))
