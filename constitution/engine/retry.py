"""Another attempt after a failure that may pass: back-off with full jitter, at least as long as the provider asks."""

from __future__ import annotations

import random
from dataclasses import dataclass

from constitution.errors import BrokenBody, Transient


@dataclass(frozen=True)
class Patience:
    """How often and how long to try one call."""

    attempts: int = 6
    """Attempts at a call that fails, unless the provider only asks to wait."""
    broken: int = 3
    """Attempts at a call whose answers come back broken: each of them was paid for."""
    first: float = 0.5
    """Upper bound of the first wait in seconds; it doubles with each attempt."""
    longest: float = 60.0
    """No wait is longer, whatever a header says."""
    deadline: float = 1800.0
    """Seconds after which a call that is only ever asked to wait counts as failed."""
    silence: float = 600.0
    """Seconds without any success after which the provider counts as gone."""
    first_silence: float = 60.0
    """The same for one that never answered: it was most likely never there."""

    def over(self, attempt: int, broken: int, waited: float, failure: Transient) -> bool:
        """Whether this failure of attempt number ``attempt``, ``waited`` seconds after the first, is the last.

        ``broken`` answers of them were paid for; attempts that failed otherwise take none of their few. A call that
        cannot even get there is no failure of its own: the lane says when the provider counts as gone.
        """
        if waited >= self.deadline:
            return True
        if isinstance(failure, BrokenBody):
            return broken >= self.broken
        return attempt >= self.attempts and not (failure.overloaded or failure.unreachable)

    def wait(self, attempt: int, failure: Transient) -> float:
        """Seconds before attempt ``attempt + 1``; jitter keeps many clients from coming back at once."""
        backoff = min(self.longest, self.first * 2.0 ** min(attempt - 1, 30)) * random.random()
        asked = failure.retry_after or 0.0
        return float(min(self.longest, max(backoff, asked + backoff * 0.1)))
