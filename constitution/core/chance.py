"""Chance is a hash: choices keyed by seed, prompt and name, so that order and workers change nothing."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable


def keyed(seed: str, *names: str) -> str:
    """HMAC-SHA-256 of the names under the seed, as 64 hex digits.

    Each name is preceded by its length, so that ("ab", "c") and ("a", "bc") differ.
    """
    text = "".join(f"{len(name)}:{name}" for name in names)
    return hmac.new(seed.encode(), text.encode("utf-8"), hashlib.sha256).hexdigest()


def fraction(seed: str, *names: str) -> float:
    """A number in [0, 1) that is the same for the same seed and names."""
    return int(keyed(seed, *names)[:13], 16) / 16**13


def rendezvous(seed: str, key: str, names: Iterable[str]) -> str:
    """The name with the highest score for this key (Thaler & Ravishankar 1998).

    A new name takes over only the keys that it wins; all others keep theirs. ``names`` must not be empty.
    """
    return max(names, key=lambda name: (keyed(seed, key, name), name))
