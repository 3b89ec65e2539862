"""What the names in an order stand for: models, templates, principles, and where replies are kept."""

from __future__ import annotations

import difflib
import os
from collections.abc import Mapping
from pathlib import Path

from constitution.api.order import Order
from constitution.core.places import Document
from constitution.core.places import Path as Place
from constitution.core.templates import Template
from constitution.errors import Mistake, NotFound
from constitution.providers.endpoints import Endpoint, opened
from constitution.shelf import Shelf, Shelved


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
