"""The commands that a recipe has run on answers, by the names that the project gives them."""

from __future__ import annotations

from constitution.core.places import Document
from constitution.core.places import Path as Place
from constitution.recipe.parts import parts_of
from constitution.recipe.reading import Recipe


def commands_named(recipe: Recipe, document: Document) -> dict[str, Place]:
    """Name to where the recipe first names it; raises ``BadFile`` for a stage ``execute`` that no ``pair`` precedes.

    Which of two answers is chosen is known only then: the judge may turn them round.
    """
    found: dict[str, Place] = {}
    stages = parts_of(recipe, document).stages
    for place, stage in enumerate(stages):
        if stage.name != "execute":
            continue
        if not any(earlier.name == "pair" for earlier in stages[:place]):
            raise document.bad(stage.at, "execute runs a command on a pair", remedy="put it after pair", key=True)
        if not stage.settings["command"]:
            remedy = "write `execute: {command: NAME}`, with NAME from constitution.toml"
            raise document.bad(stage.at, "execute names no command", remedy=remedy, key=True)
        found.setdefault(stage.settings["command"], stage.at)
    return found
