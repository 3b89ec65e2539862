"""What ends paid work early: the fields that every order shares under which models are asked."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from typing import Any

from constitution.errors import Mistake


@dataclass(frozen=True, kw_only=True)
class Caps:
    """Each holds for one run; what is kept in the ledger costs nothing again, so that a further run goes on."""

    max_cost: float | None = None
    """US dollars that may be spent; what calls in flight may cost at most is kept back for them."""
    max_calls: int | None = None
    """Calls that may go out, failed ones among them."""
    max_failures: int | None = None
    """Stop once more prompts or cases than this have failed."""
    pin_model: bool = False
    """Stop where a model of another family answers than was asked; else it is only noted."""

    def __post_init__(self) -> None:
        if self.max_cost is not None and not (math.isfinite(self.max_cost) and self.max_cost > 0):
            raise Mistake(f"max_cost is {self.max_cost:g}", remedy="it must be US dollars, more than 0")
        if self.max_calls is not None and self.max_calls < 1:
            raise Mistake(f"max_calls is {self.max_calls}", remedy="it must be 1 or more")
        if self.max_failures is not None and self.max_failures < 0:
            raise Mistake(f"max_failures is {self.max_failures}", remedy="it must be 0 or more")

    @property
    def caps(self) -> dict[str, Any]:
        """The caps by name, for an order that stands for this one."""
        return {field.name: getattr(self, field.name) for field in fields(Caps)}
