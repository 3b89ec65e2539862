"""Tables: the Parquet files of a dataset while it grows: those of the trails, and the pairs by split."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from constitution.core.trail import Trail
from constitution.dataset.calls import Call
from constitution.dataset.layout import CALLS, DROPPED, TRAILS
from constitution.dataset.parquet import GrowingParquet, read_parquet
from constitution.dataset.schema import pair_schema, with_tools
from constitution.dataset.trails import call_schema, dropped_row, dropped_schema, trail_row, trail_schema


class Tables:
    """Trails, dropped prompts and calls, in a new folder."""

    def __init__(self, folder: Path) -> None:
        self._next = 0
        self._open: dict[str, GrowingParquet] = {}
        try:
            self._open["trails"] = GrowingParquet(folder / TRAILS, trail_schema())
            self._open["dropped"] = GrowingParquet(folder / DROPPED, dropped_schema())
            self._open["calls"] = GrowingParquet(folder / CALLS, call_schema())
        except BaseException:
            self.abandon()
            raise

    def add(self, trail: Trail, split: str, calls: Iterable[Call]) -> None:
        """The next trail in the order of the prompts, and the calls behind it."""
        if trail.fate != "paired":
            self._open["dropped"].add(dropped_row(self._next, trail))
        self._open["trails"].add(trail_row(self._next, trail, split))
        for call in calls:
            self._open["calls"].add(vars(call))
        self._next += 1

    def close(self) -> None:
        """All files are whole and on the disk."""
        for table in self._open.values():
            table.close()

    def abandon(self) -> None:
        """No file is open any more."""
        for table in self._open.values():
            table.abandon()


class Pairs:
    """The rows by split: ``train`` always, ``test`` where it has rows.

    Their schema depends on the rows, and is known only when all are there: the first row with tools has those that
    went before written once more.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._tools = False
        self._open = {"train": self._file("train")}

    def add(self, columns: dict[str, Any], split: str, *, tools: bool) -> None:
        """One more row, as ``columns_of`` says it without tools; ``tools`` where its prompt uses some."""
        if tools and not self._tools:
            self._tools = True
            for name in self._open:
                self._again(name)
        if split not in self._open:
            self._open[split] = self._file(split)
        self._open[split].add(with_tools(columns) if self._tools else columns)

    def close(self) -> None:
        """Both files are whole and on the disk."""
        for table in self._open.values():
            table.close()

    def abandon(self) -> None:
        """No file is open any more."""
        for table in self._open.values():
            table.abandon()

    def _file(self, split: str) -> GrowingParquet:
        return GrowingParquet(self._folder / data_file(split), pair_schema(tools=self._tools))

    def _again(self, split: str) -> None:
        """The same rows, as they stand in a set with tools."""
        self._open[split].close()
        before = self._folder / data_file(split, part=1)
        os.rename(self._folder / data_file(split), before)
        self._open[split] = self._file(split)
        for columns in read_parquet(before):
            self._open[split].add(with_tools(columns))
        os.unlink(before)


def data_file(split: str, part: int = 0) -> str:
    """Where the rows of a split stand."""
    return f"data/{split}-{part:05d}-of-00001.parquet"
