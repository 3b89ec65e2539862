"""A breaker: failures in a row keep further calls back, and one probe at a time finds out when it is over."""

from __future__ import annotations

from constitution.engine.retry import Patience
from constitution.errors import ProviderGone, Transient

IN_A_ROW = 8
"""Failures in a row, of all calls together, that open the breaker; more than one call alone can have."""


class Breaker:
    """Closed, open, or half open with one probe under way (Nygard, Release It!, 2007); times are a caller's clock."""

    def __init__(self, name: str, patience: Patience) -> None:
        self.is_open = False
        self.opened = 0
        """How often it has opened."""
        self.probing = False
        """Whether a probe is under way: whoever takes it says so here, and says when it has ended."""
        self.next_probe = 0.0
        """When the next probe may go."""
        self._name = name
        self._patience = patience
        self._in_a_row = 0
        self._probes = 0
        self._heard = False
        self._silent_since: float | None = None

    def lets_go(self, now: float) -> bool:
        """Whether a call may go; where the breaker is open, it is the probe."""
        return not self.is_open or (not self.probing and now >= self.next_probe)

    def answered(self) -> None:
        """A call came to an end that says that the provider is there."""
        self._heard, self._in_a_row, self._probes, self._silent_since = True, 0, 0, None
        self.is_open = False

    def failed(self, failure: Transient, now: float, *, probe: bool) -> None:
        """A call failed in a way that may pass. Raises ``ProviderGone`` once nothing has come back for too long."""
        self._in_a_row += 1
        self._heard = self._heard or failure.overloaded
        told = failure.retry_after if failure.overloaded else None
        if told is not None:
            self._silent_since = None  # it is there and says when to come back
        if self._in_a_row < IN_A_ROW:
            return
        if told is None:
            self._listen(failure, now)
        if probe or not self.is_open:
            # Calls that went out before it opened say nothing of how long to wait.
            self._probes = self._probes + 1 if self.is_open else 0
            self.opened += not self.is_open
            self.is_open = True
            pause = self._patience.first * 2.0 ** min(30, self._probes + 1) if told is None else told
            self.next_probe = now + min(self._patience.longest, pause)

    def _listen(self, failure: Transient, now: float) -> None:
        if self._silent_since is None:
            self._silent_since = now
        patience = self._patience.silence if self._heard else min(self._patience.silence, self._patience.first_silence)
        if now - self._silent_since > patience:
            raise ProviderGone(
                f"no answer for {patience:g} s; the last failure was {failure.what}",
                where=failure.where or self._name,
                remedy="check the network and the provider's status",
            )
