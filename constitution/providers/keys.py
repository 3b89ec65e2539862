"""Keys: read from the environment, shown as stars, sent to their own host alone, struck out of what comes back."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar
from urllib.parse import quote

from constitution.errors import MissingKey

T = TypeVar("T")

SHORTEST = 8
"""Characters of a secret that is struck out; of a shorter one, such as the word ``none``, the texts would be full."""
STARS = "***"
SECRETIVE = ("KEY", "TOKEN", "SECRET", "PASSWORD")
"""Endings of the names of environment variables that are taken to hold secrets."""


@dataclass(frozen=True, repr=False)
class Key:
    """A secret that does not show itself when printed."""

    secret: str

    def __repr__(self) -> str:
        return f"Key({STARS})"

    __str__ = __repr__

    def hide(self, value: T) -> T:
        """The same text, bytes or JSON value with stars for this key; a server may send back what it was sent."""
        if len(self.secret) < SHORTEST:
            return value
        hidden: T = _hidden(value, self._spellings, self._written)
        return hidden

    def may_hide_in(self, body: bytes) -> bool:
        """Whether JSON that ``hide`` went over may yet spell the key in another way, by escapes."""
        return len(self.secret) >= SHORTEST and b"\\" in body and (b"\\u" in body or not self._is_plain)

    @cached_property
    def _spellings(self) -> tuple[str, ...]:
        """The secret, and what it looks like inside JSON and in an address."""
        escaped = json.dumps(self.secret)[1:-1]
        return tuple(dict.fromkeys((self.secret, escaped, escaped.replace("/", "\\/"), quote(self.secret, safe=""))))

    @cached_property
    def _written(self) -> tuple[tuple[bytes, bytes], ...]:
        """The same in bytes, and the stars that take their place."""
        return tuple(
            (spelling.encode(encoding), STARS.encode(encoding))
            for spelling in self._spellings
            for encoding in ("utf-8", "utf-16-le", "utf-16-be")
        )

    @cached_property
    def _is_plain(self) -> bool:
        """Whether JSON has no escape for any of its letters but the long one, ``\\u``."""
        return json.dumps(self.secret)[1:-1] == self.secret and "/" not in self.secret


WITHOUT_KEY = Key("none")
"""What is sent where an endpoint wants no key; the SDKs send something in any case."""


def key_from(variable: str) -> Key:
    """The key that this environment variable holds; raises ``MissingKey``, also for what no header can carry."""
    secret = os.environ.get(variable, "").strip()
    if not secret:
        raise MissingKey(f"{variable} is not set", remedy=f"export {variable}=..., or drop --model to rehearse")
    if not (secret.isascii() and secret.isprintable()):
        what = f"{variable} holds a line end or a letter that no key has"
        raise MissingKey(what, remedy="copy the key again, it alone and the whole of it")
    return Key(secret)


def without_secrets(text: str) -> str:
    """The text with stars for every secret that the environment holds, for what may have come from anywhere."""
    held = (value.strip() for name, value in os.environ.items() if name.upper().endswith(SECRETIVE))
    for secret in sorted(held, key=len, reverse=True):
        text = Key(secret).hide(text)
    return text


def _hidden(value: Any, secrets: Iterable[str], written: Iterable[tuple[bytes, bytes]]) -> Any:
    if isinstance(value, str):
        for secret in secrets:
            value = value.replace(secret, STARS)
        return value
    if isinstance(value, bytes):
        for secret_bytes, stars in written:
            value = value.replace(secret_bytes, stars)
        return value
    if isinstance(value, dict):
        pairs = value.items()
        return {_hidden(name, secrets, written): _hidden(each, secrets, written) for name, each in pairs}
    if isinstance(value, (list, tuple)):
        return type(value)(_hidden(each, secrets, written) for each in value)
    return value
