"""What a run would ask, before anything is asked."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from constitution.api.order import Order
from constitution.api.preparing import Prepared, prepare
from constitution.engine.budget import BYTES_A_TOKEN
from constitution.engine.plan import LEAST_ANSWER, forecast
from constitution.ledger import read_ledger


@dataclass(frozen=True, kw_only=True)
class Plan:
    """The figures of a plan; what will be asked lies between ``least`` and ``most``."""

    prompts: int
    touched: tuple[str, ...]
    """Ids of the prompts for which something must be asked, in prompt order."""
    least: int
    """Requests that are certain; with ``accept``, where every prompt makes a pair that still can."""
    most: int
    """Requests on the longest way, with every candidate drawn."""
    reused: int
    tokens: Mapping[str, int]
    """``input`` and ``output`` on the longest way, estimated."""
    cost: float | None
    """US dollars on the longest way; None where a price is unknown."""
    least_cost: float | None
    """US dollars for what is certain, with short answers; None where a price is unknown."""
    assumed: tuple[str, ...]
    """What the figures rest on, a phrase each."""
    notes: tuple[str, ...] = ()

    @property
    def rows(self) -> int:
        """How many prompts are touched."""
        return len(self.touched)

    def data(self) -> dict[str, Any]:
        """The figures as the command line's ``--json`` gives them."""
        return {
            "prompts": self.prompts,
            "rows": self.rows,
            "ask": {"min": self.least, "max": self.most},
            "reused": self.reused,
            "tokens": dict(self.tokens),
            "cost": self.cost,
            "least_cost": self.least_cost,
            "assumed": list(self.assumed),
            "touched": list(self.touched),
        }


def plan(order: Order | Prepared) -> Plan:
    """The forecast for this order; asks nothing, writes nothing and needs no key."""
    prepared = order if isinstance(order, Prepared) else prepare(order, ready=False)
    with closing(read_ledger(prepared.ledger)) as ledger:
        found = forecast(
            prepared.stage,
            prepared.prompts,
            ledger,
            accept=prepared.order.accept,
            prices=prepared.prices,
            retry_faults=prepared.order.retry_faults,
        )
    return Plan(
        prompts=found.prompts,
        touched=tuple(found.touched),
        least=found.least,
        most=found.most,
        reused=found.reused,
        tokens=found.bill.weight,
        cost=found.bill.cost,
        least_cost=found.least_bill.cost,
        assumed=(
            f"{BYTES_A_TOKEN} bytes of text a token",
            f"at least: what is certain, with answers of 1/{LEAST_ANSWER} of their limit",
            "at most: the longest way, with answers at their limit; calls that fail and are sent again come on top",
            *(f"prices of {source}" for source in prepared.prices.sources(found.bill.costs)),
        ),
        notes=prepared.notes,
    )
