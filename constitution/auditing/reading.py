"""Anybody's pairs, row by row: JSON Lines, JSON, CSV or Parquet, one file or the data files of a folder."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from constitution.auditing.exported import RECORD, exported_files
from constitution.auditing.seen import Place, split_of
from constitution.auditing.trap import PlainRow
from constitution.auditing.turns import TEXTS
from constitution.errors import BadFile, NotFound
from constitution.sources.cells import value_of
from constitution.sources.folder import files_in
from constitution.sources.items import items
from constitution.sources.text import lines

GROUP = 1000
"""Rows of a Parquet file that are in memory at one time."""
MAX_LINE = 64_000_000
"""Bytes of one line of a CSV file, and of one cell."""
TRAINED = (*TEXTS, "messages", "completion", "tools", "chat_template_kwargs")
"""Columns that a trainer looks into."""


def each_row(path: Path, split: str | None = None) -> Iterator[tuple[Place, PlainRow]]:
    """Each row with its place; of a folder those of all splits, or of the one that is named.

    Raises ``NotFound`` where there is no such file or split, and ``BadFile`` for a folder without data, for what cannot
    be read and for what is no row.
    """
    for file, name in files_of(path, split):
        for number, row in enumerate(READERS[file.suffix.lower()](file), start=1):
            place = Place(name, number)
            if not isinstance(row, Mapping):
                what = f"the row is {'a list' if isinstance(row, list) else type(row).__name__}, not an object"
                raise BadFile(what, where=str(place), remedy='write {"prompt": ..., "chosen": ..., "rejected": ...}')
            yield place, row


def files_of(path: Path, split: str | None = None) -> list[tuple[Path, str]]:
    """The data files, each with the name that its rows are told by; raises as ``each_row`` does."""
    if not path.is_dir():
        if not path.exists():
            raise NotFound("there is no such file or folder", where=str(path), remedy="check the path")
        if path.suffix.lower() not in READERS:
            raise BadFile("is of no kind that is read", where=str(path), remedy=f"known: {', '.join(READERS)}")
        if (path.parent / RECORD).is_file():
            exported_files(path.parent)
        return [(path, path.name)]
    files = exported_files(path) or files_in(path)
    chosen = [file for file in files if split is None or split_of(file.name) == split]
    if not chosen:
        raise NotFound(f"there is no split {split!r}", where=str(path), remedy="drop --split to look at all rows")
    return [(file, str(file.relative_to(path))) for file in chosen]


def _parquet(path: Path) -> Iterator[Any]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(path) as file:
            spelled = [each.name for each in file.schema_arrow if each.name in TRAINED and _in_json(each.type)]
            for batch in file.iter_batches(batch_size=GROUP):
                for row in batch.to_pylist():
                    yield row | {name: _unspelled(row[name], f"{path}: {name}") for name in spelled}
    except (pa.ArrowException, OSError) as error:
        said = " ".join(str(error).split())[:300]
        raise BadFile(f"cannot be read as Parquet: {said}", where=str(path), remedy="write the file anew") from error


def _in_json(kind: Any) -> bool:
    """Whether a column is JSON, or a list of it: messages of many shapes are written so."""
    import pyarrow as pa

    return isinstance(kind, pa.JsonType) or (pa.types.is_list(kind) and _in_json(kind.value_type))


def _unspelled(value: Any, where: str) -> Any:
    if isinstance(value, list):
        return [_unspelled(item, where) for item in value]
    return _value(value, where) if isinstance(value, str) else value


def _value(text: str, where: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        said = getattr(error, "msg", "") or str(error)
        raise BadFile(f"not JSON: {said}", where=where, remedy="mend or remove it") from error


def _csv(path: Path) -> Iterator[Any]:
    """The rows of a file with a header; cells that are JSON lists of messages are read as such."""
    csv.field_size_limit(MAX_LINE)
    reader = csv.DictReader((line for _, line in lines(path, most=MAX_LINE)), strict=True)
    try:
        for row in reader:
            if None in row or None in row.values():
                what = "the row has not as many cells as the header"
                raise BadFile(what, where=f"{path}:{reader.line_num}", remedy="put quotes around cells with commas")
            yield {name: value_of(name, cell, f"{path}:{reader.line_num}") for name, cell in row.items()}
    except csv.Error as error:
        remedy = "write it as RFC 4180 has it, or as JSON Lines"
        raise BadFile(f"not CSV: {error}", where=f"{path}:{reader.line_num}", remedy=remedy) from error


READERS: Mapping[str, Callable[[Path], Iterator[Any]]] = {
    ".parquet": _parquet,
    ".jsonl": items,
    ".ndjson": items,
    ".json": items,
    ".csv": _csv,
}
