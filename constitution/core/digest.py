"""Names for values: canonical JSON (RFC 8785) and SHA-256 over it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

import rfc8785

DIGEST_VERSION = 1
"""Stored with each ledger entry; goes up when the same request would get another digest."""

_MAX_INT = 2**53 - 1


def _plain(value: Any) -> bool:
    """Whether ``json.dumps`` with sorted keys already writes ``value`` the RFC 8785 way."""
    kind = type(value)
    if kind is dict:
        # RFC 8785 sorts keys by UTF-16 units, Python by code points: they differ beyond U+D7FF only.
        known_order = all(type(key) is str and (key.isascii() or max(key) < "\ud800") for key in value)
        return known_order and _all_plain(value.values())
    if kind is list or kind is tuple:
        return _all_plain(value)
    if type(value) is int:
        return -_MAX_INT <= value <= _MAX_INT
    if type(value) is float:
        # Both write the shortest digits that read back, and both without an exponent in this range.
        return (1e-4 <= value < 1e15 or -1e15 < value <= -1e-4) and not value.is_integer()
    return value is None or kind is str or kind is bool


def _all_plain(values: Iterable[Any]) -> bool:
    for value in values:
        if type(value) is str:
            continue  # nearly all are, and a call for each would take longer than all the rest
        if not _plain(value):
            return False
    return True


def canonical(value: Any) -> bytes:
    """The one RFC 8785 spelling of a JSON value, as UTF-8 bytes.

    Raises ``ValueError`` for what JSON cannot carry safely: NaN, infinities, integers of 2**53 and
    beyond, keys that are not text, lone surrogates.

    >>> canonical({"b": 1.0, "a": [None, "é"]})
    b'{"a":[null,"\\xc3\\xa9"],"b":1}'
    """
    if _plain(value):
        text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), check_circular=False)
        return text.encode("utf-8")
    try:
        return rfc8785.dumps(value)
    except rfc8785.CanonicalizationError as error:
        raise ValueError(str(error)) from error


def digest(value: Any) -> str:
    """SHA-256 of the canonical form, as 64 hex digits.

    >>> digest({"a": 1})[:16]
    '015abd7f5cc57a2d'
    """
    return hashlib.sha256(canonical(value)).hexdigest()


def text_digest(text: str) -> str:
    """SHA-256 of the UTF-8 bytes of a text, as 64 hex digits."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def without_nothing(value: Any) -> Any:
    """Rule canon-v1: nulls, empty lists and empty objects are dropped, all the way down.

    Arrow adds nulls when it unifies structs; a hash that saw them would break on every concatenation.

    >>> without_nothing({"a": None, "b": [], "c": {"d": {}}, "e": 0})
    {'e': 0}
    """
    if isinstance(value, Mapping):
        kept = ((key, without_nothing(item)) for key, item in value.items())
        return {key: item for key, item in kept if item is not None and item != [] and item != {}}
    if isinstance(value, (list, tuple)):
        return [without_nothing(item) for item in value]
    return value
