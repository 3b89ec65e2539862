"""What can be sent: text that every wire carries, values that JSON has, and neither without end."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any

from constitution.errors import BadFile
from constitution.sources.text import brief

MAX_TEXT = 1_000_000
"""Characters of one text."""
MAX_DEPTH = 64
"""Levels of lists and objects in one row."""
MAX_WHOLE = 2**53 - 1
"""Readers of JSON that keep numbers as floats round what is larger, so no name can be made of it (RFC 8785)."""
_UNSENDABLE = re.compile("[\x00\ud800-\udfff]")


def sendable(value: Any, where: str, key: str = "", depth: int = 0) -> None:
    """Nothing, for text that UTF-8 and every wire can carry, at any depth.

    Raises ``BadFile`` naming the key for lone surrogates and NUL, for a text of more than a million characters, for
    keys that are no text and for what is nested too deeply.
    """
    if depth > MAX_DEPTH:
        raise BadFile("nested too deeply", where=where, remedy="flatten the row")
    if isinstance(value, str):
        _carried(value, where, key or "the row")
    elif isinstance(value, Mapping):
        for name, part in value.items():
            if not isinstance(name, str):
                raise BadFile(f"the key {brief(repr(name))} is no text", where=where, remedy="name it with a text")
            _carried(name, where, "a key")
            sendable(part, where, _inside(key, name), depth + 1)
    elif isinstance(value, (list, tuple)):
        for place, part in enumerate(value):
            sendable(part, where, f"{key}[{place}]", depth + 1)


def exact(value: Any, where: str, key: str, *, largest: float = MAX_WHOLE) -> None:
    """Nothing, for what JSON says the same to every reader, at any depth.

    Raises ``BadFile`` naming the key for NaN and infinities, for whole numbers beyond ``largest`` and for what is no
    value of JSON.
    """
    if isinstance(value, float) and not math.isfinite(value):
        raise BadFile(f"{brief(key)}: {value} is not JSON", where=where, remedy="leave it out, or write it as text")
    if isinstance(value, int) and abs(value) > largest:
        raise BadFile(
            f"{brief(key)}: a whole number beyond 2**53 is not the same to every reader of JSON",
            where=where,
            remedy="write it as text",
        )
    if value is not None and not isinstance(value, (str, int, float, list, tuple, Mapping)):
        what = f"{brief(key)}: a {type(value).__name__} is not JSON"
        raise BadFile(what, where=where, remedy="write it as text")
    if isinstance(value, Mapping):
        for name, part in value.items():
            exact(part, where, _inside(key, name), largest=largest)
    elif isinstance(value, (list, tuple)):
        for place, part in enumerate(value):
            exact(part, where, f"{key}[{place}]", largest=largest)


def _carried(text: str, where: str, called: str) -> None:
    if len(text) > MAX_TEXT:
        what = f"{brief(called)} is longer than {MAX_TEXT:,} characters"
        raise BadFile(what, where=where, remedy="shorten or split this prompt")
    found = None if text.isascii() and "\0" not in text else _UNSENDABLE.search(text)
    if found:
        name = "a NUL character" if found.group() == "\x00" else f"the lone surrogate U+{ord(found.group()):04X}"
        raise BadFile(f"{brief(called)} holds {name}", where=where, remedy="remove it from the text")


def _inside(key: str, name: str) -> str:
    return f"{key}.{name}" if key else name
