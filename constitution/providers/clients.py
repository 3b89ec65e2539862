"""HTTP clients for the SDKs: over aiohttp, without redirects, and for named endpoints with our own headers alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from constitution.providers.keys import Key

if TYPE_CHECKING:
    import httpx2

ALLOWED = frozenset({
    "accept", "accept-encoding", "anthropic-version", "connection", "content-length", "content-type", "host",
    "user-agent", "x-stainless-raw-response", "x-draw",
})  # fmt: skip
"""Headers that go to a named endpoint, with the key that belongs to it; an SDK would add what its environment says."""


def http_client(make: Callable[..., Any], *, only_for: Key | None) -> httpx2.AsyncClient:
    """A client made by an SDK's class; with ``only_for``, no header but ours and that key leaves it.

    A redirect is not followed, since it could carry a key to another host.
    """
    hooks = {"request": [_cleaner(only_for)]} if only_for is not None else {}
    client: httpx2.AsyncClient = make(follow_redirects=False, event_hooks=hooks)
    return client


def _cleaner(key: Key) -> Callable[[httpx2.Request], Any]:
    async def clean(request: httpx2.Request) -> None:
        for name in list(request.headers):
            if name not in ALLOWED:
                del request.headers[name]
        request.headers["authorization"] = f"Bearer {key.secret}"
        if "anthropic-version" in request.headers:
            request.headers["x-api-key"] = key.secret  # servers of that wire look for either

    return clean
