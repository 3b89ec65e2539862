"""Names that a trainer takes for its own: the last look at every line before it is written."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from constitution.auditing.shapes import RESERVED, traps_in


def names_taken(*meant: str) -> Callable[[Mapping[str, Any]], str | None]:
    """Whether a line has a column that the trainer reads as something of its own, beyond those that are meant."""

    def trap(told: Mapping[str, Any]) -> str | None:
        found = [name for name in RESERVED if name in told and name not in meant]
        return f"the trainer takes {', '.join(found)} for its own" if found else None

    return trap


def pair_traps(*meant: str) -> Callable[[Mapping[str, Any]], str | None]:
    """The same, and every trap of a pair that raises or trains wrongly."""
    taken = names_taken(*meant)

    def trap(told: Mapping[str, Any]) -> str | None:
        found = [f"{each.what}: {each.trainer}" for each in traps_in(told) if each.severity == "error"]
        return taken(told) or (found[0] if found else None)

    return trap
