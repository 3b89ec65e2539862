"""The lanes of a run: one to each model, since quotas are a model's; hosts are there or away for all their models."""

from __future__ import annotations

from constitution.engine.breaker import Breaker
from constitution.engine.lane import Lane
from constitution.engine.places import Places
from constitution.engine.retry import Patience


class Lanes:
    """Opened when first asked for; together they have at most ``most`` calls in flight."""

    def __init__(self, most: int, patience: Patience) -> None:
        self.places = Places(most)
        self._patience = patience
        self._lanes: dict[str, Lane] = {}
        self._breakers: dict[str, Breaker] = {}

    def of(self, model: str) -> Lane:
        """The lane to this ``provider:model``."""
        if model not in self._lanes:
            provider = model.partition(":")[0]
            breaker = self._breakers.setdefault(provider, Breaker(provider, self._patience))
            self._lanes[model] = Lane(breaker, self.places, self._patience)
        return self._lanes[model]

    def halt(self, why: Exception) -> None:
        """Let nobody wait any longer: who waits for a turn gets this error."""
        for lane in self._lanes.values():
            lane.halt(why)
