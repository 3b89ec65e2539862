"""Parquet files: written with fixed settings, so that the same rows are the same bytes; read back as plain rows."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

from constitution.errors import BadFile, NotFound

GROUP = 1000
"""Rows of one row group: what is in memory at one time."""


def write_parquet(path: Path, schema: Any, rows: Iterable[Mapping[str, Any]]) -> None:
    """A new Parquet file, zstd, synced to the disk; without rows it still says its schema."""
    import pyarrow.parquet as pq

    with open(path, "xb") as file:
        with pq.ParquetWriter(file, schema, compression="zstd", compression_level=3, version="2.6") as writer:
            for group in groups(rows):
                writer.write_table(table_of(group, schema), row_group_size=GROUP)
        file.flush()
        os.fsync(file.fileno())


def groups(rows: Iterable[Mapping[str, Any]]) -> Iterator[list[Mapping[str, Any]]]:
    """The rows, a row group at a time."""
    remaining = iter(rows)
    while group := list(islice(remaining, GROUP)):
        yield group


def table_of(rows: list[Mapping[str, Any]], schema: Any) -> Any:
    """Rows as an Arrow table; JSON columns are given as text."""
    import pyarrow as pa

    columns = [
        pa.array([row[column.name] for row in rows], type=storage(column.type)).cast(column.type) for column in schema
    ]
    return pa.Table.from_arrays(columns, schema=schema)


def storage(kind: Any) -> Any:
    """The type under a type: Arrow builds no JSON arrays from Python values, but casts text to them."""
    import pyarrow as pa

    if isinstance(kind, pa.JsonType):
        return kind.storage_type
    return pa.list_(storage(kind.value_type)) if pa.types.is_list(kind) else kind


def read_parquet(path: Path) -> Iterator[dict[str, Any]]:
    """The rows of a file; raises ``NotFound`` without one and ``BadFile`` for one that is no Parquet."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    if not path.is_file():
        raise NotFound("there is no such file", where=str(path), remedy="name a dataset folder that a run finished")
    try:
        with pq.ParquetFile(path) as file:
            for batch in file.iter_batches(batch_size=GROUP):
                yield from batch.to_pylist()
    except (pa.ArrowException, OSError) as error:
        raise BadFile(
            f"cannot be read as Parquet: {error}", where=str(path), remedy="run again to write the folder anew"
        ) from error
