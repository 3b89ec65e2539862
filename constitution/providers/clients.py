"""HTTP clients for the SDKs: over aiohttp, without redirects, and for named endpoints with our own headers alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from constitution.errors import Mistake
from constitution.providers.hosts import is_loopback
from constitution.providers.keys import WITHOUT_KEY, Key

if TYPE_CHECKING:
    import httpx2

ALLOWED = frozenset({
    "accept", "accept-encoding", "anthropic-version", "connection", "content-length", "content-type", "host",
    "user-agent", "x-stainless-raw-response", "x-draw",
})  # fmt: skip
"""Headers that go to a named endpoint, with the key that belongs to it; an SDK would add what its environment says."""


def http_client(make: Callable[..., Any], *, only_for: Key | None, direct: bool = False) -> httpx2.AsyncClient:
    """A client made by an SDK's class; with ``only_for``, no header but ours and that key leaves it.

    A redirect is not followed, since it could carry a key to another host; with ``direct``, no proxy is used,
    whatever the environment names.
    """
    import httpx2

    hooks = {"request": [_cleaner(only_for)]} if only_for is not None else {}
    # The certificates that the environment names are still believed: a server on loopback may have its own.
    road = {"trust_env": False, "verify": httpx2.create_ssl_context()} if direct else {}
    client: httpx2.AsyncClient = make(follow_redirects=False, event_hooks=hooks, **road)
    return client


def goes_direct(base_url: str, key: Key) -> bool:
    """Whether no proxy may stand between: the server is on this machine, or a key would be read on the way.

    Raises ``Mistake`` where the environment names a proxy for an ``http`` address elsewhere that a key goes to.
    """
    url = urlsplit(base_url)
    host = url.hostname or ""
    if is_loopback(host):
        return True
    if url.scheme != "http" or key == WITHOUT_KEY:
        return False
    proxies = getproxies()
    if (proxies.get("http") or proxies.get("all")) and not proxy_bypass(host):
        raise Mistake(
            "HTTP_PROXY or ALL_PROXY names a proxy, and over http the proxy would read the key",
            where=f"http://{host}",
            remedy=f"use https in base_url, or, where the network is your own, export NO_PROXY={host}",
        )
    return True


def _cleaner(key: Key) -> Callable[[httpx2.Request], Any]:
    async def clean(request: httpx2.Request) -> None:
        for name in list(request.headers):
            if name not in ALLOWED:
                del request.headers[name]
        request.headers["authorization"] = f"Bearer {key.secret}"
        if "anthropic-version" in request.headers:
            request.headers["x-api-key"] = key.secret  # servers of that wire look for either

    return clean
