"""The recipe with all its defaults filled in: what a run really depends on."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import Any

from constitution.checks import CHECKS
from constitution.core.places import Document
from constitution.core.places import Path as Place
from constitution.core.templates import Template
from constitution.pairing import STRATEGIES
from constitution.recipe.parts import part_of
from constitution.recipe.reading import Part, Recipe
from constitution.stages import STAGES


def template_names(recipe: Recipe, document: Document) -> dict[str, Place]:
    """The templates that the stages use, by setting or by default, and where the recipe asks for them."""
    names = enumerate(stage.get("template") for stage in _settings(recipe, document))
    return {str(name): ("stages", place) for place, name in names if name is not None}


def lock_of(recipe: Recipe, document: Document, seed: str, templates: Mapping[str, Template]) -> dict[str, Any]:
    """The recipe with every default filled in, as plain JSON: two recipes that do the same lock the same."""
    return {
        "name": recipe.name,
        "version": recipe.version,
        "seed": seed,
        "stages": [
            {part.name: settings} for part, settings in zip(recipe.stages, _settings(recipe, document), strict=True)
        ],
        "pairing": {recipe.pairing.name: _filled("pairing", STRATEGIES, recipe.pairing, document, ("pairing",))},
        "checks": [
            {part.name: _filled("checks", CHECKS, part, document, ("checks", place))}
            for place, part in enumerate(recipe.checks)
        ],
        "splits": recipe.splits.model_dump(mode="json"),
        "templates": {name: template.sha256 for name, template in sorted(templates.items())},
    }


def _settings(recipe: Recipe, document: Document) -> list[dict[str, Any]]:
    """For each stage, its settings with defaults filled in."""
    return [_filled("stages", STAGES, part, document, ("stages", place)) for place, part in enumerate(recipe.stages)]


def _filled(kind: str, table: Mapping[str, str], part: Part, document: Document, path: Place) -> dict[str, Any]:
    """All settings of a part, as their types have them: what the file says, else the default."""
    parameters = inspect.signature(part_of(kind, table, part, document, path)).parameters
    return {
        name: parameter.default for name, parameter in parameters.items() if parameter.kind is parameter.KEYWORD_ONLY
    }
