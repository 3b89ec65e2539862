"""Parquet: the columns are the keys of a prompt row; how much a file holds is known before it is read.

A small file can stand for terabytes: one long text, named a million times. So the sizes that the file declares are held
to bounds first; then a row group is read with repeated texts kept once, and what it comes to when written out is added
up before that is done.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from constitution.core.records import Prompt
from constitution.errors import BadFile
from constitution.labels.spec import PROVENANCE
from constitution.sources import preferences
from constitution.sources.cells import value_of
from constitution.sources.rows import MAX_ROWS, Ignored, Row, collected
from constitution.sources.text import opened, parsed, unreadable

MAX_FOOTER = 16_000_000
"""Bytes of the part of the file that describes the rest."""
MAX_COLUMNS = 1_000
MAX_GROUP = 250_000_000
"""Bytes of one row group, unpacked, in the columns that are read."""
MAX_VALUES = 5_000_000
"""Values of one column in one row group."""
MAX_WRITTEN = 1_000_000_000
"""Bytes of the whole file, written out as rows."""
SLICE = 256
"""Rows that are turned into Python values at a time."""
KEYS = frozenset(Row.model_fields) | preferences.KEYS
_WIDTHS = {"BOOLEAN", "INT32", "INT64", "FLOAT", "DOUBLE", "BYTE_ARRAY"}
_VALUE = 64
"""Bytes that a value takes beside its text, roughly."""


def read(path: Path) -> tuple[Sequence[Prompt], Ignored]:
    """All prompts of the file in order, and how many rows had each column that was not read; nulls say nothing.

    Raises ``BadFile``, with ``file: row N`` for a row that is no prompt, and before reading for a file that is no
    Parquet or larger than our bounds.
    """
    unread = Ignored()
    with opened(path) as file, _said_plainly(path):
        _bounded_footer(file, path)
        rows = _rows(file, path, unread)
        prompts, ignored = collected(rows, str(path), remedy='write one prompt a row, in a column "prompt"')
        return prompts, ignored + unread


def rows(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each row with the columns that are read, after its place; raises ``BadFile`` as ``read`` does."""
    with opened(path) as file, _said_plainly(path):
        _bounded_footer(file, path)
        yield from _rows(file, path, Ignored())


@contextmanager
def _said_plainly(path: Path) -> Iterator[None]:
    """What the library raises, as one sentence; OverflowError is a date that Arrow can hold and Python cannot."""
    import pyarrow as pa

    try:
        yield
    except (pa.ArrowException, ValueError, OverflowError, OSError) as error:
        if isinstance(error, OSError) and error.strerror is not None:
            raise unreadable(path, error) from error
        said = " ".join(str(error).split())[:300]
        raise BadFile(f"cannot be read as Parquet: {said}", where=str(path), remedy="write the file anew") from error


def _bounded_footer(file: IO[bytes], path: Path) -> None:
    size = file.seek(0, 2)
    file.seek(max(0, size - 8))
    end = file.read(8)
    if size < 12 or end[4:] != b"PAR1":
        raise BadFile("is no Parquet file", where=str(path), remedy="check the path, or write the file anew")
    _hold(path, "bytes of description", int.from_bytes(end[:4], "little"), MAX_FOOTER)
    file.seek(0)


def _hold(path: Path, what: str, found: int, most: int) -> None:
    """Nothing, if ``found`` keeps its bound."""
    if found > most:
        raise BadFile(
            f"it has {found:,} {what}, more than {most:,}",
            where=str(path),
            remedy="split the file, or write it with smaller row groups (row_group_size=10_000)",
        )


def _rows(file: IO[bytes], path: Path, unread: Ignored) -> Iterator[tuple[str, dict[str, Any]]]:
    import pyarrow.parquet as pq

    described = pq.ParquetFile(file, thrift_container_size_limit=1_000_000)
    metadata = described.metadata
    _hold(path, "rows", metadata.num_rows, MAX_ROWS)
    _hold(path, "columns", metadata.num_columns, MAX_COLUMNS)
    names = _names(described.schema_arrow, path)
    unread.update(dict.fromkeys(set(described.schema_arrow.names) - KEYS - {*names}, metadata.num_rows))
    leaves = [leaf for leaf in range(metadata.num_columns) if _owner(metadata, leaf) in names]
    _hold_groups(path, metadata, leaves)
    texts = [metadata.schema.column(leaf).path for leaf in leaves]
    encoded = pq.ParquetFile(file, metadata=metadata, read_dictionary=texts, arrow_extensions_enabled=False)
    kinds = {name: described.schema_arrow.field(name).type for name in names}
    number = written = 0
    for group in range(metadata.num_row_groups):
        table = encoded.read_row_group(group, columns=names, use_threads=False)
        written += sum(_weight(chunk, path) for column in table.columns for chunk in column.chunks)
        _hold(path, "bytes when written out", written, MAX_WRITTEN)
        for start in range(0, table.num_rows, SLICE):
            for row in table.slice(start, SLICE).to_pylist():
                number += 1
                where = f"{path}: row {number}"
                yield where, {name: _said(row[name], kinds[name], name, where) for name in names}


