"""The shape of a row's provenance, ``pairprov/1``, as records: what the published schema is made from.

Rows themselves are plain data; whoever reads one may hold it to these.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from constitution.core.records import Origin, Record
from constitution.core.trail import StepKind
from constitution.labels.spec import Restriction

Hash = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
Count = Annotated[int, Field(ge=0)]


class Edit(Record):
    """One edit that led to a text."""

    step: str
    """Id of the step that made it."""
    from_sha256: Hash
    """Hash of the message as it was before."""
    by: Origin
    added: Count
    """Characters that came in, by the longest common subsequence."""
    removed: Count
    """Characters that went."""


class Part(Record):
    """One message of the row; each message has one part, and each part one message."""

    path: Annotated[str, Field(pattern="^(prompt|chosen|rejected|critique)/(0|[1-9][0-9]*)$")]
    """Column and place: `chosen/0`."""
    origin: Origin
    """Who made it."""
    sha256: Hash
    """Hash of the message, its role included, by rule canon-v1."""
    step: str
    """Id of the step that gave it its last form."""
    edits: tuple[Edit, ...] = ()
    """How it came from the texts before it, the oldest edit first."""
    upstream_mark: Literal["none", "c2pa-text", "unknown"] | None = None
    """An invisible mark of a provider that stands in the text; there only where one was found."""
    raw_sha256: Hash | None = None
    """Hash of the text's UTF-8 bytes, mark and all."""


class NamedPrinciple(Record):
    """A principle that a step was told of."""

    id: str
    meaning: Hash
    """Hash of what the model was told."""


class RowStep(Record):
    """One thing that was done, and by whom."""

    id: str
    """`s0` is the coming in of the prompt."""
    kind: StepKind
    agent: Origin
    agent_id: str | None = None
    """Pseudonym of the person, where it was one."""
    assumed: bool = False
    """Whoever put a mixture together said so; nothing else vouches for it."""
    model: str | None = None
    """As it was asked for."""
    model_returned: str | None = None
    """The name that the answering model gave itself."""
    model_revision: str | None = None
    """Which weights answered, where they were loaded in the process."""
    provider: str | None = None
    params: dict[str, Any] = Field(default_factory=dict)
    """Settings as they were sent, of those that can hold no secret."""
    template_sha256: Hash | None = None
    """Hash of the template of the question."""
    principles: tuple[NamedPrinciple, ...] = ()
    inputs: tuple[str, ...] = ()
    """Ids of earlier steps."""
    source: str | None = None
    license: str | None = None
    """Of what came in."""
    terms: str | None = None
    """Id of the terms that hold for the model, resolved in the manifest; `unknown` where nobody said any."""


class ParentRow(Record):
    """A row that this one was made from, by its name, its hash, or both."""

    pair_id: Annotated[str, Field(pattern="^pp1:[0-9a-f]{32}$")] | None = None
    row_sha256: Hash | None = None
    dataset: str | None = None
    manifest_sha256: Hash | None = None
    """Of the envelope of that dataset."""


class Provenance(Record):
    """Who made each part of a row, and how."""

    spec: Literal["pairprov/1"]
    source_type: Annotated[
        str, Field(pattern="^(unknown|http://cv\\.iptc\\.org/newscodes/digitalsourcetype/[A-Za-z]+)$")
    ]
    """The IPTC word for how the row was made, rolled up over its parts."""
    parts: Annotated[tuple[Part, ...], Field(min_length=3)]
    steps: Annotated[tuple[RowStep, ...], Field(min_length=1)]
    engine: str
    """Name and version of what made the row."""
    restrictions: tuple[Restriction, ...] = ()
    """What binds those who use the row."""
    parents: tuple[ParentRow, ...] = ()
    columns_sha256: Hash
    """Hash of the engine's columns that are neither text nor flat label."""
    row_sha256: Hash
    """The leaf: SHA-256 of 0x00 and the canonical form of flat labels and provenance without this field."""
