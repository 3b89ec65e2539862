"""What tokens cost: by constitution.toml, else by the price table of genai-prices; unknown is said, never guessed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

FREE = ("simulator", "scripted")
"""Providers that are programs of ours."""
LOCAL = ("transformers",)
"""Providers that run on this machine: nobody is paid for a call."""
LISTED = ("anthropic", "openai")
"""Providers that the table knows by our names; an endpoint is looked up by its address."""
MILLION = 1_000_000


@dataclass(frozen=True)
class Rate:
    """US dollars a million tokens, for calls that read more than ``start`` tokens."""

    input: Decimal
    output: Decimal
    start: int = 0


@dataclass(frozen=True)
class Price:
    """The rates of one model, by where they start; a long prompt may make the whole call dearer."""

    rates: tuple[Rate, ...]

    def of(self, read: int, written: int) -> Decimal:
        """US dollars of one call with so many tokens in and out."""
        rate = self.rates[0]
        for dearer in self.rates[1:]:
            rate = dearer if read > dearer.start else rate
        return (read * rate.input + written * rate.output) / MILLION

    def in_all(self, read: int, written: int) -> Decimal:
        """US dollars of many calls, none of them so long that it was dearer."""
        return (read * self.rates[0].input + written * self.rates[0].output) / MILLION


NOTHING = Price((Rate(Decimal(0), Decimal(0)),))


@dataclass(frozen=True)
class Prices:
    """What models cost in one project."""

    given: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    """``provider:model`` to US dollars a million tokens, in and out, as ``constitution.toml`` says; they come first."""
    addresses: Mapping[str, str] = field(default_factory=dict)
    """Endpoint to its address, by which the table may know it."""
    _found: dict[str, Price | None] = field(default_factory=dict, compare=False, repr=False)

    def of(self, model: str) -> Price | None:
        """The price of this model; None where it is unknown."""
        if model not in self._found:
            self._found[model] = self._look_up(model)
        return self._found[model]

    def unknown(self, models: Iterable[str]) -> tuple[str, ...]:
        """Those of the models whose price nobody knows."""
        return tuple(model for model in dict.fromkeys(models) if self.of(model) is None)

    def sources(self, models: Iterable[str]) -> tuple[str, ...]:
        """Where the prices of these models come from, a phrase each; nothing for what costs nothing."""
        paid = {model for model in models if self.of(model) not in (None, NOTHING)}
        ours = "constitution.toml" if paid & self.given.keys() else ""
        return tuple(source for source in (ours, dated() if paid - self.given.keys() else "") if source)

    def _look_up(self, model: str) -> Price | None:
        provider, _, name = model.partition(":")
        if model in self.given:
            read, written = self.given[model]
            return Price((Rate(Decimal(str(read)), Decimal(str(written))),))
        if provider in FREE + LOCAL:
            return NOTHING
        if provider in self.addresses:
            return _listed(name, address=self.addresses[provider])
        return _listed(name, provider=provider) if provider in LISTED else None


def cost_of(tokens: Mapping[tuple[str, str], int], prices: Prices | None = None) -> float | None:
    """US dollars for (``provider:model``, ``input`` or ``output``) to tokens; None where a price is unknown."""
    known, total = prices or Prices(), Decimal(0)
    for model in sorted({model for model, _ in tokens}):
        price = known.of(model)
        if price is None:
            return None
        total += price.in_all(tokens.get((model, "input"), 0), tokens.get((model, "output"), 0))
    return float(total)


def dollars(amount: float | Decimal) -> str:
    """US dollars as people write them, small amounts with four digits."""
    return f"${amount:,.2f}" if amount >= 1 else f"${amount:.4f}"


def dated() -> str:
    """The table's name and version, and the date of the newest price in it that says its date."""
    import genai_prices
    from genai_prices.data import providers

    listed = (each for provider in providers for model in provider.models for each in _conditional(model.prices))
    starts = (getattr(each.constraint, "start_date", None) for each in listed)
    known = [start for start in starts if isinstance(start, date) and start <= date.today()]
    newest = f", newest price of {max(known)}" if known else ""
    return f"genai-prices {genai_prices.__version__}{newest}"


def _conditional(prices: Any) -> Iterable[Any]:
    return prices if isinstance(prices, list) else ()


def _listed(name: str, *, provider: str = "", address: str = "") -> Price | None:
    """What the table says of a model at a provider or address; None where it says nothing, or not of both ways."""
    from genai_prices import Usage, calc_price

    one = Usage(input_tokens=1, output_tokens=1)
    try:
        if address:
            found = calc_price(one, name, provider_api_url=address).model_price
        else:
            found = calc_price(one, name, provider_id=provider).model_price
    except LookupError:
        return None
    read, written = getattr(found, "input_mtok", None), getattr(found, "output_mtok", None)
    if read is None or written is None:
        return None
    starts = sorted({0, *_starts(read), *_starts(written)})
    return Price(tuple(Rate(_at(read, start), _at(written, start), start) for start in starts))


def _starts(price: Any) -> tuple[int, ...]:
    return tuple(tier.start for tier in getattr(price, "tiers", ()))


def _at(price: Any, start: int) -> Decimal:
    """The price of a call whose prompt is just longer than ``start``."""
    found = getattr(price, "base", price)
    for tier in sorted(getattr(price, "tiers", ()), key=lambda tier: int(tier.start)):
        found = tier.price if tier.start <= start else found
    return Decimal(found)
