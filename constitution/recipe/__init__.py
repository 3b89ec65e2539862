"""Recipes: the text of a file under pipelines/ in, one stage out."""

from constitution.recipe.chain import chain
from constitution.recipe.compiling import compile_recipe
from constitution.recipe.locking import lock_of, template_names
from constitution.recipe.order import hold_to_order
from constitution.recipe.reading import ROLES, Part, Recipe, cast, narrowed, read_recipe, recipe_schema

__all__ = [
    "ROLES", "Part", "Recipe", "cast", "chain", "compile_recipe", "hold_to_order", "lock_of", "narrowed", "read_recipe",
    "recipe_schema", "template_names",
]  # fmt: skip
