"""Terms: under which conditions a model's provider gives out what the model writes."""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatchcase

from constitution.core.records import Record
from constitution.labels.spec import Restriction


class Terms(Record):
    """One provider's conditions."""

    id: str
    """By what a row names them."""
    models: tuple[str, ...]
    """Patterns of ``provider:model`` that they hold for; ``*`` stands for anything."""
    url: str = ""
    restrictions: tuple[Restriction, ...] = ()
    retrieved: str = ""
    """On which day somebody read them, ``YYYY-MM-DD``; nothing where that was not noted."""
    sha256: str = ""
    """Hash of their text, where the project keeps it."""
    file: str = ""
    """Where that text stands."""


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


def terms_of(provider: str, model: str, known: Iterable[Terms] = SHIPPED) -> Terms | None:
    """The first terms that hold for this model; None where nobody has said any."""
    name = f"{provider}:{model}"
    return next((terms for terms in known if any(fnmatchcase(name, pattern) for pattern in terms.models)), None)
