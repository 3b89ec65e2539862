"""Chance is a hash: choices keyed by seed, prompt and name, so that order and workers change nothing."""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from functools import lru_cache


def keyed(seed: str, *names: str) -> str:
    """HMAC-SHA-256 of the names under the seed, as 64 hex digits.

    Each name is preceded by its length, so that ("ab", "c") and ("a", "bc") differ.
    """
    found = _begun(seed).copy()
    found.update("".join([f"{len(name)}:{name}" for name in names]).encode("utf-8"))
    return found.hexdigest()


@lru_cache(maxsize=8)
def _begun(seed: str) -> hmac.HMAC:
    """The hash with its key taken in, to be copied: half of the work for a short text, and the same for each."""
    return hmac.new(seed.encode(), digestmod="sha256")


def fraction(seed: str, *names: str) -> float:
    """A number in [0, 1) that is the same for the same seed and names."""
    return int(keyed(seed, *names)[:13], 16) / 16**13


def rendezvous(seed: str, key: str, names: Iterable[str]) -> str:
    """The name with the highest score for this key (Thaler & Ravishankar 1998).

    A new name takes over only the keys that it wins; all others keep theirs. ``names`` must not be empty.
    """
    return max(names, key=lambda name: (keyed(seed, key, name), name))
