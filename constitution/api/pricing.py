"""The prices of a project, and what is said of them: where they come from, and how to give one that is unknown."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from urllib.parse import urlsplit

from constitution.api.caps import Caps
from constitution.engine.prices import Price, Prices, Rate
from constitution.errors import Mistake
from constitution.providers.endpoints import GivenPrice, Settings, read_settings
from constitution.providers.hosts import is_loopback
from constitution.shelf import find_root


def prices_of(settings: Settings) -> Prices:
    """The prices under these settings."""
    return Prices(
        given={model: _given(price) for model, price in settings.prices.items()},
        addresses={
            name: endpoint.base_url
            for name, endpoint in settings.endpoints.items()
            if not is_loopback(urlsplit(endpoint.base_url).hostname or "")  # no table knows this machine
        },
    )


def _given(price: GivenPrice) -> Price:
    cached = None if price.cached_input is None else Decimal(str(price.cached_input))
    return Price((Rate(Decimal(str(price.input)), Decimal(str(price.output)), cached=cached),))


def prices_here() -> Prices:
    """The prices of the project around the working folder; raises ``BadFile`` where its settings cannot be read."""
    return prices_of(read_settings(find_root(Path.cwd()) / "constitution.toml"))


def unpriced(models: Iterable[str], prices: Prices, root: Path) -> str:
    """What to write where, so that these models have a price; nothing where all have one."""
    unknown = prices.unknown(models)
    tables = "; ".join(f'[prices."{model}"] with the lines input = ... and output = ...' for model in unknown)
    return f"write into {root / 'constitution.toml'}, in US dollars a million tokens: {tables}" if unknown else ""


def hold_to_cap(caps: Caps, models: Iterable[str], prices: Prices, root: Path) -> tuple[str, ...]:
    """Notes on what the cap on money counts with; raises ``Mistake`` where it would hold nothing back.

    With a cap on calls as well, a model of unknown price is held by that one.
    """
    if caps.max_cost is None:
        return ()
    asked = tuple(models)
    unknown, sources = prices.unknown(asked), " and ".join(prices.sources(asked))
    counts = (f"--max-cost counts with the prices of {sources}",) if sources else ()
    if not unknown:
        return counts
    named = ", ".join(unknown)
    if caps.max_calls is not None:
        return (*counts, f"--max-cost cannot count {named}, whose price is unknown; --max-calls {caps.max_calls} holds")
    raise Mistake(
        f"--max-cost needs prices, and that of {named} is unknown; nothing was asked",
        remedy=f"{unpriced(unknown, prices, root)}; or cap the calls instead, with --max-calls N",
    )
