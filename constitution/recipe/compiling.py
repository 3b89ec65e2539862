"""From a recipe to one stage: every name in it found, every setting bound."""

from __future__ import annotations

from collections.abc import Mapping

from constitution.checks import CHECKS
from constitution.core.asking import Stage
from constitution.core.places import Document
from constitution.core.rulings import NONE, Rulings
from constitution.core.templates import Template
from constitution.pairing import STRATEGIES
from constitution.principles.model import Constitution
from constitution.recipe.chain import chain
from constitution.recipe.needs import hold_to_needs
from constitution.recipe.parts import part_of, placed_at
from constitution.recipe.reading import Recipe
from constitution.stages import STAGES
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
) -> Stage:
    """The whole recipe as one stage.

    Raises ``BadFile`` at the line that names a missing stage, role, principle, template, strategy or check,
    or a setting that it does not take; ``Mistake`` naming the principles that cannot be asked about in it.
    """
    pairing = part_of("pairing", STRATEGIES, recipe.pairing, document, ("pairing",))
    checks = tuple(
        part_of("checks", CHECKS, part, document, ("checks", place)) for place, part in enumerate(recipe.checks)
    )
    brief = Brief(
        seed=seed,
        constitution=constitution,
        roles=roles,
        templates=templates,
        strategy=pairing,
        checks=checks,
        untaken=untaken or {},
        rulings=rulings,
    )
    stages = []
    for place, part in enumerate(recipe.stages):
        factory = part_of("stages", STAGES, part, document, ("stages", place))
        with_place = placed_at(factory, document, ("stages", place, part.name))
        stages.append((part.name, with_place(brief)))
    hold_to_needs(recipe, constitution)
    return chain(stages)
