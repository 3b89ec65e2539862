"""The bill: replies added up one by one, tokens and US dollars; one price that is unknown makes the sum unknown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from decimal import Decimal

from constitution.core.asking import Usage
from constitution.engine.prices import NOTHING, Prices


class Bill:
    """What replies weighed and cost.

    Each is priced by itself: a long prompt may make its whole call dearer, so tokens of many calls have no price.
    """

    def __init__(self, prices: Prices | None = None) -> None:
        self.prices = prices or Prices()
        self.tokens: Counter[tuple[str, str]] = Counter()
        """(model, kind) to tokens: ``input``, ``output``, and ``cached``, a part of the input, where there is any."""
        self.uncounted: Counter[str] = Counter()
        """Model to replies whose tokens nobody counted."""
        self._dollars: dict[str, Decimal] = {}

    def add(self, model: str, used: Usage | None, *, times: int = 1) -> None:
        """One more reply of ``provider:model``, with -1 ``times`` one less; None where nobody counted its tokens."""
        price = self.prices.of(model)
        counted = used or Usage()
        self.uncounted[model] += times * (used is None)
        self.tokens[model, "input"] += times * counted.input
        self.tokens[model, "output"] += times * counted.output
        if counted.cached:
            self.tokens[model, "cached"] += times * counted.cached
        if price is not None:
            self._dollars[model] = self._dollars.get(model, Decimal(0)) + times * price.of(counted)

    @property
    def counted(self) -> bool:
        """Whether the tokens of every reply are known."""
        return not any(self.uncounted.values())

    @property
    def weight(self) -> dict[str, int]:
        """All tokens, ``input`` and ``output``."""
        return weight_of(self.tokens)

    @property
    def costs(self) -> dict[str, float | None]:
        """Model to US dollars, in the order of their names; None where its price or a count is unknown."""
        return {model: None if each is None else float(each) for model, each in self._each().items()}

    @property
    def cost(self) -> float | None:
        """US dollars for all; None where those of a model are unknown. What is free needs no count."""
        known = [each for each in self._each().values() if each is not None]
        return float(sum(known, Decimal(0))) if len(known) == len(self.uncounted) else None

    @property
    def unknown(self) -> str:
        """Why the cost is unknown, and how to make it known; nothing where it is not."""
        models = [model for model, each in self._each().items() if each is None]
        without = [model for model in models if self.prices.of(model) is None]
        tables = ", ".join(f'[prices."{model}"]' for model in without)
        uncounted = ", ".join(model for model in models if model not in without)
        priced = f"give prices in constitution.toml: {tables}, each with input and output" if without else ""
        return "; ".join(part for part in (priced, uncounted and f"nobody counted the tokens of {uncounted}") if part)

    def _each(self) -> dict[str, Decimal | None]:
        return {model: self._of(model) for model in sorted(self.uncounted)}

    def _of(self, model: str) -> Decimal | None:
        free = self.prices.of(model) == NOTHING
        return self._dollars.get(model) if free or not self.uncounted[model] else None


def weight_of(tokens: Mapping[tuple[str, str], int]) -> dict[str, int]:
    """The tokens of all models, ``input`` and ``output``; what was cached is part of the input."""
    return {kind: sum(number for (_, each), number in tokens.items() if each == kind) for kind in ("input", "output")}
