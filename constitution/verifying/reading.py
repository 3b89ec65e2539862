"""Reading: rows of a file as plain columns, from Parquet, JSON Lines or a JSON list, one at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from constitution.dataset.parquet import read_parquet
from constitution.errors import BadFile, NotFound
from constitution.labels.once import once
from constitution.sources.items import items

SUFFIXES = (".parquet", ".jsonl", ".ndjson", ".json")
"""Endings of files that rows can be read from."""


def rows_in(path: Path, where: str = "") -> Iterator[Mapping[str, Any]]:
    """The rows of a file in order.

    Raises ``NotFound`` without one and ``BadFile`` for what cannot be read; ``where`` is what messages call the file.
    """
    name = where or str(path)
    if not path.is_file():
        raise NotFound("there is no such file of rows", where=name, remedy="name a .parquet, .jsonl or .json file")
    if path.suffix not in SUFFIXES:
        raise BadFile(f"rows cannot be read from a file that ends in {path.suffix or 'nothing'}", where=name,
                      remedy=f"name one that ends in {', '.join(SUFFIXES)}")  # fmt: skip
    try:
        yield from read_parquet(path) if path.suffix == ".parquet" else _json_rows(path, name)
    except OSError as error:
        raise BadFile(f"cannot be read: {error.strerror}", where=name, remedy="get the file again") from error


def _json_rows(path: Path, name: str) -> Iterator[Mapping[str, Any]]:
    for number, row in enumerate(items(path, name, pairs=once), start=1):
        if not isinstance(row, dict):
            raise BadFile("is no JSON object", where=f"{name} row {number}", remedy="write one object a row")
        yield row
