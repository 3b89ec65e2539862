"""The recipe with all its defaults filled in: what a run really depends on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from constitution.core.places import Document
from constitution.core.places import Path as Place
from constitution.core.templates import Template
from constitution.recipe.parts import Found, parts_of
from constitution.recipe.reading import Recipe


def template_names(recipe: Recipe, document: Document) -> dict[str, Place]:
    """The templates that the stages use, by setting or by default, and where the recipe asks for them."""
    return {
        str(name): ("stages", place)
        for place, stage in enumerate(parts_of(recipe, document).stages)
        for setting, name in stage.settings.items()
        if (setting == "template" or setting.endswith("_template")) and name is not None
    }


def lock_of(recipe: Recipe, document: Document, seed: str, templates: Mapping[str, Template]) -> dict[str, Any]:
    """The recipe with every default filled in, as plain JSON: two recipes that do the same lock the same."""
    parts = parts_of(recipe, document)
    return {
        "name": recipe.name,
        "version": recipe.version,
        "seed": seed,
        "stages": [_locked(stage) for stage in parts.stages],
        "pairing": _locked(parts.pairing),
        "checks": [_locked(check) for check in parts.checks],
        "splits": recipe.splits.model_dump(mode="json"),
        "templates": {name: template.sha256 for name, template in sorted(templates.items())},
    }


def _locked(part: Found) -> dict[str, Any]:
    return {part.name: part.settings}
