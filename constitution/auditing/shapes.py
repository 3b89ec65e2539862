"""The lint of shapes: which traps a plain row holds, and which only show when all rows are seen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from constitution.auditing.trap import PlainRow, Severity, Trap
from constitution.auditing.traps.columns import COLUMNS, REFERENCE, RESERVED
from constitution.auditing.traps.sides import PAIRS
from constitution.auditing.traps.talk import TALK
from constitution.auditing.turns import TEXTS, is_messages

__all__ = ["ACROSS", "RESERVED", "TRAPS", "Across", "PlainRow", "Severity", "Trap", "traps_in"]

TRAPS: Mapping[str, Trap] = {trap.name: trap for trap in (*COLUMNS, *PAIRS, *TALK)}
"""Every trap that one row can hold, by name; a new one is one record in the file of what it looks at."""


def traps_in(row: PlainRow) -> tuple[Trap, ...]:
    """The traps of this row, those that raise or train wrongly first.

    >>> [trap.name for trap in traps_in({"prompt": "Hi", "chosen": "No", "rejected": "No", "image": None})]
    ['image-column', 'same-sides']
    """
    found = [trap for trap in TRAPS.values() if trap.found(row)]
    return tuple(sorted(found, key=lambda trap: trap.severity))


def _never(_: PlainRow) -> bool:
    return False


NEVER_NULL = ("chat_template_kwargs", "margin", *REFERENCE)
"""Columns that raise where a row lacks them, since a loader fills the gap with null."""
ACROSS: Mapping[str, Trap] = {
    "mixed-shapes": Trap(
        "mixed-shapes", "error", "rows of several shapes",
        "TRL 1.16 decides by the first row whether a prompt is written and whether it is messages",
        "write all rows in one shape, or one file for each", _never,
    ),
    "mixed-types": Trap(
        "mixed-types", "error", "a column of several types",
        "datasets 5.2 raises while it reads the file, or casts the column to text",
        "give the column one type in all rows", _never,
    ),
    "missing-in-some": Trap(
        "missing-in-some", "error", "a column that some rows lack and that must not be null",
        "the loader fills the gap with null, and TRL 1.16 raises TypeError",
        "give it in every row, or leave the column out", _never,
    ),
}  # fmt: skip
"""Traps of whole files, by name."""


class Across:
    """What is seen of all rows together; it keeps counts by kind and no row."""

    def __init__(self) -> None:
        self._rows = 0
        self._shapes: Counter[tuple[str, ...]] = Counter()
        self._types: dict[str, Counter[str]] = {}
        self._there: Counter[str] = Counter()

    def see(self, row: PlainRow) -> None:
        """One more row."""
        self._rows += 1
        self._shapes[tuple(f"{name}: {_shape(row.get(name))}" for name in TEXTS)] += 1
        for name, value in row.items():
            self._there[name] += name in NEVER_NULL
            if value is not None:
                self._types.setdefault(name, Counter())[_kind(value)] += 1

    def found(self) -> tuple[tuple[Trap, str], ...]:
        """The traps of the rows together, each with what was seen."""
        made = []
        if len(self._shapes) > 1:
            told = "; ".join(f"{count:,} with {', '.join(shape)}" for shape, count in self._shapes.most_common(4))
            made.append((ACROSS["mixed-shapes"], told))
        for name, kinds in self._types.items():
            if len(kinds) > 1 and name not in TEXTS:
                told = ", ".join(f"{count:,} {kind}" for kind, count in kinds.most_common())
                made.append((ACROSS["mixed-types"], f"{name}: {told}"))
        for name in NEVER_NULL:
            if 0 < self._there[name] < self._rows:
                made.append((ACROSS["missing-in-some"], f"{name}: in {self._there[name]:,} of {self._rows:,} rows"))
        return tuple(made)


def _shape(value: Any) -> str:
    if value is None:
        return "none"
    return "messages" if is_messages(value) else _kind(value)


def _kind(value: Any) -> str:
    if isinstance(value, bool):
        return "true or false"
    names = {str: "text", int: "number", float: "number", list: "list", dict: "object"}
    return names.get(type(value), type(value).__name__)
