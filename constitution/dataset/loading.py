"""Pairs as a dataset in memory, the same rows and types as the folder's."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from constitution.core.trail import Trail
from constitution.dataset.parquet import table_of
from constitution.dataset.rows import row_of
from constitution.dataset.schema import columns_of, pair_schema, uses_tools

if TYPE_CHECKING:
    import datasets


def dataset_of(trails: Sequence[Trail], *, engine: str) -> datasets.Dataset:
    """The rows of these paired trails as a ``datasets.Dataset``; provenance comes back as objects."""
    from datasets import Dataset, DatasetInfo, Features

    rows = tuple(row_of(trail, engine=engine) for trail in trails)
    tools = uses_tools(rows)
    schema = pair_schema(tools=tools)
    table = table_of([columns_of(row, tools=tools) for row in rows], schema)
    return Dataset(table, info=DatasetInfo(features=Features.from_arrow_schema(schema)))
