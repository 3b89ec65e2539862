"""Chance is a hash: choices keyed by seed, prompt and name, so that order and workers change nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import lru_cache


def keyed(seed: str, *names: str) -> str:
    """HMAC-SHA-256 of the names under the seed, as 64 hex digits.

    Each name is preceded by its length, so that ("ab", "c") and ("a", "bc") differ.
    """
    begun = _begun(seed)
    inner, outer = begun[0].copy(), begun[1].copy()
    inner.update("".join([f"{len(name)}:{name}" for name in names]).encode())
    outer.update(inner.digest())
    return outer.hexdigest()


@lru_cache(maxsize=8)
def _begun(seed: str) -> tuple[hashlib._Hash, hashlib._Hash]:
    """Both hashes of an HMAC with the key taken in (RFC 2104): half of the work for a short text, the same for each."""
    key = seed.encode()
    block = (hashlib.sha256(key).digest() if len(key) > 64 else key).ljust(64, b"\0")
    inner, outer = (hashlib.sha256(bytes(byte ^ pad for byte in block)) for pad in (0x36, 0x5C))
    return inner, outer


def fraction(seed: str, *names: str) -> float:
    """A number in [0, 1) that is the same for the same seed and names."""
    return int(keyed(seed, *names)[:13], 16) / 16**13


def rendezvous(seed: str, key: str, names: Iterable[str]) -> str:
    """The name with the highest score for this key (Thaler & Ravishankar 1998).

    A new name takes over only the keys that it wins; all others keep theirs. ``names`` must not be empty.
    """
    return max(names, key=lambda name: (keyed(seed, key, name), name))
