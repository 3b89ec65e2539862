"""The JSON Schemas of a dataset: of the provenance in each row, and of the statement that its manifest is.

They are made from the records. After a change of these, publish them anew:
``python -m constitution.dataset.published provenance > schemas/provenance.schema.json``, and the same of ``statement``.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

from constitution.core.published import schema_of, spelled_out
from constitution.core.records import Record
from constitution.dataset import figures, made_of
from constitution.dataset import statement as told
from constitution.dataset.counts import Counts
from constitution.labels import shape as row
from constitution.labels.terms import Terms

SCHEMAS: Mapping[str, tuple[str, tuple[type[Record], ...]]] = {
    "provenance": (
        "urn:pairprov:row:1",
        (row.Provenance, row.Part, row.Edit, row.RowStep, row.NamedPrinciple, row.ParentRow),
    ),
    "statement": (
        "urn:pairprov:dataset:1",
        (
            told.Statement, told.Subject, told.Manifest, told.About,
            figures.RowSet, figures.RootOf, figures.SyntheticShare, figures.ModelShare, figures.Gate, figures.Review,
            made_of.PrincipleFile, made_of.RecipeFacts, made_of.Material, made_of.Mix, made_of.MixSource,
            Counts, Terms,
        ),
    ),
}  # fmt: skip
"""Name of a schema to what it calls itself, the record that it is of, and the records that those are made of."""


def schema(name: str) -> dict[str, Any]:
    """The schema ``provenance`` or ``statement`` as JSON values; raises ``KeyError`` for another name."""
    urn, (whole, *parts) = SCHEMAS[name]
    made = schema_of(whole, *parts, name=urn)
    # What has one value only is no less needed for that: a reader knows the file by it.
    fixed = [field for field, shape in made["properties"].items() if "const" in shape]
    return {**made, "required": list(dict.fromkeys([*fixed, *made["required"]]))}


def published(name: str) -> str:
    """The text of ``schemas/NAME.schema.json``."""
    return spelled_out(schema(name))


if __name__ == "__main__":
    print(published(sys.argv[1]), end="")
