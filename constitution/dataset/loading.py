"""Pairs as a dataset in memory, the same rows and types as the folder's."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from constitution.core.trail import Trail
from constitution.dataset.parquet import GROUP, table_of
from constitution.dataset.rows import row_of
from constitution.dataset.schema import columns_of, pair_schema, uses_tools
from constitution.labels.terms import SHIPPED, Terms

if TYPE_CHECKING:
    import datasets


def dataset_of(trails: Sequence[Trail], *, engine: str, terms: Sequence[Terms] = SHIPPED) -> datasets.Dataset:
    """The rows of these paired trails as a ``datasets.Dataset``; provenance comes back as objects."""
    import pyarrow as pa
    from datasets import Dataset, DatasetInfo, Features

    tools = any(uses_tools(trail.prompt.messages) for trail in trails)
    schema = pair_schema(tools=tools)
    tables = []
    for start in range(0, len(trails), GROUP):
        rows = (row_of(trail, engine=engine, terms=terms) for trail in trails[start : start + GROUP])
        tables.append(table_of([columns_of(row, tools=tools) for row in rows], schema))
    table = pa.concat_tables(tables) if tables else table_of([], schema)
    return Dataset(table, info=DatasetInfo(features=Features.from_arrow_schema(schema)))
