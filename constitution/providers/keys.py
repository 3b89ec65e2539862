"""Keys: read from the environment, shown as stars, sent to their own host alone."""

from __future__ import annotations

import os
from dataclasses import dataclass

from constitution.errors import MissingKey


@dataclass(frozen=True, repr=False)
class Key:
    """A secret that does not show itself when printed."""

    secret: str

    def __repr__(self) -> str:
        return "Key(***)"

    __str__ = __repr__


def key_from(variable: str) -> Key:
    """The key that this environment variable holds; raises ``MissingKey``."""
    secret = os.environ.get(variable, "").strip()
    if not secret:
        raise MissingKey(f"{variable} is not set", remedy=f"export {variable}=..., or leave --model out to rehearse")
    return Key(secret)
