"""A recipe: the text of a file under pipelines/ in, one stage out."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any

from pydantic import Field, GetJsonSchemaHandler, model_validator

from constitution.checks import CHECKS
from constitution.core.asking import Asking, Stage, Unanswered
from constitution.core.named import bound, named
from constitution.core.places import Document
from constitution.core.published import schema_of
from constitution.core.records import Fault, Record, Trail
from constitution.core.strict_yaml import fit, parse
from constitution.core.templates import Template
from constitution.errors import BadFile, Mistake, OffSchema
from constitution.pairing import STRATEGIES
from constitution.principles.model import Constitution
from constitution.principles.words import Name
from constitution.stages import STAGES
from constitution.stages.brief import Brief

ROLES = ("author", "critic", "reviser", "judge")
"""Who can be asked; each that is not named falls back as ``cast`` says."""


class Part(Record):
    """A stage, strategy or check by name, with settings where it takes any.

    In a file: ``judge``, or ``judge: {extra_votes: 2}``.
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
            return {"name": name, "settings": settings or {}}
        if isinstance(value, dict) and "name" not in value:
            raise ValueError("write a name, or one name with its settings")
        return value

    @classmethod
    def __get_pydantic_json_schema__(cls, core: Any, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """The two forms that a file uses, rather than the fields."""
        settings = {"type": ["object", "null"]}
        return {
            "description": inspect.cleandoc(cls.__doc__ or ""),
            "anyOf": [
                {"type": "string"},
                {"type": "object", "minProperties": 1, "maxProperties": 1, "additionalProperties": settings},
            ],
        }


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
    roles: dict[str, str] = Field(default_factory=dict)
    """Role to ``provider:model``; what the command line says goes first."""
    stages: tuple[Part, ...] = Field(min_length=1)
    pairing: Part = Part(name="revision_over_draft")
    checks: tuple[Part, ...] = ()
    splits: Splits = Splits()


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
    judge as critic; and the simulator for all where nothing names an author."""
    said = {**recipe.roles, **{role: model for role, model in asked.items() if model}}
    if said and "author" not in said:
        # Falling back would put the simulator beside a real model without a word.
        raise Mistake(f"{', '.join(said)} is named and no author", remedy="name the author with --model")
    author = said.get("author", "simulator:plain")
    critic = said.get("critic", author)
    return {
        "author": author,
        "critic": critic,
        "reviser": said.get("reviser", author),
        "judge": said.get("judge", critic),
    }


def compile_recipe(
    recipe: Recipe,
    document: Document,
    *,
    constitution: Constitution,
    roles: Mapping[str, str],
    templates: Mapping[str, Template],
    seed: str,
    untaken: Mapping[str, frozenset[str]] | None = None,
) -> Stage:
    """The whole recipe as one stage.

    Raises ``BadFile`` at the line that names a missing stage, role, principle, template, strategy or check,
    or a setting that it does not take.
    """
    pairing = _part("pairing", STRATEGIES, recipe.pairing, document, ("pairing",))
    checks = tuple(
        _part("checks", CHECKS, part, document, ("checks", place)) for place, part in enumerate(recipe.checks)
    )
    brief = Brief(
        seed=seed,
        constitution=constitution,
        roles=roles,
        templates=templates,
        strategy=pairing,
        checks=checks,
        untaken=untaken or {},
    )
    stages = []
    for place, part in enumerate(recipe.stages):
        factory = _part("stages", STAGES, part, document, ("stages", place))
        with_place = _placed(factory, document, ("stages", place, part.name))
        stages.append((part.name, with_place(brief)))
    return chain(stages)


def template_names(recipe: Recipe, document: Document) -> dict[str, tuple[int | str, ...]]:
    """The templates that the stages use, by setting or by default, and where the recipe asks for them."""
    names = enumerate(stage.get("template") for stage in _settings(recipe, document))
    return {str(name): ("stages", place) for place, name in names if name is not None}


def narrowed(recipe: Recipe, principle: str) -> Recipe:
    """The recipe, held to one principle."""
    return recipe.but(
        stages=tuple(
            part.but(settings={**part.settings, "principles": [principle]}) if part.name == "critique" else part
            for part in recipe.stages
        )
    )


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


def _filled(
    kind: str, table: Mapping[str, str], part: Part, document: Document, path: tuple[int | str, ...]
) -> dict[str, Any]:
    """All settings of a part, as their types have them: what the file says, else the default."""
    parameters = inspect.signature(_part(kind, table, part, document, path)).parameters
    return {
        name: parameter.default for name, parameter in parameters.items() if parameter.kind is parameter.KEYWORD_ONLY
    }


def _part(
    kind: str, table: Mapping[str, str], part: Part, document: Document, path: tuple[int | str, ...]
) -> Callable[..., Any]:
    """What the part names, with its settings bound."""
    made: Callable[..., Any] = _placed(
        lambda: bound(named(kind, table, part.name), part.settings), document, (*path, part.name)
    )()
    return made


def _placed(function: Callable[..., Any], document: Document, path: tuple[int | str, ...]) -> Callable[..., Any]:
    """The function; a mistake that it raises without a place gets the place of this part of the recipe."""

    def placed(*given: Any) -> Any:
        try:
            return function(*given)
        except BadFile:
            raise
        except Mistake as error:
            raise document.bad(path, error.what, remedy=error.remedy, key=True) from error

    return placed


def chain(stages: Sequence[tuple[str, Stage]]) -> Stage:
    """One stage after the other until the trail has its fate.

    What a stage does not catch becomes a fault here, and the trail up to that stage is kept.
    """

    def whole(trail: Trail) -> Asking[Trail]:
        for name, stage in stages:
            if trail.fate is not None:
                break
            try:
                trail = yield from stage(trail)
            except Unanswered as lost:
                failure = next(iter(lost.failures.values()))
                trail = faulted(trail, failure.kind, str(failure), name)
            except OffSchema as failure:
                trail = faulted(trail, failure.kind, str(failure), name)
            except Exception as error:  # a bug in one stage or check must not cost the other prompts
                trail = faulted(trail, "bug", f"{type(error).__name__}: {error}", name)
        return trail if trail.fate else trail.ends("undecided", "the recipe has no further stage")

    return whole


def faulted(trail: Trail, kind: str, reason: str, stage: str) -> Trail:
    """The trail, ended by a fault."""
    fault = Fault(kind=kind, reason=reason, stage=stage)
    return trail.plus(faults=(fault,)).ends(f"fault:{kind}", f"{stage}: {reason}")
