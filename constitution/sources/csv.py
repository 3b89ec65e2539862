"""CSV as RFC 4180 has it: commas, a header row, UTF-8; the columns are the keys of a prompt row, and all is text."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from constitution.core.records import Prompt
from constitution.errors import BadFile
from constitution.sources.answers import ANSWERS
from constitution.sources.cells import value_of
from constitution.sources.preferences import WAYS
from constitution.sources.rows import Ignored, collected
from constitution.sources.sendable import MAX_TEXT
from constitution.sources.text import brief, lines

MAX_LINE = 10_000_000
"""Bytes of one line of the file; a quoted field may hold several."""
UNNAMED = "(column without a name)"
"""Index columns are often written without a name; they are not read."""


def read(path: Path) -> tuple[Sequence[Prompt], Ignored]:
    """All prompts of the file in order, and how often each column was ignored; an empty cell says nothing.

    Raises ``BadFile`` with ``file:line`` (where the row begins) for what is no CSV and for a row that is no prompt.
    """
    with _long_fields():
        return collected(_rows(path), str(path), remedy="write a header row, then one prompt a row")


def rows(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each row as it stands there, after its place; raises ``BadFile`` as ``read`` does."""
    with _long_fields():
        yield from _rows(path)


@contextmanager
def _long_fields() -> Iterator[None]:
    """The standard library bounds fields at 128 kB, for the whole process."""
    before = csv.field_size_limit(MAX_TEXT)
    try:
        yield
    finally:
        csv.field_size_limit(before)


def _rows(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    records = _records(path)
    where, first = next(records, (str(path), []))
    names = _header(first, where)
    for where, cells in records:
        if len(cells) != len(names):
            raise BadFile(
                f"the row has {_columns(len(cells))}, the header {_columns(len(names))}",
                where=where,
                remedy='put quotes around cells with commas or line breaks, and write a quote as ""',
            )
        yield where, {name: value_of(name, cell, where) for name, cell in zip(names, cells, strict=True) if cell}


def _records(path: Path) -> Iterator[tuple[str, list[str]]]:
    """The records that are not blank, each with the line on which it begins."""
    reader = csv.reader((line for _, line in lines(path, most=MAX_LINE)), strict=True)
    while True:
        where = f"{path}:{reader.line_num + 1}"
        try:
            record = next(reader, None)
        except csv.Error as error:
            raise BadFile(_said(error), where=where, remedy="write it as RFC 4180 has it, or as JSON Lines") from error
        if record is None:
            return
        if record:
            yield where, record


def _said(error: csv.Error) -> str:
    said = str(error)
    if "field larger" in said:
        return f"a cell has more than {MAX_TEXT:,} characters; perhaps a quote is left open"
    if "new-line" in said:
        return "a line ends in a carriage return alone"
    return "a quote is left open" if "unexpected end" in said else f"not CSV: {said}"


def _header(cells: list[str], where: str) -> list[str]:
    names = [cell.strip() or UNNAMED for cell in cells]
    twice = [name for name in names if names.count(name) > 1 and name != UNNAMED]
    if twice:
        raise BadFile(f"the column '{brief(twice[0])}' stands twice", where=where, remedy="name each column once")
    if cells and not {*WAYS, "transcript"} & {*names} and not {*ANSWERS} <= {*names}:
        raise BadFile(
            f"no column holds a prompt: {brief(', '.join(names))}",
            where=where,
            remedy="begin with a header row, with commas, that names prompt, messages, instruction or transcript",
        )
    return names


def _columns(count: int) -> str:
    return f"{count} column{'' if count == 1 else 's'}"
