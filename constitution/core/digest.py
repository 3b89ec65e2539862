"""Names for values: canonical JSON (RFC 8785) and SHA-256 over it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

import rfc8785
from pydantic_core import to_json

DIGEST_VERSION = 1
"""Stored with each ledger entry; goes up when the same request would get another digest."""

_MAX_INT = 2**53 - 1
_TEXT = {str}


class Spelled(dict[str, Any]):
    """A JSON object together with its canonical spelling, for what is asked again and again; nobody changes it."""

    def __init__(self, value: Mapping[str, Any], spelling: bytes) -> None:
        super().__init__(value)
        self.spelling = spelling


class Unsure(Exception):
    """The serializer may not write this value the RFC 8785 way."""


def ordered(value: Any) -> Any:
    """The value with its keys in order, such that a plain serializer writes it the RFC 8785 way.

    Raises ``Unsure`` where it might not.
    """
    kind = type(value)
    if kind is dict:
        # RFC 8785 sorts keys by UTF-16 units, Python by code points: they differ beyond U+D7FF only.
        if not _TEXT.issuperset(map(type, value)) or not ((keys := "".join(value)).isascii() or max(keys) < "\ud800"):
            raise Unsure
        # Nearly all values are texts, and a call for each would take longer than all the rest.
        return {key: item if type(item) is str else ordered(item) for key, item in sorted(value.items())}
    if kind is list or kind is tuple:
        return [item if type(item) is str else ordered(item) for item in value]
    if value is None or kind is str or kind is bool:
        return value
    if type(value) is int and -_MAX_INT <= value <= _MAX_INT:
        return value
    # Both write the shortest digits that read back, and both without an exponent in this range.
    if type(value) is float and (1e-4 <= abs(value) < 1e15) and not value.is_integer():
        return value
    raise Unsure


def canonical(value: Any) -> bytes:
    """The one RFC 8785 spelling of a JSON value, as UTF-8 bytes.

    Raises ``ValueError`` for what JSON cannot carry safely: NaN, infinities, integers of 2**53 and
    beyond, keys that are not text, lone surrogates.

    >>> canonical({"b": 1.0, "a": [None, "é"]})
    b'{"a":[null,"\\xc3\\xa9"],"b":1}'
    """
    if type(value) is Spelled:
        return value.spelling
    try:
        return to_json(value if type(value) is str else ordered(value))
    except (Unsure, ValueError):  # the serializer raises the latter for lone surrogates and for very deep values
        pass
    try:
        return rfc8785.dumps(value)
    except rfc8785.CanonicalizationError as error:
        raise ValueError(str(error)) from error


def digest(value: Any) -> str:
    """SHA-256 of the canonical form, as 64 hex digits.

    >>> digest({"a": 1})[:16]
    '015abd7f5cc57a2d'
    """
    return bytes_digest(canonical(value))


def bytes_digest(spelling: bytes) -> str:
    """SHA-256 of a canonical form that is at hand already, as 64 hex digits."""
    return hashlib.sha256(spelling).hexdigest()


def digest_each(values: Iterable[Any]) -> str:
    """The digest of the list of these values, of which one at a time is looked at.

    >>> digest_each(iter([{"a": 1}, None])) == digest([{"a": 1}, None])
    True
    """
    return digest_spelled(map(canonical, values))


def digest_spelled(spellings: Iterable[bytes]) -> str:
    """The digest of the list of the values that are spelled so."""
    found = hashlib.sha256(b"[")
    for place, spelling in enumerate(spellings):
        found.update(b"," * (place > 0) + spelling)
    found.update(b"]")
    return found.hexdigest()


def text_digest(text: str) -> str:
    """SHA-256 of the UTF-8 bytes of a text, as 64 hex digits."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def without_nothing(value: Any) -> Any:
    """Rule canon-v1: nulls, empty lists and empty objects are dropped, all the way down.

    Arrow adds nulls when it unifies structs; a hash that saw them would break on every concatenation.

    >>> without_nothing({"a": None, "b": [], "c": {"d": {}}, "e": 0})
    {'e': 0}
    """
    if type(value) is str:
        return value
    if isinstance(value, (dict, Mapping)):  # the former is seen at once, the latter would be asked long
        kept = [(key, item if type(item) is str else without_nothing(item)) for key, item in value.items()]
        return {key: item for key, item in kept if item is not None and item != [] and item != {}}
    if isinstance(value, (list, tuple)):
        return [without_nothing(item) for item in value]
    return value
