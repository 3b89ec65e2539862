"""The index: all columns of each row but its texts, by the name of the pair; what was stripped is put back from it."""

from __future__ import annotations

from typing import Any

from constitution.dataset.schema import pair_schema
from constitution.labels.spec import TEXTS

INDEX = "provenance/index.parquet"


def index_schema() -> Any:
    """The Arrow schema of the index: that of the data files without the texts; a row brings what it names."""
    import pyarrow as pa

    schema = pair_schema(tools=False)
    return pa.schema([field for field in schema if field.name not in TEXTS])
