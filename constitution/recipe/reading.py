"""What a recipe file says, read strictly, and who plays which role."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field, GetJsonSchemaHandler, model_validator

from constitution.core.places import Document
from constitution.core.published import schema_of
from constitution.core.qualities import Quality
from constitution.core.records import Record
from constitution.core.strict_yaml import fit, parse
from constitution.errors import Mistake
from constitution.principles.words import NAME, Name

TEACHER = "teacher"
PANEL = tuple(f"judge-{number}" for number in range(2, 10))
"""The judges of a panel beside the first."""
ROLES = ("author", "critic", "reviser", "judge", TEACHER, *PANEL)
"""Who can be asked; each of the first four that is not named falls back as ``cast`` says."""
NARROWED = frozenset({"critique", "draft", "judge", "rate", "rounds"})
"""The stages that can be held to some principles alone, by their setting ``principles``."""


class Part(Record):
    """A stage, strategy or check by name, with settings where it takes any.

    In a file: ``judge``, or ``judge: {extra_votes: 2}``, or at length ``{name: judge, settings: {extra_votes: 2}}``.
    """

    name: Name
    settings: dict[str, Any] = Field(default_factory=dict)

    @model_validator(mode="before")
    @classmethod
    def _short_form(cls, value: Any) -> Any:
        if isinstance(value, str):
            return {"name": value}
        if isinstance(value, dict) and len(value) == 1 and "name" not in value:
            ((name, settings),) = value.items()
            return {"name": name, "settings": {} if settings is None else settings}
        if isinstance(value, dict) and "name" not in value:
            raise ValueError("write a name, or one name with its settings")
        return value

    @classmethod
    def __get_pydantic_json_schema__(cls, core: Any, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """The three forms that a file may use, of which the fields are only the last."""
        name = {"type": "string", "pattern": f"^{NAME}$"}
        short = {
            "type": "object",
            "minProperties": 1,
            "maxProperties": 1,
            "propertyNames": {**name, "not": {"const": "name"}},
            "additionalProperties": {"type": ["object", "null"]},
        }
        long = {
            "type": "object",
            "required": ["name"],
            "properties": {"name": name, "settings": {"type": "object"}},
            "additionalProperties": False,
        }
        return {"description": inspect.cleandoc(cls.__doc__ or ""), "anyOf": [name, short, long]}


class Splits(Record):
    """Shares of the prompt groups that go to another split than ``train``."""

    test: Annotated[float, Field(ge=0, lt=1)] = 0.0


class Recipe(Record):
    """What a recipe file says."""

    name: Name
    title: str = ""
    version: str = ""
    seed: Annotated[str, Field(min_length=1)]
    """Key of every choice by chance."""
    constitution: str
    """Reference to the principle file, unless the run names another."""
    roles: dict[str, str] = Field(default_factory=dict, json_schema_extra={"propertyNames": {"enum": list(ROLES)}})
    """Role to ``provider:model``; what the command line says goes first."""
    stages: tuple[Part, ...] = Field(min_length=1)
    pairing: Part = Part(name="revision_over_draft")
    checks: tuple[Part, ...] = ()
    splits: Splits = Splits()
    qualified: dict[Quality, Annotated[float, Field(ge=0, le=1)]] = Field(default_factory=dict)
    """What every judge must have reached on labelled pairs (``constitution model qualify --save``) before it is asked:
    name of a figure to the least that the lower end of its interval may be."""


def read_recipe(text: str, name: str) -> tuple[Recipe, Document]:
    """The recipe that this text holds, and the places of its parts; raises ``BadFile``."""
    document = parse(text, name)
    recipe = fit(document, Recipe)
    strange = sorted(set(recipe.roles) - set(ROLES))
    if strange:
        known = f"roles: {', '.join(ROLES)}"
        raise document.bad(("roles", strange[0]), "there is no such role", remedy=known, key=True)
    return recipe, document


def recipe_schema() -> dict[str, Any]:
    """The JSON Schema of a recipe file; published beside the recipes that ship."""
    return schema_of(Recipe, Splits, name="urn:constitution:recipe:1")


def cast(recipe: Recipe, asked: Mapping[str, str | None]) -> dict[str, str]:
    """Who plays each role: what was asked for, else the recipe, else reviser as author, critic as author,
    judge as critic; and the simulator for all where nothing names an author.

    Teacher and the further judges of a panel are there where they are named; a recipe that asks a teacher has to be
    told who that is, but in a rehearsal.
    """
    named = {role: model for role, model in asked.items() if model}
    hold_to_asked(recipe, named)
    # A panel is named as a whole: one judge of the command line beside two of the recipe is nobody's wish.
    panel = PANEL if any(role in named for role in PANEL) else ()
    said = {**{role: model for role, model in recipe.roles.items() if role not in panel}, **named}
    if said and "author" not in said:
        # Falling back would put the simulator beside a real model without a word.
        raise Mistake(f"{', '.join(said)}: named, but nobody who drafts", remedy="name the author with --model")
    author = said.get("author", "simulator:plain")
    critic = said.get("critic", author)
    further = {role: said[role] for role in (TEACHER, *PANEL) if role in said}
    if TEACHER not in further and asks_teacher(recipe):
        further[TEACHER] = _teacher(recipe, said)
    return {
        "author": author,
        "critic": critic,
        "reviser": said.get("reviser", author),
        "judge": said.get("judge", critic),
        **further,
    }


def asks_teacher(recipe: Recipe) -> bool:
    """Whether a stage of the recipe puts a question to the teacher."""
    return any(part.settings.get(name) == TEACHER for part in recipe.stages for name in ("role", "critic", "reviser"))


def hold_to_asked(recipe: Recipe, named: Mapping[str, str]) -> None:
    """Passes when the recipe can ask all that the command line names; raises ``Mistake``.

    Whoever is named and never asked would stand in the rows' provenance, and give the same run another name.
    """
    beyond = sorted(set(named) - set(ROLES))
    if beyond:
        raise Mistake(f"the panel has more than {len(PANEL)} judges", remedy="name fewer with --panel")
    if TEACHER in named and not asks_teacher(recipe):
        raise Mistake(
            f"the recipe {recipe.name} asks no teacher",
            remedy="drop --teacher, or take a recipe with one: weak-strong",
        )
    if any(role in named for role in PANEL) and all(part.name != "judge" for part in recipe.stages):
        raise Mistake(f"the recipe {recipe.name} has no judge, and so no panel", remedy="drop --panel")


def _teacher(recipe: Recipe, said: Mapping[str, str]) -> str:
    """The simulator at its best, where it plays all the others too."""
    if all(model.startswith("simulator:") for model in said.values()):
        return "simulator:careful"
    raise Mistake(f"the recipe {recipe.name} asks a teacher, and nobody is named", remedy="name one with --teacher")


def narrowed(recipe: Recipe, principle: str) -> Recipe:
    """The recipe, held to one principle."""
    return recipe.but(
        stages=tuple(
            part.but(settings={**part.settings, "principles": [principle]}) if part.name in NARROWED else part
            for part in recipe.stages
        )
    )
