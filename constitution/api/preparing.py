"""Reads and checks everything that a run needs, and asks nothing: a mistake in a file ends it here."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from constitution import __version__
from constitution.api.casting import roles_asked
from constitution.api.commanding import Commanded, commanded
from constitution.api.order import Order
from constitution.api.people import rulings_of, stale_notes
from constitution.api.pricing import hold_to_cap, prices_of
from constitution.api.prompts import material_of, read_prompts
from constitution.api.qualifying.standing import qualified
from constitution.api.resolving import checked, held_in, ledger_of, template_of
from constitution.api.terms import Conditions, conditions_of
from constitution.core.asking import Stage
from constitution.core.digest import digest, digest_spelled
from constitution.core.records import Prompt
from constitution.core.rulings import Rulings
from constitution.core.templates import Template
from constitution.dataset.made_of import Material
from constitution.engine.prices import Prices
from constitution.providers.endpoints import Endpoint, read_settings
from constitution.recipe import (
    Recipe,
    cast,
    compile_recipe,
    hold_to_order,
    lock_of,
    narrowed,
    read_recipe,
    template_names,
)
from constitution.rulings import read_rulings
from constitution.shelf import Shelf, Shelved, find_root
from constitution.sources.rows import Ignored
from constitution.spool import spellings

ENGINE = f"constitution {__version__}"
"""What made a row, as its provenance says it."""


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """An order with all its files read and its names resolved."""

    order: Order
    root: Path
    ledger: Path
    recipe: Recipe
    stage: Stage
    seed: str
    shelved: Shelved
    roles: dict[str, str]
    endpoints: dict[str, Endpoint]
    prices: Prices
    templates: dict[str, Template]
    prompts: Sequence[Prompt]
    materials: tuple[Material, ...]
    """The dataset that the prompts are, if it is one of ours."""
    rulings: Rulings
    """What people said of answers to these prompts."""
    commands: Commanded
    conditions: Conditions
    """The terms of the models' providers."""
    lock: dict[str, Any]
    """The recipe, fully resolved."""
    notes: tuple[str, ...]

    @cached_property
    def inputs(self) -> dict[str, str]:
        """What the output depends on, each as a digest."""
        return {
            "recipe": digest(self.lock),
            "constitution": self.shelved.sha256,
            "roles": digest(self.roles),
            "prompts": digest_spelled(spellings(self.prompts)),
            "accept": digest(self.order.accept),
            "rulings": self.rulings.digest,
            **self.conditions.inputs,
        }

    @property
    def run_id(self) -> str:
        """Name of a run: the same for the same inputs."""
        return "r-" + digest(self.inputs)[:32]


def prepare(order: Order, *, ready: bool = True) -> Prepared:
    """The order, ready to be planned and, with ``ready``, to be run: then keys must be there.

    Raises ``Mistake`` and its kin for whatever is wrong with it.
    """
    root = find_root(Path(order.root) if order.root is not None else Path.cwd())
    shelf = Shelf(root)
    found = shelf.recipe_text(order.recipe)
    recipe, document = read_recipe(found.text, found.name)
    hold_to_order(recipe, document)
    shelved = shelf.constitution(order.principles or recipe.constitution)
    if order.only is not None:
        recipe = narrowed(recipe, held_in(order.only, shelved))
    wanted = cast(recipe, roles_asked(order))
    templates = {
        name: template_of(shelf, name, found.name, document, path)
        for name, path in template_names(recipe, document).items()
    }
    seed = order.seed or recipe.seed
    settings = read_settings(root / "constitution.toml")
    endpoints, prices = settings.endpoints, prices_of(settings)
    models = {model: checked(model, endpoints, ready=ready) for model in dict.fromkeys(wanted.values())}
    roles = {role: models[model][0] for role, model in wanted.items()}
    commands = commanded(recipe, document, settings.commands, root, allowed=order.allow_commands, ready=ready)
    conditions = conditions_of(settings.terms, root)
    uncapped = hold_to_cap(order, roles.values(), prices, root)
    every, ignored = read_prompts(order.prompts, candidate_origin=order.candidate_origin)
    prompts = every[: order.limit][: order.max_candidates]
    rulings = read_rulings(rulings_of(order.rulings, root)).about(prompt.id for prompt in prompts)
    lock = lock_of(recipe, document, seed, templates)
    trusted = qualified(recipe.qualified, lock, roles, root, recipe=order.recipe, ready=ready)
    stage = compile_recipe(
        recipe,
        document,
        constitution=shelved.constitution,
        roles=roles,
        templates=templates,
        seed=seed,
        untaken=dict(models.values()),
        rulings=rulings,
        commands=commands.models,
        calibration=trusted.calibration,
        miscalibrated=trusted.miscalibrated,
    )
    return Prepared(
        order=order,
        root=root,
        ledger=ledger_of(order, root),
        recipe=recipe,
        stage=stage,
        seed=seed,
        shelved=shelved,
        roles=roles,
        endpoints=endpoints,
        prices=prices,
        templates=templates,
        prompts=prompts,
        materials=tuple(filter(None, [material_of(order.prompts)])),
        rulings=rulings,
        commands=commands,
        conditions=conditions,
        lock={**lock, **commands.lock, **trusted.lock, "engine": ENGINE},
        notes=(
            *shelved.notes,
            *uncapped,
            *_notes(roles, ignored),
            *commands.notes,
            *trusted.notes,
            *stale_notes(rulings, shelved.constitution),
        ),
    )


def _notes(roles: Mapping[str, str], ignored: Ignored) -> Iterator[str]:
    """What the user should know before anything is asked."""
    if ignored:
        keys = ", ".join(f"{key} ({count} row{'s' if count > 1 else ''})" for key, count in sorted(ignored.items()))
        yield f"keys of the prompt rows that are not read: {keys}"
    programs = {role for role, model in roles.items() if model.startswith("simulator:")}
    if programs == set(roles):
        yield (
            "rehearsal: the simulator plays every role; no row is a model's, and of a principle that speaks of other "
            "things than those that ship it cannot tell"
        )
    elif programs:
        yield f"the simulator plays {', '.join(sorted(programs))} beside a real model; those rows are marked"
    providers = {model.partition(":")[0] for model in roles.values()}
    for provider, variable in (("openai", "OPENAI_BASE_URL"), ("anthropic", "ANTHROPIC_BASE_URL")):
        if provider in providers and os.environ.get(variable):
            yield f"{variable} is not read: name that server in constitution.toml and ask for NAME:MODEL"
