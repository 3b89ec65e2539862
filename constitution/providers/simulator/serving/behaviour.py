"""How a simulated provider behaves: how slow it is, whom it lets in, what goes wrong and how often."""

from __future__ import annotations

import math
from dataclasses import dataclass

from constitution.core.chance import fraction
from constitution.errors import Mistake
from constitution.providers.keys import Key
from constitution.providers.simulator.serving.odds import NOTHING, Odds
from constitution.providers.simulator.serving.statuses import STATUSES

TRANSPORT: tuple[str, ...] = (*STATUSES, "drop", "cut", "invalid", "hang")
"""What may befall one attempt: an error status, or an answer that does not come whole."""
CONTENT: tuple[str, ...] = ("empty", "refusal", "off-schema")
"""What may be wrong with an answer that comes whole."""


@dataclass(frozen=True)
class Behaviour:
    """All that an endpoint is told beforehand; the defaults are a provider that never fails."""

    latency: float = 0.0
    """Seconds that an answer takes to be made."""
    seed: str = "0"
    faults: Odds = NOTHING
    content: Odds = NOTHING
    key: Key | None = None
    """Whoever does not bring it is turned away; None lets everybody in."""
    retry_after: float = 1.0
    """Seconds that a 429 asks to wait for."""

    def share(self, *names: str) -> float:
        """A number in [0, 1) that is the same for the same seed and names."""
        return fraction(self.seed, *names)


def behaviour(
    *,
    latency: float = 0.0,
    seed: str = "0",
    faults: str = "",
    content: str = "",
    key: str = "",
    retry_after: float = 1.0,
) -> Behaviour:
    """The behaviour that flags describe; raises ``Mistake`` for a name or a number that cannot be."""
    for name, seconds in (("--latency", latency), ("--retry-after", retry_after)):
        if not (math.isfinite(seconds) and 0 <= seconds <= 3600):
            raise Mistake(f"{name} is {seconds:g}", remedy="give seconds between 0 and 3600")
    return Behaviour(
        latency=latency,
        seed=seed,
        faults=Odds.told(faults, TRANSPORT, "--faults"),
        content=Odds.told(content, CONTENT, "--content"),
        key=Key(key) if key else None,
        retry_after=retry_after,
    )
