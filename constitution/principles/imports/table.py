"""A table in a text file: one principle a row, its columns named in the first."""

from __future__ import annotations

import csv
import re

from constitution.core.places import Document, Node
from constitution.errors import BadFile
from constitution.principles.imports.fields import entries_of
from constitution.principles.imports.given import Found, Given
from constitution.principles.imports.vocabulary import ENTRY, key_among

SAYING = ("rule", "critique_request", "preference_question", "title")
"""Our fields of which a table must have one."""


def table(given: Given) -> Found | None:
    """Each row of a ``.csv`` or ``.tsv`` file as an entry with the names of its columns; None for another kind.

    Raises ``BadFile`` at a row that has more cells than there are columns, and at quotes that do not end.
    """
    if given.kind not in ("csv", "tsv"):
        return None
    given.speakable()
    return entries_of(given, Document(given.file, Node(_rows(given), 1, 1)))


def _rows(given: Given) -> list[Node]:
    lines = re.findall(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+", given.text)
    first = lines[0] if lines else ""
    mark = "\t" if given.kind == "tsv" or "\t" in first else ";" if first.count(";") > first.count(",") else ","
    reader = csv.reader(lines, delimiter=mark, strict=True)
    rows: list[Node] = []
    names: list[str] = []
    try:
        for cells in reader:
            line = reader.line_num
            if not any(cell.strip() for cell in cells):
                continue
            if not names:
                names = _names(cells, given)
            elif len(cells) > len(names):
                raise BadFile(f"this row has {len(cells)} cells and there are {len(names)} columns",
                              where=given.place(line), remedy="put quotes around cells that hold a comma")  # fmt: skip
            else:
                said = {
                    name: Node(cell.strip(), line, 1) for name, cell in zip(names, cells, strict=False) if cell.strip()
                }
                rows.append(Node(said, line, 1))
    except csv.Error as error:
        raise BadFile(f"not a table: {error}", where=given.place(max(reader.line_num, 1)),
                      remedy="check its quotes") from error  # fmt: skip
    return rows


def _names(cells: list[str], given: Given) -> list[str]:
    names = [cell.strip() for cell in cells]
    twice = next((name for place, name in enumerate(names) if not name or name in names[:place]), None)
    if twice is not None:
        what = f"the column {twice!r} stands twice" if twice else "a column has no name"
        raise BadFile(what, where=given.place(1), remedy="give each column of the first row a name of its own")
    saying = [name for field in SAYING for name in ENTRY[field]]
    if not key_among(names, tuple(saying)):
        raise BadFile(
            "the first row names no column that says a principle",
            where=given.place(1),
            remedy="write a first row such as `rule,why`; a plain list of sentences is read from a .txt file",
        )
    return names
