"""Reads and checks everything that a run needs, and asks nothing: a mistake in a file ends it here."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from constitution import __version__
from constitution.api.order import Order
from constitution.core.asking import Stage
from constitution.core.digest import digest
from constitution.core.named import named
from constitution.core.records import Prompt
from constitution.core.templates import Template
from constitution.errors import BadFile, Mistake, NotFound
from constitution.providers import PROVIDERS
from constitution.providers.provider import Provider
from constitution.recipe import Recipe, cast, compile_recipe, lock_of, narrowed, read_recipe, template_names
from constitution.shelf import Shelf, Shelved, find_root
from constitution.sources import SOURCES
from constitution.sources.rows import Ignored, prompt_of

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
    templates: dict[str, Template]
    prompts: tuple[Prompt, ...]
    lock: dict[str, Any]
    """The recipe, fully resolved."""
    notes: tuple[str, ...]

    @property
    def inputs(self) -> dict[str, str]:
        """What the output depends on, each as a digest."""
        return {
            "recipe": digest(self.lock),
            "constitution": self.shelved.sha256,
            "roles": digest(self.roles),
            "prompts": digest([prompt.as_json() for prompt in self.prompts]),
        }

    @property
    def run_id(self) -> str:
        """Name of a run: the same for the same inputs."""
        return "r-" + digest(self.inputs)[:32]


def prepare(order: Order) -> Prepared:
    """The order, ready to be planned or run; raises ``Mistake`` and its kin for whatever is wrong with it."""
    root = find_root(Path(order.root) if order.root is not None else Path.cwd())
    shelf = Shelf(root)
    found = shelf.recipe_text(order.recipe)
    recipe, document = read_recipe(found.text, found.name)
    if order.only is not None:
        recipe = narrowed(recipe, order.only)
    shelved = shelf.constitution(order.principles or recipe.constitution)
    asked = {"author": order.model, "critic": order.critic, "reviser": order.reviser, "judge": order.judge}
    roles = cast(recipe, asked)
    templates = {name: shelf.template(name, beside=found.name) for name in template_names(recipe, document)}
    seed = order.seed or recipe.seed
    stage = compile_recipe(
        recipe,
        document,
        constitution=shelved.constitution,
        roles=roles,
        templates=templates,
        seed=seed,
        untaken={model: untaken_by(model) for model in dict.fromkeys(roles.values())},
    )
    prompts, ignored = read_prompts(order.prompts)
    return Prepared(
        order=order,
        root=root,
        ledger=_ledger(order, root),
        recipe=recipe,
        stage=stage,
        seed=seed,
        shelved=shelved,
        roles=roles,
        templates=templates,
        prompts=prompts[: order.limit],
        lock={**lock_of(recipe, document, seed, templates), "engine": ENGINE},
        notes=(*shelved.notes, *_notes(roles, ignored)),
    )


def untaken_by(model: str) -> frozenset[str]:
    """Settings that this model does not take; raises ``Mistake`` for one that no provider of ours can be asked for."""
    provider, colon, name = model.partition(":")
    if not colon or not name:
        raise Mistake(f"{model!r} is no model", remedy="write provider:model, for example anthropic:NAME")
    try:
        found = named("providers", PROVIDERS, provider)
    except NotFound as error:
        raise Mistake(f"{model!r}: {error.what}", remedy=error.remedy) from error
    opened: Provider = found()
    opened.check(name)
    return opened.untaken(name)


def read_prompts(given: str | Path | Sequence[str | Mapping[str, Any]]) -> tuple[tuple[Prompt, ...], Ignored]:
    """The prompts of a file or of a list of texts and rows, and the keys that were ignored."""
    if isinstance(given, (str, Path)):
        path = Path(given)
        kind = path.suffix.lstrip(".").lower() or "none"
        try:
            read = named("sources", SOURCES, {"ndjson": "jsonl", "json": "jsonl"}.get(kind, kind))
        except NotFound as error:
            raise BadFile(f"no source reads .{kind} files", where=str(path), remedy=error.remedy) from error
        prompts, counted = read(path)
        return prompts, counted
    ignored: Ignored = Counter()
    rows = tuple(prompt_of(row, f"prompts[{place}]", ignored) for place, row in enumerate(given))
    if not rows:
        raise Mistake("there are no prompts", remedy="name a file with --prompts, or give a list")
    return rows, ignored


def _ledger(order: Order, root: Path) -> Path:
    named_place = order.ledger or os.environ.get("CONSTITUTION_LEDGER")
    return Path(named_place) if named_place else root / ".constitution" / "ledger.db"


def _notes(roles: Mapping[str, str], ignored: Ignored) -> list[str]:
    notes = []
    if ignored:
        keys = ", ".join(f"{key} ({count} rows)" for key, count in sorted(ignored.items()))
        notes.append(f"keys of the prompt rows that are not read: {keys}")
    programs = {role for role, model in roles.items() if model.startswith("simulator:")}
    if programs == set(roles):
        notes.append("rehearsal: the simulator plays every role; no row of it was written by a model")
    elif programs:
        notes.append(f"the simulator plays {', '.join(sorted(programs))} beside a real model; those rows are marked")
    return notes
