"""Parquet files: written with fixed settings, so that the same rows are the same bytes; read back as plain rows."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from constitution.dataset.arrays import array_of
from constitution.errors import BadFile, NotFound
from constitution.labels.spec import PROVENANCE

LEVEL, HARD = 3, 16
"""Levels of zstd."""
GROUP = 1000
"""Rows of one row group: what is in memory at one time."""


class GrowingParquet:
    """A new Parquet file, zstd, that takes one row after the other; a full row group goes to the disk at once.

    Where a row group ends depends on the rows alone, so the same rows are the same bytes however they came.
    """

    def __init__(self, path: Path, schema: Any) -> None:
        import pyarrow.parquet as pq

        self._schema = schema
        self._rows: list[Mapping[str, Any]] = []
        self._file = open(path, "xb")  # noqa: SIM115 - it stays open until ``close``
        try:
            self._writer = pq.ParquetWriter(
                self._file, schema, compression="zstd", compression_level=levels_of(schema), version="2.6"
            )
        except BaseException:
            self._file.close()
            raise

    def add(self, row: Mapping[str, Any]) -> None:
        """One more row."""
        self._rows.append(row)
        if len(self._rows) == GROUP:
            self._write()

    def close(self) -> None:
        """The file is whole and synced to the disk; without rows it still says its schema."""
        if self._rows:
            self._write()
        self._writer.close()
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()

    def abandon(self) -> None:
        """Let go of the file, whatever is in it; nothing, if it is closed."""
        with suppress(OSError, ValueError):  # a disk that is full says so once more
            self._writer.close()
        with suppress(OSError):
            self._file.close()

    def _write(self) -> None:
        import pyarrow as pa

        table = table_of(self._rows, self._schema)
        self._rows = []
        self._writer.write_table(table, row_group_size=GROUP)
        del table
        pa.default_memory_pool().release_unused()  # else the peak of a long run creeps up, group by group


def levels_of(schema: Any) -> dict[str, int]:
    """How hard each leaf column is compressed: what is mostly hashes gains from a level that would be slow for all."""
    return {path: HARD if path == PROVENANCE else LEVEL for field in schema for path in _leaves(field.name, field.type)}


def _leaves(path: str, kind: Any) -> Iterator[str]:
    """The paths of the leaf columns under a column, as Parquet names them."""
    import pyarrow as pa

    if pa.types.is_list(kind):
        yield from _leaves(f"{path}.list.element", kind.value_type)
    elif pa.types.is_struct(kind):
        for place in range(kind.num_fields):
            yield from _leaves(f"{path}.{kind.field(place).name}", kind.field(place).type)
    else:
        yield path


def table_of(rows: Sequence[Mapping[str, Any]], schema: Any) -> Any:
    """Rows as an Arrow table; JSON columns are given as text."""
    import pyarrow as pa

    columns = [_column([row[column.name] for row in rows], column.type) for column in schema]
    return pa.Table.from_arrays(columns, schema=schema)


def _column(values: list[Any], kind: Any) -> Any:
    import pyarrow as pa

    try:
        return array_of(values, kind)
    except OverflowError:  # more than 2 GiB of text, which the library spreads over several arrays
        return pa.array(values, type=storage(kind)).cast(kind)


def storage(kind: Any) -> Any:
    """The type under a type: Arrow builds no JSON arrays from Python values, but casts text to them."""
    import pyarrow as pa

    if isinstance(kind, pa.JsonType):
        return kind.storage_type
    return pa.list_(storage(kind.value_type)) if pa.types.is_list(kind) else kind


def read_parquet(path: Path, columns: Sequence[str] | None = None) -> Iterator[dict[str, Any]]:
    """The rows of a file, with all columns or with those of these that it has.

    Raises ``NotFound`` without one and ``BadFile`` for one that is no Parquet.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    if not path.is_file():
        raise NotFound("there is no such file", where=str(path), remedy="name a dataset folder that a run finished")
    try:
        with pq.ParquetFile(path) as file:
            _named_once(file.schema_arrow, path)
            for group in range(file.num_row_groups):  # all at once, the peak creeps up with the number of groups
                for batch in file.iter_batches(batch_size=GROUP, row_groups=[group], columns=columns):
                    yield from batch.to_pylist()
                pa.default_memory_pool().release_unused()
    except (pa.ArrowException, OSError) as error:
        raise BadFile(
            f"cannot be read as Parquet: {error}", where=str(path), remedy="run again to write the folder anew"
        ) from error


def _named_once(fields: Any, path: Path) -> None:
    """Raises ``BadFile`` where two columns, or two fields of one, have one name: readers differ in which they take."""
    import pyarrow as pa

    named = [field.name for field in fields]
    if len(set(named)) < len(named):
        raise BadFile("has two columns of one name", where=str(path), remedy="get the file again")
    for field in fields:
        kind = field.type
        while pa.types.is_list(kind) or pa.types.is_large_list(kind):
            kind = kind.value_type
        if pa.types.is_struct(kind):
            _named_once([kind.field(place) for place in range(kind.num_fields)], path)
