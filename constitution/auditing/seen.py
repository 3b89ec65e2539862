"""A row as an audit sees it: where it stands, what it holds, and its prompt and answers taken apart once."""

from __future__ import annotations

from typing import Any, NamedTuple

from constitution.auditing.trap import PlainRow
from constitution.auditing.turns import parted, said_by


class Place(NamedTuple):
    """Where a row stands; rows of a file count from 1."""

    file: str
    number: int

    def __str__(self) -> str:
        return f"{self.file}: row {self.number}"


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
