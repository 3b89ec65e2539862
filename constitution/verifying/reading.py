"""Reading: rows of a file as plain columns, from Parquet, JSON Lines or a JSON list, one at a time."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from itertools import chain
from pathlib import Path
from typing import Any, TextIO

from constitution.dataset.parquet import read_parquet
from constitution.errors import BadFile, NotFound

LINES = (".jsonl", ".ndjson", ".json")
SUFFIXES = (".parquet", *LINES)
"""Endings of files that rows can be read from."""
_PIECE = 1 << 20


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
    except UnicodeDecodeError as error:
        raise BadFile(f"is not UTF-8: {error.reason}", where=name, remedy="get the file again") from error
    except OSError as error:
        raise BadFile(f"cannot be read: {error.strerror}", where=name, remedy="get the file again") from error


def _json_rows(path: Path, name: str) -> Iterator[Mapping[str, Any]]:
    with open(path, encoding="utf-8-sig") as file:
        opening = file.read(1)
        while opening.isspace():
            opening = file.read(1)
        found = _listed(file, name) if opening == "[" else _lined(file, opening, name)
        for number, row in enumerate(found, start=1):
            if not isinstance(row, dict):
                raise BadFile("is no JSON object", where=f"{name} row {number}", remedy="write one object a row")
            yield row


def _lined(file: TextIO, opening: str, name: str) -> Iterator[Any]:
    for number, text in enumerate(chain([opening + file.readline()], file), start=1):
        if text.strip():
            yield _value(text, f"{name}:{number}")


def _value(text: str, where: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadFile(f"is no JSON: {_said(error)}", where=where, remedy="write one object a line") from error


def _listed(file: TextIO, name: str) -> Iterator[Any]:
    """The items of a list whose bracket has been read, a piece of the file at a time."""
    decoder, held, ended = json.JSONDecoder(), "", False
    while True:
        held = held.lstrip(" \t\r\n,")
        if held.startswith("]"):
            return
        try:
            item, end = decoder.raw_decode(held) if held else (None, 0)
        except (ValueError, RecursionError) as error:
            item, end = None, 0
            if ended or isinstance(error, RecursionError):
                raise BadFile(f"is no JSON list: {_said(error)}", where=name, remedy="get the file again") from error
        if end:
            held = held[end:]
            yield item
            continue
        piece = file.read(max(_PIECE, len(held)))
        if not piece and not held:
            raise BadFile("ends in the middle of a JSON list", where=name, remedy="get the file again")
        held, ended = held + piece, not piece


def _said(error: Exception) -> str:
    return "it is nested too deeply" if isinstance(error, RecursionError) else str(error)[:120]
