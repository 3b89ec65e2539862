"""The parts that a recipe names: found on their shelf, their settings checked, mistakes placed at their line."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from constitution.core.named import bound, named
from constitution.core.places import Document
from constitution.core.places import Path as Place
from constitution.errors import BadFile, Mistake
from constitution.recipe.reading import Part


def part_of(kind: str, table: Mapping[str, str], part: Part, document: Document, path: Place) -> Callable[..., Any]:
    """What the part names, with its settings bound."""
    made: Callable[..., Any] = placed_at(
        lambda: bound(named(kind, table, part.name), part.settings), document, (*path, part.name)
    )()
    return made


def placed_at(function: Callable[..., Any], document: Document, path: Place) -> Callable[..., Any]:
    """The function; a mistake that it raises without a place gets the place of this part of the recipe."""

    def placed(*given: Any) -> Any:
        try:
            return function(*given)
        except BadFile:
            raise
        except Mistake as error:
            raise document.bad(path, error.what, remedy=error.remedy, key=True) from error

    return placed
