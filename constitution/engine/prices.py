"""What tokens cost: by constitution.toml, else by the price table of genai-prices; unknown is said, never guessed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from constitution.core.asking import Usage

FREE = ("simulator", "scripted", "command")
"""Providers that are programs, ours or the user's."""
LOCAL = ("transformers",)
"""Providers that run on this machine: nobody is paid for a call."""
LISTED = ("anthropic", "openai")
"""Providers that the table knows by our names; an endpoint is looked up by its address."""
MILLION = 1_000_000
HALF_AN_HOUR = 30 * 60
"""Seconds for which a price of the table holds: those that have their hours change on the half hour."""
LEAST = Decimal("0.0001")
"""US dollars below which an amount is not told apart."""


@dataclass(frozen=True)
class Rate:
    """US dollars a million tokens, for calls that read more than ``start`` tokens."""

    input: Decimal
    output: Decimal
    start: int = 0
    cached: Decimal | None = None
    """For input that the provider had kept from an earlier call; where nobody knows it, that costs what all does."""
    call: Decimal = Decimal(0)
    """US dollars for the call itself, whatever its length."""

    def of(self, used: Usage) -> Decimal:
        """US dollars for these tokens."""
        again = self.input if self.cached is None else self.cached
        cached = min(used.cached, used.input)  # by a gateway that counts otherwise
        tokens = (used.input - cached) * self.input + cached * again + used.output * self.output
        return self.call + tokens / MILLION


@dataclass(frozen=True)
class Price:
    """The rates of one model, by where they start; a long prompt may make the whole call dearer."""

    rates: tuple[Rate, ...]

    def of(self, used: Usage) -> Decimal:
        """US dollars of one call that took so many tokens."""
        rate = self.rates[0]
        for later in self.rates[1:]:
            rate = later if used.input > later.start else rate
        return rate.of(used)

    def most(self, read: int, written: int) -> Decimal:
        """US dollars that no call with at most so many tokens in and out passes, whichever rates it falls under."""
        rates = [rate for rate in self.rates if rate.start < read or not rate.start]
        dearest = max(max(rate.input, rate.cached or rate.input) for rate in rates)
        tokens = read * dearest + written * max(rate.output for rate in rates)
        return max(rate.call for rate in rates) + tokens / MILLION


NOTHING = Price((Rate(Decimal(0), Decimal(0)),))


@dataclass(frozen=True)
class Prices:
    """What models cost in one project."""

    given: Mapping[str, Price] = field(default_factory=dict)
    """``provider:model`` to its price as ``constitution.toml`` says it; these come first."""
    addresses: Mapping[str, str] = field(default_factory=dict)
    """Endpoint to its address, by which the table may know it."""
    _found: dict[tuple[str, int], Price | None] = field(default_factory=dict, compare=False, repr=False)

    def of(self, model: str, at: datetime | None = None) -> Price | None:
        """The price of this model, now or ``at`` another time, for some have their hours; None where it is unknown."""
        if model in self.given:
            return self.given[model]
        moment = at or datetime.now(UTC)
        named = model, int(moment.timestamp()) // HALF_AN_HOUR
        if named not in self._found:
            self._found[named] = self._look_up(model, moment)
        return self._found[named]

    def unknown(self, models: Iterable[str]) -> tuple[str, ...]:
        """Those of the models whose price nobody knows."""
        return tuple(model for model in dict.fromkeys(models) if self.of(model) is None)

    def sources(self, models: Iterable[str]) -> tuple[str, ...]:
        """Where the prices of these models come from, a phrase each; nothing for what costs nothing."""
        paid = {model for model in models if self.of(model) not in (None, NOTHING)}
        ours = "constitution.toml" if paid & self.given.keys() else ""
        return tuple(source for source in (ours, dated() if paid - self.given.keys() else "") if source)

    def _look_up(self, model: str, at: datetime) -> Price | None:
        provider, _, name = model.partition(":")
        if provider in FREE + LOCAL:
            return NOTHING
        if provider in self.addresses:
            return _listed(name, at, address=self.addresses[provider])
        return _listed(name, at, provider=provider) if provider in LISTED else None


def dollars(amount: float | Decimal) -> str:
    """US dollars as people write them, small amounts with four digits; what is more than nothing never reads as 0."""
    if 0 < amount < LEAST:
        return f"under ${LEAST}"
    return f"${amount:,.2f}" if amount >= 1 else f"${amount:.4f}"


OLD = 90
"""Days after which the newest price of the table is said to be old: models come, and prices fall."""


def dated(today: date | None = None) -> str:
    """The table's name, its version, the date of the newest price that says one, and its age where it is old."""
    import genai_prices

    day = newest()
    age = 0 if day is None else ((today or date.today()) - day).days
    told = f", newest price of {day}" if day else ""
    return f"genai-prices {genai_prices.__version__}{told}" + (f", {age} days old" if age > OLD else "")


def newest() -> date | None:
    """The date of the newest price in the table that says one."""
    from genai_prices.data import providers

    listed = (each for provider in providers for model in provider.models for each in _conditional(model.prices))
    starts = (getattr(each.constraint, "start_date", None) for each in listed)
    return max((start for start in starts if isinstance(start, date) and start <= date.today()), default=None)


def _conditional(prices: Any) -> Iterable[Any]:
    return prices if isinstance(prices, list) else ()


def _listed(name: str, at: datetime, *, provider: str = "", address: str = "") -> Price | None:
    """What the table says of a model at a provider or address; None where it says nothing, or not of both ways."""
    from genai_prices import Usage as Counted
    from genai_prices import calc_price

    one = Counted(input_tokens=1, output_tokens=1)
    try:
        if address:
            found = calc_price(one, name, provider_api_url=address, genai_request_timestamp=at).model_price
        else:
            found = calc_price(one, name, provider_id=provider, genai_request_timestamp=at).model_price
    except LookupError:
        return None
    read, written = getattr(found, "input_mtok", None), getattr(found, "output_mtok", None)
    again, call = getattr(found, "cache_read_mtok", None), getattr(found, "requests_kcount", None)
    if read is None or written is None:
        return None
    starts = sorted({0, *_starts(read), *_starts(written), *_starts(again)})
    return Price(tuple(_rate(read, written, again, call, start) for start in starts))


def _rate(read: Any, written: Any, again: Any, thousand: Any, start: int) -> Rate:
    """The rate from there on, by what the table says of tokens and of a thousand calls."""
    cached = None if again is None else _at(again, start)
    return Rate(_at(read, start), _at(written, start), start, cached, Decimal(thousand or 0) / 1000)


def _starts(price: Any) -> tuple[int, ...]:
    return tuple(tier.start for tier in getattr(price, "tiers", ()))


def _at(price: Any, start: int) -> Decimal:
    """The price of a call whose prompt is just longer than ``start``."""
    found = getattr(price, "base", price)
    for tier in sorted(getattr(price, "tiers", ()), key=lambda tier: int(tier.start)):
        found = tier.price if tier.start <= start else found
    return Decimal(found)
