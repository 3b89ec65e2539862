"""The figures of a manifest: rows and their roots, shares, gates, reviews; all of them counted, none typed."""

from __future__ import annotations

from pydantic import ConfigDict, Field

from constitution.core.records import Record
from constitution.labels.spec import CANON, LEAF_SPEC


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
