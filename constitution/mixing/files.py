"""Files of rows: those with our labels are read as they were sealed, the others as pairs that say nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from itertools import chain
from pathlib import Path
from typing import Any

from constitution.dataset.parquet import read_parquet
from constitution.dataset.rows import Row
from constitution.dataset.schema import row_from
from constitution.errors import BadFile
from constitution.labels.spec import PROVENANCE, SPEC
from constitution.sources import csv, jsonl, parquet
from constitution.sources import json as json_file
from constitution.sources.preferences import OWN_PAIR
from constitution.sources.text import opened

READERS = {"jsonl": jsonl.rows, "ndjson": jsonl.rows, "json": json_file.rows, "csv": csv.rows, "parquet": parquet.rows}
"""File ending to what reads its rows as they stand there."""
Placed = Iterator[tuple[str, Any]]


def rows_of(path: Path) -> tuple[bool, Placed]:
    """Whether the file's rows bring labels, by its first one, and the rows after their places.

    Raises ``BadFile`` for a file that cannot be read or holds no row.
    """
    reader = READERS.get(path.suffix[1:].lower())
    if reader is None:
        raise BadFile("is no dataset folder and no file that is read", where=str(path), remedy=f"known: {known()}")
    if reader is parquet.rows and _has_provenance(path):
        found: Placed = ((f"{path}: row {number}", row) for number, row in enumerate(read_parquet(path), 1))
    else:
        found = iter(reader(path))
    first = next(found, None)
    if first is None:
        raise BadFile("the file holds no row", where=str(path), remedy="leave it out")
    return is_labelled(first[1]), chain([first], found)


def known() -> str:
    """The endings that are read."""
    return ", ".join(f".{ending}" for ending in READERS)


def is_labelled(row: Any) -> bool:
    """Whether the row brings provenance of ours; a column of that name may hold anything in files of others."""
    told = row.get(PROVENANCE) if isinstance(row, Mapping) else None
    return told.get("spec") == SPEC if isinstance(told, Mapping) else isinstance(told, str) and f'"{SPEC}"' in told


def lost_labels(row: Any) -> str:
    """Why a row must not be declared, in a sentence; nothing where it may be."""
    if is_labelled(row):
        return "the row has labels, and rows before it have none"
    ours = isinstance(row, Mapping) and str(row.get("pair_id", "")).startswith(OWN_PAIR)
    return "the row had labels and has lost its provenance" if ours else ""


def sealed_row(row: Any, where: str) -> Row:
    """The row of these columns as it was sealed; raises ``BadFile`` where it is not whole."""
    if not is_labelled(row):
        raise BadFile(
            "the row has no labels, and rows before it have", where=where, remedy="give each kind a file of its own"
        )
    try:
        columns = dict(row)
        for name in ("evidence", PROVENANCE):
            columns[name] = columns[name] if isinstance(columns[name], str) else json.dumps(columns[name])
        p = columns["p_chosen"]
        columns["p_chosen"] = None if p is None or p != p else p  # NaN: what pandas makes of a null
        return row_from(columns)
    except (KeyError, ValueError, TypeError) as error:
        said = f"it has no {error}" if isinstance(error, KeyError) else " ".join(str(error).split())[:200]
        raise BadFile(
            f"a labelled row is not whole: {said}", where=where, remedy="hand on all columns of the dataset"
        ) from error


def _has_provenance(path: Path) -> bool:
    import pyarrow as pa
    import pyarrow.parquet as pq

    with opened(path) as file:
        try:
            return PROVENANCE in pq.read_schema(file).names
        except (pa.ArrowException, ValueError):
            return False  # its own reader says what is wrong with it
