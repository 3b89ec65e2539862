"""Bodies: what a server sends back, taken up to a limit and read as strict JSON; no parser falls over any of it."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Mapping
from typing import Any

from constitution.errors import BrokenBody
from constitution.providers.failures import unreachable
from constitution.providers.keys import Key
from constitution.providers.packing import NotPacked, unpacked

LARGEST = 64 * 2**20
"""Bytes of an answer at most; the longest that any model writes is far below."""
SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")
"""An escape that stands for half a letter, whether or not the other half is there."""
ERROR = 2**20
"""Bytes of an answer that is an error; what it says of itself is far shorter."""
KEPT = 2**16
"""Bytes of an answer that cannot be read which are kept to be looked at."""


async def heard_whole(
    status: int,
    headers: Mapping[str, str],
    chunks: AsyncIterator[bytes],
    *,
    host: str,
    key: Key,
    dropped: tuple[type[Exception], ...] = (),
) -> bytes:
    """The body of an answer, unpacked and without the key; of an error's as much as came or says what is wrong.

    Raises ``BrokenBody`` for an answer that does not end, is not packed as it says, or breaks off by one of the errors
    that mean a connection ``dropped``; ``Transient`` for one that takes too long.
    """
    body = bytearray()
    try:
        async for chunk in unpacked(chunks, headers.get("content-encoding", "")):
            body += chunk
            if status >= 300 and len(body) > ERROR:
                break
            if len(body) > LARGEST:
                raise BrokenBody(
                    f"the answer has more than {LARGEST} bytes", body=key.hide(bytes(body[:KEPT])), where=host
                )
    except NotPacked as error:
        if status < 300:
            what = f"the answer is not packed as it says: {error}"
            raise BrokenBody(what, body=key.hide(error.packed[:KEPT]), where=host) from error
    except dropped as error:
        failed = unreachable(error, host=host, key=key)
        if failed.timed_out:
            raise failed from error
        if status < 300:
            what = f"the answer broke off: {failed.what}"
            raise BrokenBody(what, body=key.hide(bytes(body[:KEPT])), where=host) from error
    return key.hide(bytes(body))


def json_object(body: bytes, *, host: str) -> dict[str, Any]:
    """The JSON object that the body holds; raises ``BrokenBody`` where that is in doubt.

    A byte order mark is passed over. A key that stands twice, NaN, half a surrogate pair and bytes that are not
    UTF-8 are refused: two readers would read two things.
    """
    try:
        found = STRICT.decode(body.decode("utf-8-sig"))
        if SURROGATE.search(body):
            json.dumps(found, ensure_ascii=False).encode()  # half a letter has no bytes
    except (ValueError, RecursionError) as error:
        raise BrokenBody(f"the answer cannot be read: {error}", body=body[:KEPT], where=host) from error
    if not isinstance(found, dict):
        raise BrokenBody("the answer is no JSON object", body=body[:KEPT], where=host)
    return found


def error_in(body: bytes) -> Any:
    """What the body of an error says: its JSON value, else its text."""
    text = body.decode("utf-8", "replace").strip()
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def _no_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key stands twice")
    return found


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is not JSON")


STRICT = json.JSONDecoder(object_pairs_hook=_no_twins, parse_constant=_no_constant)
"""Made once: to make a decoder takes longer than to read a short answer."""
