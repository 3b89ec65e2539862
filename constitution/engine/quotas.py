"""Quotas: calls are held back where a provider says that it has less left than they would take."""

from __future__ import annotations

from dataclasses import dataclass

from constitution.core.asking import Usage
from constitution.providers.allowances import Allowance, Kind

SHARE = 0.125
"""How much of an estimate of tokens a call is the last call's."""


@dataclass(frozen=True, slots=True)
class Hold:
    """One quota that may run out before it is renewed; times are a caller's clock."""

    kind: Kind
    left: float
    until: float
    """When calls may go again: at the renewal, or before it where that is too far away to be believed unasked."""
    renewed: float


class Quotas:
    """What the provider last said; at most ``most`` calls are in flight, and no hold is longer than ``longest`` s."""

    def __init__(self, most: int, longest: float) -> None:
        self._most = most
        self._longest = longest
        self._told: Allowance | None = None
        self._holds: tuple[Hold, ...] = ()
        self._a_call: dict[Kind, float] = {"requests": 1.0}
        """What a call takes of each quota, about."""
        self._asking: frozenset[Kind] = frozenset()
        """Quotas that the last call went out against, to find out whether the provider meant it."""
        self._doubted: frozenset[Kind] = frozenset()
        """Quotas that are not believed: the provider says that nothing is left, and answers all the same."""

    def spent(self, usage: Usage) -> None:
        """So much was used by one call; of no interest while the provider has named no quota."""
        if self._told is None:
            return
        self._learn("input", usage.input)
        self._learn("output", usage.output)
        self._learn("tokens", usage.input + usage.output)

    def told(self, allowance: Allowance | None, now: float) -> None:
        """The provider said this with an answer; the same as before is no news, nor is nothing."""
        if allowance is None or allowance is self._told:
            return
        self._told = allowance
        self._holds = tuple(
            Hold(quota.kind, quota.left, now + min(self._longest, quota.renewed_in), now + quota.renewed_in)
            for quota in allowance.quotas
            if quota.renewed_in > 0.0
            and quota.kind not in self._doubted
            and quota.left < self._most * self._a_call.get(quota.kind, 0.0)
            and (quota.limit is None or quota.left < quota.limit)
        )

    def free_at(self, in_flight: int, now: float) -> float:
        """When one more call may go beside so many; ``now`` or earlier where it may go at once."""
        if not self._holds:
            return now
        self._holds = tuple(hold for hold in self._holds if hold.renewed > now)
        return max((self._passes(hold, in_flight, now) for hold in self._holds), default=now)

    def goes(self, now: float) -> None:
        """A call goes out."""
        if self._holds:
            self._asking = frozenset(hold.kind for hold in self._holds if hold.until <= now < hold.renewed)

    def answered(self) -> None:
        """The call that went out against a quota was answered: where nothing is left still, that is not so."""
        if not self._asking:
            return
        still = (hold.kind for hold in self._holds if hold.left < self._a_call.get(hold.kind, 0.0))
        self._doubted |= self._asking.intersection(still)
        self._holds = tuple(hold for hold in self._holds if hold.kind not in self._doubted)
        self._asking = frozenset()

    def turned_away(self) -> None:
        """The provider had too much to do: what it says it has left is believed again."""
        self._asking = self._doubted = frozenset()

    def _learn(self, kind: Kind, tokens: int) -> None:
        known = self._a_call.get(kind, float(tokens))
        self._a_call[kind] = known + SHARE * (tokens - known)

    def _passes(self, hold: Hold, in_flight: int, now: float) -> float:
        """When the hold lets one more call go."""
        if now < hold.until:
            # What is in flight may be counted in what is left, or may not: the careful reading is that it is not.
            return now if hold.left >= (in_flight + 1) * self._a_call.get(hold.kind, 0.0) else hold.until
        return now if in_flight == 0 else hold.renewed  # one call finds out whether the provider meant it
