"""The prices of a project, and what is said of them: where they come from, and how to give one that is unknown."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from constitution.api.order import Order
from constitution.engine.caller import Caller
from constitution.engine.prices import FREE, Prices, cost_of
from constitution.errors import Mistake
from constitution.providers.endpoints import Settings, read_settings
from constitution.shelf import find_root


def prices_of(settings: Settings) -> Prices:
    """The prices under these settings."""
    return Prices(
        given={model: (price.input, price.output) for model, price in settings.prices.items()},
        addresses={name: endpoint.base_url for name, endpoint in settings.endpoints.items()},
    )


def prices_here() -> Prices:
    """The prices of the project around the working folder; raises ``BadFile`` where its settings cannot be read."""
    return prices_of(read_settings(find_root(Path.cwd()) / "constitution.toml"))


def unpriced(models: Iterable[str], prices: Prices, root: Path) -> str:
    """What to write where, so that these models have a price; nothing where all have one."""
    unknown = prices.unknown(models)
    tables = "; ".join(f'[prices."{model}"] with the lines input = ... and output = ...' for model in unknown)
    return f"write into {root / 'constitution.toml'}, in US dollars a million tokens: {tables}" if unknown else ""


def hold_to_cap(order: Order, models: Iterable[str], prices: Prices, root: Path) -> tuple[str, ...]:
    """Notes on what the cap on money cannot count; raises ``Mistake`` where it would hold nothing back.

    With a cap on calls as well, a model of unknown price is held by that one.
    """
    unknown = () if order.max_cost is None else prices.unknown(models)
    if not unknown:
        return ()
    named = ", ".join(unknown)
    if order.max_calls is not None:
        return (f"--max-cost cannot count {named}, whose price is unknown; --max-calls {order.max_calls} holds",)
    raise Mistake(
        f"--max-cost needs prices, and that of {named} is unknown; nothing was asked",
        remedy=f"{unpriced(unknown, prices, root)}; or cap the calls instead, with --max-calls N",
    )


def bought(caller: Caller, prices: Prices) -> float | None:
    """US dollars for the replies that were bought; None where a price or a count of tokens is unknown."""
    uncounted = any(number and model.partition(":")[0] not in FREE for model, number in caller.uncounted.items())
    return None if uncounted else cost_of(caller.usage, prices)
