"""Files of rows that are written anew: Parquet as a dataset folder has it, or JSON Lines."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

from constitution.core.digest import canonical, without_nothing
from constitution.dataset.parquet import GrowingParquet
from constitution.dataset.schema import pair_schema
from constitution.errors import BadFile, Mistake
from constitution.labels.checking import NO_ROW, OBJECTS, plain
from constitution.labels.spec import PARTED

Rows = Callable[[], Iterator[Mapping[str, Any]]]


class RowFile(Protocol):
    """A new file that takes one row after the other."""

    def add(self, row: Mapping[str, Any]) -> None:
        """One more row."""


@contextmanager
def row_file(path: Path, suffix: str, rows: Rows) -> Iterator[RowFile]:
    """A new file of the kind that ``suffix`` says, whole at the end; ``rows`` tells which columns there are.

    Raises ``Mistake`` for another kind, and ``BadFile`` for columns that Parquet cannot be given.
    """
    if suffix in (".jsonl", ".ndjson"):
        with open(path, "x", encoding="utf-8") as file:
            yield _Lines(file.write)
            file.flush()
            os.fsync(file.fileno())
    elif suffix == ".parquet":
        found = _Parquet(path, rows)
        try:
            yield found
            found.close()
        except NO_ROW as error:  # those that Parquet raises among them
            raise BadFile(f"a row cannot be written as Parquet: {error}", where=str(path),
                          remedy="verify tells which rows cannot be read; or write .jsonl") from error  # fmt: skip
        finally:
            found.abandon()
    else:
        raise Mistake(f"rows are not written to a file that ends in {suffix or 'nothing'}",
                      where=str(path), remedy="name one that ends in .parquet or .jsonl")  # fmt: skip


class _Lines:
    def __init__(self, write: Callable[[str], object]) -> None:
        self._write = write

    def add(self, row: Mapping[str, Any]) -> None:
        try:
            told = plain(row)
        except NO_ROW:  # a row that is none of ours goes through as it came
            told = dict(row)
        self._write(json.dumps(told, ensure_ascii=False) + "\n")


class _Parquet:
    """The columns of a dataset folder, then those that are not ours; the same rows are the same bytes as there."""

    def __init__(self, path: Path, rows: Rows) -> None:
        self._tools, others = _shape(rows())
        self._schema = _schema(self._tools, others, str(path))
        self._file = GrowingParquet(path, self._schema)

    def add(self, row: Mapping[str, Any]) -> None:
        told = plain(row)
        for name in OBJECTS:
            if told.get(name) is not None:
                told[name] = canonical(without_nothing(told[name]) if name == "provenance" else told[name]).decode()
        for name in PARTED:
            told[name] = None if told.get(name) is None else [without_nothing(each) for each in told[name]]
        if self._tools and told["prompt"] is not None:
            told["prompt"] = [canonical(each).decode() for each in told["prompt"]]
        self._file.add({name: told.get(name) for name in self._schema.names})

    def close(self) -> None:
        self._file.close()

    def abandon(self) -> None:
        self._file.abandon()


def _shape(rows: Iterator[Mapping[str, Any]]) -> tuple[bool, dict[str, set[type]]]:
    """Whether a prompt says more than role and content, and the columns that are not ours with what is in them."""
    ours = set(pair_schema(tools=False).names)
    tools, others = False, dict[str, set[type]]()
    for row in rows:
        try:
            told = plain(row)
            messages = [without_nothing(each) for each in told.get("prompt") or ()]
            tools = tools or any(each.keys() - {"role", "content"} for each in messages)
        except NO_ROW as error:
            raise BadFile(f"a row cannot be read: {error}", remedy="verify tells which one") from error
        for name in told.keys() - ours:
            others.setdefault(name, set()).add(type(told[name]))
    return tools, others


def _schema(tools: bool, others: Mapping[str, set[type]], where: str) -> Any:
    import pyarrow as pa

    kinds = {str: pa.string(), bool: pa.bool_(), int: pa.int64(), float: pa.float64()}
    schema = pair_schema(tools=tools)
    for name, found in sorted(others.items()):
        held = found - {type(None)}
        kind = float if held == {int, float} else next(iter(held), str)
        if kind not in kinds or len(held - {int, float, kind}) > 0:
            raise BadFile(f"the column {name} is neither text nor number and is not of a dataset", where=where,
                          remedy="leave it out, or write .jsonl")  # fmt: skip
        schema = schema.append(pa.field(name, kinds[kind]))
    return schema
