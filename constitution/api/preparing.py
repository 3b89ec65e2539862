"""Reads and checks everything that a run needs, and asks nothing: a mistake in a file ends it here."""

from __future__ import annotations

import difflib
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from constitution import __version__
from constitution.api.order import Order
from constitution.api.people import rulings_of, stale_notes
from constitution.api.pricing import hold_to_cap, prices_of
from constitution.core.asking import Stage
from constitution.core.digest import digest, digest_spelled
from constitution.core.named import named
from constitution.core.places import Document
from constitution.core.places import Path as Place
from constitution.core.records import Origin, Prompt
from constitution.core.rulings import Rulings
from constitution.core.templates import Template
from constitution.engine.prices import Prices
from constitution.errors import BadFile, Mistake, NotFound
from constitution.providers.endpoints import Endpoint, opened, read_settings
from constitution.recipe import Recipe, cast, compile_recipe, lock_of, narrowed, read_recipe, template_names
from constitution.rulings import read_rulings
from constitution.shelf import Shelf, Shelved, find_root
from constitution.sources import SOURCES
from constitution.sources.hub import PREFIX
from constitution.sources.rows import Ignored, collected, made_by
from constitution.spool import Spool, spellings

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
    rulings: Rulings
    """What people said of answers to these prompts."""
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
    shelved = shelf.constitution(order.principles or recipe.constitution)
    if order.only is not None:
        recipe = narrowed(recipe, held_in(order.only, shelved))
    asked = {"author": order.model, "critic": order.critic, "reviser": order.reviser, "judge": order.judge}
    wanted = cast(recipe, asked)
    templates = {
        name: template_of(shelf, name, found.name, document, path)
        for name, path in template_names(recipe, document).items()
    }
    seed = order.seed or recipe.seed
    settings = read_settings(root / "constitution.toml")
    endpoints, prices = settings.endpoints, prices_of(settings)
    models = {model: checked(model, endpoints, ready=ready) for model in dict.fromkeys(wanted.values())}
    roles = {role: models[model][0] for role, model in wanted.items()}
    uncapped = hold_to_cap(order, roles.values(), prices, root)
    every, ignored = read_prompts(order.prompts, candidate_origin=order.candidate_origin)
    prompts = every[: order.limit][: order.max_candidates]
    rulings = read_rulings(rulings_of(order.rulings, root)).about(prompt.id for prompt in prompts)
    stage = compile_recipe(
        recipe,
        document,
        constitution=shelved.constitution,
        roles=roles,
        templates=templates,
        seed=seed,
        untaken=dict(models.values()),
        rulings=rulings,
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
        rulings=rulings,
        lock={**lock_of(recipe, document, seed, templates), "engine": ENGINE},
        notes=(*shelved.notes, *uncapped, *_notes(roles, ignored), *stale_notes(rulings, shelved.constitution)),
    )


def checked(model: str, endpoints: Mapping[str, Endpoint], *, ready: bool) -> tuple[str, frozenset[str]]:
    """The model's full name, pinned where the same name may come to mean another, and what it does not take.

    Raises ``Mistake`` for a model that nobody can be asked for, and with ``ready`` ``MissingKey`` where the key is
    not there: only a run needs it.
    """
    provider, colon, name = model.partition(":")
    if not colon or not name:
        raise Mistake(f"{model!r} is no model", remedy="write provider:model, for example anthropic:NAME")
    try:
        found = opened(provider, endpoints)
    except NotFound as error:
        known = f"{error.remedy}; other servers are named in constitution.toml"
        raise Mistake(f"{model!r}: {error.what}", remedy=known) from error
    found.check(name)
    if ready:
        found.ready()
    return f"{provider}:{found.pinned(name)}", found.untaken(name)


def read_prompts(
    given: str | Path | Sequence[str | Mapping[str, Any]], *, candidate_origin: Origin = "unknown"
) -> tuple[Sequence[Prompt], Ignored]:
    """The prompts of a file, a folder, the hub or a list of texts and rows, and the keys that were ignored.

    Answers that they bring are by ``candidate_origin`` where nothing else is said of them.
    """
    if isinstance(given, (str, Path)):
        prompts, ignored = _source(given)(Path(given))
    elif given:
        rows = ((f"prompts[{place}]", row) for place, row in enumerate(given))
        prompts, ignored = collected(rows, "prompts", remedy="give a list of texts or rows")
    else:
        raise Mistake("there are no prompts", remedy="name a file with --prompts, or give a list")
    if candidate_origin == "unknown":
        return prompts, ignored
    made = Spool(Prompt)
    made.extend(made_by(prompt, candidate_origin) for prompt in prompts)
    return made.records(), ignored


def _source(given: str | Path) -> Callable[[Path], tuple[Sequence[Prompt], Ignored]]:
    """The reader for this file ending, for a folder, or for the hub."""
    if str(given).startswith(PREFIX):
        return named("sources", SOURCES, "hub")
    path = Path(given)
    if os.path.isdir(path):  # unlike Path.is_dir, False for a name that no file system takes
        return named("sources", SOURCES, "folder")
    kind = path.suffix.lstrip(".").lower() or "none"
    try:
        return named("sources", SOURCES, {"ndjson": "jsonl"}.get(kind, kind))
    except NotFound as error:
        if not os.path.exists(path):
            raise NotFound("there is no such file or folder", where=str(path), remedy="check the path") from error
        raise BadFile(f"no source reads .{kind} files", where=str(path), remedy=error.remedy) from error


def template_of(shelf: Shelf, name: str, beside: str, document: Document, path: Place) -> Template:
    """The template of this name; raises ``BadFile`` at the line of the recipe that asks for it."""
    try:
        return shelf.template(name, beside=beside)
    except NotFound as error:
        raise document.bad(path, error.what, remedy=error.remedy) from error


def held_in(principle: str, shelved: Shelved) -> str:
    """The id of a principle, if the constitution holds it; raises ``NotFound``."""
    names = [each.id for each in shelved.constitution.principles]
    if principle not in names:
        near = difflib.get_close_matches(principle, names, 3) or names
        raise NotFound(f"{shelved.ref} holds no principle {principle!r}", remedy=f"it holds {', '.join(near)}")
    return principle


def ledger_of(order: Order, root: Path) -> Path:
    """Where this order keeps its replies."""
    named_place = order.ledger or os.environ.get("CONSTITUTION_LEDGER")
    return Path(named_place) if named_place else root / ".constitution" / "ledger.db"


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
