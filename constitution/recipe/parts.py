"""The parts that a recipe names: found on their shelf, their settings checked, mistakes placed at their line."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from constitution.checks import CHECKS
from constitution.core.named import bound, named
from constitution.core.places import Document
from constitution.core.places import Path as Place
from constitution.errors import BadFile, Mistake
from constitution.pairing import STRATEGIES
from constitution.recipe.reading import Part, Recipe
from constitution.stages import STAGES


@dataclass(frozen=True, kw_only=True)
class Found:
    """A part with what its name stands for."""

    name: str
    at: Place
    """Where the recipe names it."""
    make: Callable[..., Any]
    """The stage's factory, the strategy or the check, its settings bound."""

    @property
    def settings(self) -> dict[str, Any]:
        """All settings, as their types have them: what the file says, else the default."""
        parameters = inspect.signature(self.make).parameters.values()
        return {each.name: each.default for each in parameters if each.kind is each.KEYWORD_ONLY}


@dataclass(frozen=True, kw_only=True)
class Parts:
    """All parts of a recipe."""

    stages: tuple[Found, ...]
    pairing: Found
    checks: tuple[Found, ...]


def parts_of(recipe: Recipe, document: Document) -> Parts:
    """Everything that the recipe names.

    Raises ``BadFile`` at the line that names what there is not, or a setting that it does not take.
    """

    def found(kind: str, table: Mapping[str, str], part: Part, *at: str | int) -> Found:
        place = (*at, part.name)
        make = placed_at(lambda: bound(named(kind, table, part.name), part.settings), document, place)()
        return Found(name=part.name, at=place, make=make)

    return Parts(
        stages=tuple(found("stages", STAGES, part, "stages", place) for place, part in enumerate(recipe.stages)),
        pairing=found("pairing", STRATEGIES, recipe.pairing, "pairing"),
        checks=tuple(found("checks", CHECKS, part, "checks", place) for place, part in enumerate(recipe.checks)),
    )


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
