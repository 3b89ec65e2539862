"""Another attempt after a failure that may pass: back-off with full jitter, at least as long as the provider asks."""

from __future__ import annotations

import random
from dataclasses import dataclass

from constitution.errors import Transient


@dataclass(frozen=True)
class Patience:
    """How often and how long to try one call."""

    attempts: int = 6
    first: float = 0.5
    """Upper bound of the first wait in seconds; it doubles with each attempt."""
    longest: float = 60.0
    """No wait is longer, whatever a header says."""

    def wait(self, attempt: int, failure: Transient) -> float:
        """Seconds before attempt ``attempt + 1``; jitter keeps many clients from coming back at once."""
        backoff = min(self.longest, self.first * 2.0 ** (attempt - 1)) * random.random()
        asked = failure.retry_after or 0.0
        return float(min(self.longest, max(backoff, asked + backoff * 0.1)))
