"""What a qualification is asked for, with all its files read; nothing is asked of anybody here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from constitution.api.caps import Caps
from constitution.api.order import Order
from constitution.api.pricing import hold_to_cap, prices_of
from constitution.api.qualifying.labelled import Labelled, LabelledFile, read_labelled
from constitution.api.resolving import checked, ledger_of, template_of
from constitution.core.asking import Stage
from constitution.core.judgement import Claim, Question
from constitution.core.qualities import Quality
from constitution.core.templates import Template
from constitution.engine.prices import Prices
from constitution.errors import Mistake
from constitution.providers.endpoints import Endpoint, read_settings
from constitution.recipe import Recipe, lock_of, read_recipe, template_names
from constitution.shelf import Shelf, Shelved, find_root
from constitution.stages.brief import Brief
from constitution.stages.judge import judge


@dataclass(frozen=True, kw_only=True)
class QualifyOrder(Caps):
    """Everything that a qualification depends on."""

    model: str
    """The judge."""
    on: str | Path
    """File of labelled pairs, or a dataset folder whose pairs people ruled on."""
    principles: str | None = None
    """What to judge by; without it, the recipe's constitution."""
    question: Question = "principles"
    """Whose answer the label is held to."""
    recipe: str = "label"
    """Whose stage ``judge`` asks, with its settings."""
    votes: int | None = None
    """Draws an order; without it, the recipe's."""
    logprobs: bool = False
    """Ask for the judge's own probabilities as well."""
    require: Mapping[Quality, float] = field(default_factory=dict)
    limit: int | None = None
    """No more than so many pairs, from the first on."""
    ledger: str | Path | None = None
    """Without one: ``CONSTITUTION_LEDGER``, else ``<root>/.constitution/ledger.db``."""
    concurrency: int = 16
    """Calls in flight at most."""
    seed: str | None = None
    """Without one, the recipe's."""
    root: str | Path | None = None
    """The project; without one, the nearest parent with ``constitution.toml``, else the working folder."""

    def __post_init__(self) -> None:
        super().__post_init__()
        for name in ("concurrency", "votes", "limit"):
            number = getattr(self, name)
            if number is not None and number < 1:
                raise Mistake(f"{name} is {number}", remedy="it must be 1 or more")


@dataclass(frozen=True, kw_only=True)
class PreparedQualification:
    """An order with all its files read and its names resolved."""

    order: QualifyOrder
    root: Path
    model: str
    """As it is pinned."""
    shelved: Shelved
    labelled: LabelledFile
    stage: Stage
    """The judge of the recipe, alone."""
    setting: Mapping[str, Any]
    """How it asks, as the record of the qualification has it."""
    endpoints: dict[str, Endpoint]
    prices: Prices
    ledger: Path
    notes: tuple[str, ...]

    @property
    def pairs(self) -> tuple[Labelled, ...]:
        """Those that will be judged."""
        return self.labelled.pairs[: self.order.limit]


def prepare_qualification(order: QualifyOrder) -> PreparedQualification:
    """The order, ready to be held; raises ``Mistake`` and its kin for whatever is wrong with it."""
    root = find_root(Path(order.root) if order.root is not None else Path.cwd())
    shelf = Shelf(root)
    recipe, templates, lock = _recipe(order, shelf)
    shelved = shelf.constitution(order.principles or recipe.constitution)
    settings = _settings(order, lock)
    read = read_settings(root / "constitution.toml")
    model, untaken = checked(order.model, read.endpoints, ready=True)
    prices = prices_of(read)
    uncapped = hold_to_cap(order, [model], prices, root)
    labelled = read_labelled(Path(order.on), root)
    brief = Brief(
        seed=lock["seed"],
        constitution=shelved.constitution,
        roles={"judge": model},
        templates=templates,
        strategy=lambda _: Claim(strategy="qualify", rejected=0, chosen=1, on=order.question, either=True),
        checks=(),
        untaken={model: untaken},
    )
    return PreparedQualification(
        order=order,
        root=root,
        model=model,
        shelved=shelved,
        labelled=labelled,
        stage=judge(brief, **settings),
        setting=_setting(order, settings, shelved, templates),
        endpoints=read.endpoints,
        prices=prices,
        ledger=ledger_of(Order(ledger=order.ledger), root),
        notes=(*shelved.notes, *uncapped, *labelled.notes, *_notes(model)),
    )


def _recipe(order: QualifyOrder, shelf: Shelf) -> tuple[Recipe, dict[str, Template], dict[str, Any]]:
    """The recipe with its templates, and its lock."""
    found = shelf.recipe_text(order.recipe)
    recipe, document = read_recipe(found.text, found.name)
    names = template_names(recipe, document)
    templates = {name: template_of(shelf, name, found.name, document, path) for name, path in names.items()}
    return recipe, templates, lock_of(recipe, document, order.seed or recipe.seed, templates)


def _settings(order: QualifyOrder, lock: Mapping[str, Any]) -> dict[str, Any]:
    """The settings of the recipe's judge, for one judge alone that is asked about all that is in scope.

    Raises ``Mistake`` where the recipe has no judge.
    """
    stages: list[dict[str, Any]] = lock["stages"]
    found = next((stage["judge"] for stage in stages if "judge" in stage), None)
    if found is None:
        raise Mistake(f"the recipe {order.recipe!r} has no stage judge", remedy="name one that judges pairs")
    kept = {name: found[name] for name in ("template", "max_tokens", "votes", "agreement", "principles_asked")}
    kept["votes"] = order.votes or kept["votes"]
    return {**kept, "groups": "all", "panel": "never", "logprobs": order.logprobs}


def _setting(
    order: QualifyOrder, settings: Mapping[str, Any], shelved: Shelved, templates: Mapping[str, Template]
) -> dict[str, Any]:
    return {
        "template": settings["template"],
        "template_sha256": templates[settings["template"]].sha256,
        "votes": settings["votes"],
        "agreement": settings["agreement"],
        "question": order.question,
        "principles": shelved.ref,
        "principles_sha256": shelved.sha256,
    }


def _notes(model: str) -> Iterator[str]:
    if model.startswith("simulator:"):
        yield (
            "rehearsal: the simulator, a program, plays the judge; these figures say nothing of any model: name one, "
            "such as anthropic:MODEL"
        )
