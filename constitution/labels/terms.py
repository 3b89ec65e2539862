"""Terms: under which conditions a model's provider gives out what the model writes."""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatchcase
from typing import Annotated

from pydantic import Field

from constitution.core.records import Record
from constitution.labels.spec import Restriction


class Terms(Record):
    """One provider's conditions."""

    id: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
    """By what a row names them; also the name of a file."""
    models: tuple[str, ...]
    """Patterns of ``provider:model`` that they hold for; ``*`` stands for anything. A text that a row brought along
    has a model and no provider."""
    url: str = ""
    restrictions: tuple[Restriction, ...] = ()
    retrieved: str = ""
    """On which day somebody read them, ``YYYY-MM-DD``; nothing where that was not noted."""
    sha256: str = ""
    """Hash of their text, where the project keeps it."""
    file: Annotated[str, Field(pattern=r"^(provenance/terms/[A-Za-z0-9][A-Za-z0-9._-]{0,68})?$")] = ""
    """Where that text stands in a dataset folder."""


SHIPPED: tuple[Terms, ...] = (
    Terms(
        id="anthropic-commercial",
        models=("anthropic:*",),
        url="https://www.anthropic.com/legal/commercial-terms",
        restrictions=("no-competing-models",),
    ),
    Terms(
        id="openai-services",
        models=("openai:*",),
        url="https://openai.com/policies/services-agreement/",
        restrictions=("no-competing-models",),
    ),
)
"""What the terms of the built-in providers are held to say; nobody has read them for this program since, so that
they carry neither a day nor a hash. ``constitution.toml`` comes before them."""


def in_order(given: Iterable[Terms], shipped: Iterable[Terms] = SHIPPED) -> tuple[Terms, ...]:
    """Those of a project, then the shipped ones that none of its own has the name of."""
    own = tuple(given)
    return (*own, *(each for each in shipped if each.id not in {mine.id for mine in own}))


def terms_of(provider: str, model: str, known: Iterable[Terms] = SHIPPED) -> Terms | None:
    """The first terms that hold for this model; None where nobody has said any."""
    name = f"{provider}:{model}"
    return next((terms for terms in known if any(fnmatchcase(name, pattern) for pattern in terms.models)), None)
