"""A row as an audit sees it: where it stands, what it holds, and its prompt and answers taken apart once."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from constitution.auditing.trap import PlainRow
from constitution.auditing.turns import parted, said_by


def split_of(file: str) -> str:
    """The first word of a file's name.

    >>> split_of("data/train-00000-of-00001.parquet"), split_of("test.jsonl")
    ('train', 'test')
    """
    return re.split(r"[-_.]", file.rsplit("/", 1)[-1])[0]


class Place(NamedTuple):
    """Where a row stands; rows of a file count from 1."""

    file: str
    number: int

    def __str__(self) -> str:
        return f"{self.file}: row {self.number}"

    @property
    def split(self) -> str:
        """The split that its file is named for, by the first word of its name: ``train-00000-of-00001.parquet``."""
        return split_of(self.file)


class Seen(NamedTuple):
    """One row."""

    place: Place
    row: PlainRow
    prompt: Any
    """Messages or text; what both sides repeated or shared, where it was not written."""
    chosen: str
    """The words of the completion, without its prompt."""
    rejected: str

    @classmethod
    def of(cls, place: Place, row: PlainRow) -> Seen:
        """The row at this place."""
        prompt, chosen, rejected = parted(row)
        return cls(place, row, prompt, said_by(chosen), said_by(rejected))

    @property
    def name(self) -> str:
        """The place, and the pair's own name where it has one."""
        pair = self.row.get("pair_id")
        return f"{self.place} ({pair})" if isinstance(pair, str) and pair else str(self.place)
