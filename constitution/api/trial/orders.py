"""What a test of principles is asked for, with all its files read; nothing is asked of anybody here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from constitution.api.caps import Caps
from constitution.api.order import Order
from constitution.api.pricing import hold_to_cap, prices_of
from constitution.api.resolving import checked, held_in, ledger_of, template_of
from constitution.core.strict_yaml import decode
from constitution.engine.prices import Prices
from constitution.errors import Mistake, NotFound
from constitution.pairing.revision_over_draft import revision_over_draft
from constitution.principles.model import Constitution
from constitution.principles.reading import read_marked
from constitution.providers.endpoints import Endpoint, read_settings
from constitution.recipe import cast, lock_of, read_recipe, template_names
from constitution.shelf import Shelf, Shelved, find_root
from constitution.stages.brief import Brief
from constitution.trials.asking import Critic
from constitution.trials.case import Trial, trials_of


@dataclass(frozen=True, kw_only=True)
class TrialOrder(Caps):
    """Everything that a test of principles depends on."""

    reference: str
    """A constitution; with ``#ID``, one principle of it."""
    only: tuple[str, ...] = ()
    """Ids of the principles to test; all, unless said here or in the reference."""
    mutate: bool = False
    """Hunt mutants as well."""
    draws: int = 3
    """How often each question is asked at first; more where the verdicts are not steady."""
    recipe: str = "revise"
    """Whose critic's question is asked."""
    model: str | None = None
    """Who is the critic, unless ``critic`` names another; without either, the recipe's, else the simulator."""
    critic: str | None = None
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
        for name in ("concurrency", "draws"):
            if getattr(self, name) < 1:
                raise Mistake(f"{name} is {getattr(self, name)}", remedy="it must be 1 or more")


@dataclass(frozen=True, kw_only=True)
class PreparedTrials:
    """An order with all its files read and its names resolved."""

    order: TrialOrder
    shelved: Shelved
    only: tuple[str, ...]
    trials: tuple[Trial, ...]
    critic: Critic
    endpoints: dict[str, Endpoint]
    prices: Prices
    ledger: Path
    notes: tuple[str, ...]

    @property
    def constitution(self) -> Constitution:
        """What is tested."""
        return self.shelved.constitution

    @property
    def model(self) -> str:
        """Who is asked."""
        return self.critic.brief.model(self.critic.role)


def prepare_trials(order: TrialOrder) -> PreparedTrials:
    """The order, ready to be held; raises ``Mistake`` and its kin for whatever is wrong with it."""
    root = find_root(Path(order.root) if order.root is not None else Path.cwd())
    shelf = Shelf(root)
    reference, _, one = order.reference.partition("#")
    shelved = shelf.constitution(reference)
    only = tuple(held_in(name, shelved) for name in dict.fromkeys((*order.only, *([one] if one else []))))
    settings = read_settings(root / "constitution.toml")
    endpoints, prices = settings.endpoints, prices_of(settings)
    critic = _critic(order, shelf, shelved, endpoints)
    uncapped = hold_to_cap(order, [critic.brief.model(critic.role)], prices, root)
    _, document = read_marked(decode(shelved.bytes, shelved.path), shelved.path)
    return PreparedTrials(
        order=order,
        shelved=shelved,
        only=only,
        trials=trials_of(shelved.constitution, document, only),
        critic=critic,
        endpoints=endpoints,
        prices=prices,
        ledger=ledger_of(Order(ledger=order.ledger), root),
        notes=(*shelved.notes, *uncapped, *_notes(critic)),
    )


def _critic(order: TrialOrder, shelf: Shelf, shelved: Shelved, endpoints: dict[str, Endpoint]) -> Critic:
    """The critic as the recipe's critique asks it; raises ``Mistake`` where the recipe has no critique."""
    text = shelf.recipe_text(order.recipe)
    recipe, document = read_recipe(text.text, text.name)
    templates = {
        name: template_of(shelf, name, text.name, document, path)
        for name, path in template_names(recipe, document).items()
    }
    seed = order.seed or recipe.seed
    stages: list[dict[str, Any]] = lock_of(recipe, document, seed, templates)["stages"]
    settings = next((stage["critique"] for stage in stages if "critique" in stage), None)
    if settings is None:
        raise Mistake(
            f"the recipe {order.recipe!r} has no stage critique", remedy="name one that holds drafts to principles"
        )
    roles, role = cast(recipe, {"author": order.model or order.critic, "critic": order.critic}), settings["role"]
    if role not in roles:
        raise NotFound(f"the recipe {order.recipe!r} asks a role {role!r}", remedy=f"known: {', '.join(roles)}")
    model, untaken = checked(roles[role], endpoints, ready=True)
    brief = Brief(
        seed=seed,
        constitution=shelved.constitution,
        roles={role: model},
        templates=templates,
        strategy=revision_over_draft,  # asked for by the brief; a trial makes no pair
        checks=(),
        untaken={model: untaken},
    )
    return Critic(
        brief=brief,
        role=role,
        template=settings["template"],
        max_tokens=settings["max_tokens"],
        draws=order.draws,
    )


def _notes(critic: Critic) -> Iterator[str]:
    if critic.brief.model(critic.role).startswith("simulator:"):
        yield (
            "rehearsal: the simulator plays the critic; what it finds says whether the cases hang together, and "
            "nothing of how a model will read the principles: name a model with --critic"
        )
