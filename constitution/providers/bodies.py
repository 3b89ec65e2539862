"""Bodies: what a server sends back, taken up to a limit and read as strict JSON; no parser falls over any of it."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from typing import Any

from constitution.errors import BrokenBody
from constitution.providers.keys import Key

LARGEST = 64 * 2**20
"""Bytes of an answer at most; the longest that any model writes is far below."""
SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")
"""An escape that stands for half a letter, whether or not the other half is there."""
KEPT = 2**16
"""Bytes of an answer that cannot be read which are kept to be looked at."""


async def received(chunks: AsyncIterator[bytes], *, host: str, key: Key) -> bytes:
    """The whole body, without the key; raises ``BrokenBody`` for one that does not end."""
    body = bytearray()
    async for chunk in chunks:
        body += chunk
        if len(body) > LARGEST:
            raise BrokenBody(f"the answer has more than {LARGEST} bytes", body=key.hide(bytes(body[:KEPT])), where=host)
    return key.hide(bytes(body))


def json_object(body: bytes, *, host: str) -> dict[str, Any]:
    """The JSON object that the body holds; raises ``BrokenBody`` where that is in doubt.

    A byte order mark is passed over. A key that stands twice, NaN, half a surrogate pair and bytes that are not
    UTF-8 are refused: two readers would read two things.
    """
    try:
        found = json.loads(body.decode("utf-8-sig"), object_pairs_hook=_no_twins, parse_constant=_no_constant)
        if SURROGATE.search(body):
            json.dumps(found, ensure_ascii=False).encode()  # half a letter has no bytes
    except (ValueError, RecursionError) as error:
        raise BrokenBody(f"the answer cannot be read: {error}", body=body[:KEPT], where=host) from error
    if not isinstance(found, dict):
        raise BrokenBody("the answer is no JSON object", body=body[:KEPT], where=host)
    return found


def _no_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key stands twice")
    return found


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is not JSON")