def _names(schema: Any, path: Path) -> list[str]:
    """The columns that are read; the provenance of rows of ours among them, and no other's."""
    import pyarrow as pa

    columns: list[str] = schema.names
    names = [name for name in columns if name in KEYS]
    if "pair_id" in names and columns.count(PROVENANCE) == 1:
        kind = schema.field(PROVENANCE).type
        names += [PROVENANCE] * (isinstance(kind, pa.JsonType) or pa.types.is_string(kind))
    twice = [name for name in names if names.count(name) > 1]
    if twice:
        raise BadFile(f"the column '{twice[0]}' stands twice", where=str(path), remedy="name each column once")
    return names


def _owner(metadata: Any, leaf: int) -> str:
    """The column of the table that this leaf is a part of."""
    path: str = metadata.schema.column(leaf).path
    return path.partition(".")[0]


def _hold_groups(path: Path, metadata: Any, leaves: list[int]) -> None:
    for number in range(metadata.num_row_groups):
        group = metadata.row_group(number)
        columns = [group.column(leaf) for leaf in leaves]
        _hold(path, "bytes in a row group", sum(column.total_uncompressed_size for column in columns), MAX_GROUP)
        _hold(path, "values in a row group", max((column.num_values for column in columns), default=0), MAX_VALUES)
        for column in columns:
            if column.physical_type not in _WIDTHS:
                raise _unread_kind(path, f"{column.path_in_schema} of {column.physical_type}")


def _unread_kind(path: Path, what: str) -> BadFile:
    return BadFile(f"holds {what}, which is not read", where=str(path), remedy="write text, numbers, lists and structs")


def _weight(array: Any, path: Path) -> int:
    """About how many bytes the values take in memory when each is written out."""
    import pyarrow as pa
    import pyarrow.compute as pc

    kind = array.type
    if pa.types.is_dictionary(kind):
        lengths = pc.take(pc.cast(pc.binary_length(array.dictionary), pa.int64()), array.indices)
        return len(array) * _VALUE + (pc.sum(lengths).as_py() or 0)
    if pa.types.is_list(kind) or pa.types.is_large_list(kind) or pa.types.is_fixed_size_list(kind):
        return len(array) * _VALUE + _weight(array.flatten(), path)
    if pa.types.is_struct(kind):
        return sum(_weight(array.field(place), path) for place in range(kind.num_fields))
    if pa.types.is_primitive(kind) or pa.types.is_null(kind):
        return len(array) * _VALUE
    raise _unread_kind(path, f"a column of {kind}")


def _said(value: Any, kind: Any, name: str, where: str) -> Any:
    """The value without nulls inside; JSON columns as what they say."""
    import pyarrow as pa

    if isinstance(value, str):
        typed = isinstance(kind, pa.JsonType)
        return parsed(value, where, key=name, remedy="mend the row") if typed else value_of(name, value, where)
    if isinstance(value, list) and pa.types.is_nested(kind):
        return [_inside(item, kind.value_type, name, where) for item in value if item is not None]
    return _inside(value, kind, name, where)


def _inside(value: Any, kind: Any, name: str, where: str) -> Any:
    """The same for what stands in lists and structs, where text is text unless its type is JSON."""
    import pyarrow as pa

    if isinstance(kind, pa.JsonType) and isinstance(value, str):
        return parsed(value, where, key=name, remedy="mend the row")
    if isinstance(value, list):
        return [_inside(item, kind.value_type, name, where) for item in value if item is not None]
    if isinstance(value, dict):
        parts = {key: _inside(item, kind.field(key).type, name, where) for key, item in value.items()}
        return {key: part for key, part in parts.items() if part is not None}
    return value
