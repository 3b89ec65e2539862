"""Sheets to fill in: rows of text cells as CSV or as a workbook, written for spreadsheets and read back from them."""

from __future__ import annotations

import csv
import io
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, Any, NamedTuple

from constitution.api.reviewing.cells import guarded, unguarded
from constitution.errors import BadFile, Mistake

KINDS = (".csv", ".xlsx")
MOST_BYTES = 200_000_000
WIDTHS = {"prompt": 50, "answer": 70, "chosen": 70, "rejected": 70, "quote": 40, "reason": 40, "their_quote": 40,
          "their_reason": 40}  # fmt: skip
"""Columns of a workbook that hold more than a word."""


class Filled(NamedTuple):
    """One row as it came back."""

    where: str
    """``file:line`` of a CSV file, ``file:row`` of a workbook."""
    number: int
    """Of the row, as the spreadsheet counts; a cell of several lines makes a CSV file's lines run ahead of it."""
    cells: Mapping[str, str]
    """By the name of their column."""


def kind_of(path: Path) -> str:
    """``.csv`` or ``.xlsx``; raises ``Mistake`` for a file of another kind."""
    kind = path.suffix.lower()
    if kind not in KINDS:
        raise Mistake("is neither a .csv nor an .xlsx file", where=str(path), remedy="name a file that ends in .csv")
    return kind


def write_sheet(path: Path, columns: Sequence[str], rows: Iterable[Sequence[str]], *, fill: Sequence[str]) -> None:
    """The file holds these rows under these columns, guarded against formulas; those to ``fill`` in stand out.

    Raises ``Mistake`` for a file of another kind, and where it cannot be written.
    """
    kind, safe = kind_of(path), ([guarded(cell) for cell in row] for row in rows)
    fresh = path.with_name(f".{path.name}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with fresh.open("wb") as file:
            if kind == ".csv":
                _write_csv(file, [list(columns), *safe])
            else:
                _write_workbook(file, columns, safe, fill)
        fresh.replace(path)
    except OSError as error:
        raise Mistake(
            f"cannot be written: {error.strerror or error}", where=str(path), remedy="choose another place or name"
        ) from error


def read_sheet(path: Path, needed: Sequence[str]) -> Iterator[Filled]:
    """The rows that are not empty, their guards taken off again.

    Raises ``BadFile`` for what is no such file, or lacks one of the columns that are ``needed``.
    """
    rows = (_read_csv if kind_of(path) == ".csv" else _read_workbook)(path)
    where, header = next(rows, (f"{path}:1", []))
    names = [name.strip().lower() for name in header]
    for name in needed:
        if names.count(name) != 1:
            what = f"there is no column {name!r}" if name not in names else f"the column {name!r} stands twice"
            remedy = (
                "the header row must stay as it was exported; export again to ANOTHER file and copy your verdicts over"
            )
            raise BadFile(what, where=where, remedy=remedy)
    for number, (where, cells) in enumerate(rows, 2):
        if any(cell.strip() for cell in cells):
            padded = [*cells, *[""] * (len(names) - len(cells))]
            yield Filled(where, number, {name: unguarded(cell) for name, cell in zip(names, padded, strict=False)})


def _write_csv(file: IO[bytes], rows: Iterable[Sequence[str]]) -> None:
    # With the mark in front, Excel knows that it is UTF-8.
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="", write_through=True)
    csv.writer(text).writerows(rows)
    text.detach()


def _read_csv(path: Path) -> Iterator[tuple[str, list[str]]]:
    text = _decoded(path)
    first = text.partition("\n")[0]
    # Spreadsheets save with the separator of their country.
    separator = max(",;\t", key=first.count)
    before = csv.field_size_limit(MOST_BYTES)
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
        while True:
            where = f"{path}:{reader.line_num + 1}"
            row = next(reader, None)
            if row is None:
                return
            yield where, row
    except csv.Error as error:
        raise BadFile(f"no CSV: {error}", where=where, remedy="save it from the spreadsheet again, as CSV") from error
    finally:
        csv.field_size_limit(before)


def _decoded(path: Path) -> str:
    data = _bytes(path)
    try:
        return data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise BadFile(
            "is not in UTF-8, so that letters may have been changed",
            where=f"{path}:{line}",
            remedy="save it as 'CSV UTF-8', or as .xlsx",
        ) from error


def _bytes(path: Path) -> bytes:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise BadFile(f"has more than {MOST_BYTES:,} bytes", where=str(path), remedy="split it")
        return path.read_bytes()
    except OSError as error:
        raise BadFile(f"cannot be read: {error.strerror or error}", where=str(path), remedy="check the path") from error


def _write_workbook(
    file: IO[bytes], columns: Sequence[str], rows: Iterable[Sequence[str]], fill: Sequence[str]
) -> None:
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter

    book = Workbook(write_only=True)
    sheet = book.create_sheet("decisions")
    sheet.freeze_panes = "A2"
    to_fill, wrapped = PatternFill("solid", fgColor="FFF2CC"), Alignment(vertical="top", wrap_text=True)
    for place, name in enumerate(columns, 1):
        sheet.column_dimensions[get_column_letter(place)].width = WIDTHS.get(name, 16)

    def cell(name: str, text: str) -> Any:
        made = WriteOnlyCell(sheet, text)
        made.data_type, made.number_format, made.alignment = "s", "@", wrapped
        if name in fill:
            made.fill = to_fill
        return made

    head = [cell(name, name) for name in columns]
    for each in head:
        each.font = Font(bold=True)
    sheet.append(head)
    for row in rows:
        sheet.append([cell(name, text) for name, text in zip(columns, row, strict=True)])
    book.save(file)


def _read_workbook(path: Path) -> Iterator[tuple[str, list[str]]]:
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    broken = (InvalidFileException, zipfile.BadZipFile, zlib.error, KeyError, ValueError, IndexError, SyntaxError)
    try:
        book = load_workbook(io.BytesIO(_bytes(path)), read_only=True)
        sheet = book["decisions"] if "decisions" in book.sheetnames else book.worksheets[0]
        for number, row in enumerate(sheet.iter_rows(values_only=True), 1):
            yield f"{path}:{number}", ["" if value is None else str(value) for value in row]
    except (*broken, EOFError) as error:
        remedy = "open it in the spreadsheet and save it again as .xlsx, or as .csv"
        raise BadFile("is no workbook that can be read", where=str(path), remedy=remedy) from error
