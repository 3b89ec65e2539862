"""What tokens cost, by the price table of genai-prices; unknown is said, never guessed."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

FREE = ("simulator", "scripted")
"""Providers that are programs of ours."""
LOCAL = ("transformers",)
"""Providers that run on this machine: nobody is paid for a call."""


def cost_of(tokens: Mapping[tuple[str, str], int]) -> float | None:
    """US dollars for (``provider:model``, ``input`` or ``output``) to tokens; None where a price is unknown."""
    total = Decimal(0)
    for model in sorted({model for model, _ in tokens}):
        price = _price(model, tokens.get((model, "input"), 0), tokens.get((model, "output"), 0))
        if price is None:
            return None
        total += price
    return float(total)


def _price(model: str, read: int, written: int) -> Decimal | None:
    provider, _, name = model.partition(":")
    if provider in FREE + LOCAL:
        return Decimal(0)
    from genai_prices import Usage, calc_price

    try:
        return calc_price(Usage(input_tokens=read, output_tokens=written), name, provider_id=provider).total_price
    except LookupError:
        return None
