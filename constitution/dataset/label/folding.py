"""Folding: long lists end in "and N more", long texts in an ellipsis, so that the page stays small whatever it says."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from constitution.core.markup import Markup, element, joined, table, text

ROOM = 120
"""Bytes that a foreign name may take in the file."""
ALL = "provenance/manifest.dsse.json"
"""Where everything stands that was folded away."""

Item = TypeVar("Item")


def short(foreign: str, room: int = ROOM) -> Markup:
    """The beginning of a text, as many bytes of markup as there is room for, and an ellipsis where more follows.

    >>> short("a" * 300, 5)
    'aaaaa…'
    """
    flat = " ".join(foreign[: 2 * room].split())
    if len(foreign) <= 2 * room and len(whole := text(flat)) <= room and len(whole.encode()) <= room:
        return whole
    taken: list[str] = []
    left = room
    for character in flat:
        taken.append(text(character))
        left -= len(taken[-1].encode())
        if left < 0:
            return joined([*map(Markup, taken[:-1]), "…"])
    return joined([*map(Markup, taken), "…" if len(foreign) > 2 * room else None])


def folded(
    heads: Sequence[str],
    items: Sequence[Item],
    row: Callable[[Item], Sequence[str]],
    most: int,
    *,
    caption: str,
    what: str = "rows",
) -> Markup:
    """A table of the first items, and how many more there are; a sentence where there are none."""
    if not items:
        return element("p", f"{caption}: none.")
    return joined([table(heads, map(row, items[:most]), caption=caption), more(len(items) - most, what)])


def more(left: int, what: str) -> Markup | None:
    """How many were folded away, and where they stand."""
    if left <= 0:
        return None
    return element("p", f"and {left:,} more {what}; all of them stand in ", element("code", ALL), ".", class_="note")


def largest(tally: dict[str, int]) -> list[tuple[str, int]]:
    """The entries of a tally, the largest first, those of one size by name."""
    return sorted(tally.items(), key=lambda entry: (-entry[1], entry[0]))


def tallied(entry: tuple[str, int]) -> tuple[str, str]:
    """An entry of a tally as the cells of a row."""
    return short(entry[0]), f"{entry[1]:,}"
