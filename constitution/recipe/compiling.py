"""From a recipe to one stage: every name in it found, every setting bound."""

from __future__ import annotations

from collections.abc import Mapping

from constitution.core.asking import Stage
from constitution.core.places import Document
from constitution.core.rulings import NONE, Rulings
from constitution.core.templates import Template
from constitution.principles.model import Constitution
from constitution.recipe.chain import chain
from constitution.recipe.needs import hold_to_needs
from constitution.recipe.parts import parts_of, placed_at
from constitution.recipe.reading import Recipe
from constitution.stages.brief import Brief


def compile_recipe(
    recipe: Recipe,
    document: Document,
    *,
    constitution: Constitution,
    roles: Mapping[str, str],
    templates: Mapping[str, Template],
    seed: str,
    untaken: Mapping[str, frozenset[str]] | None = None,
    rulings: Rulings = NONE,
    commands: Mapping[str, str] | None = None,
    calibration: Mapping[str, float] | None = None,
    miscalibrated: frozenset[str] = frozenset(),
) -> Stage:
    """The whole recipe as one stage.

    Raises ``BadFile`` at the line that names a missing stage, role, principle, template, strategy or check,
    or a setting that it does not take; ``Mistake`` naming the principles that cannot be asked about in it.
    """
    parts = parts_of(recipe, document)
    brief = Brief(
        seed=seed,
        constitution=constitution,
        roles=roles,
        templates=templates,
        strategy=parts.pairing.make,
        checks=tuple(check.make for check in parts.checks),
        untaken=untaken or {},
        rulings=rulings,
        commands=commands or {},
        calibration=calibration or {},
        miscalibrated=miscalibrated,
    )
    hold_to_needs(recipe, constitution)
    return chain([(part.name, placed_at(part.make, document, part.at)(brief)) for part in parts.stages])
