"""Roads to a server: which proxy the environment names for it, if one may be used, and whose certificates count."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urlsplit
from urllib.request import getproxies, proxy_bypass

from constitution.errors import Mistake
from constitution.providers.hosts import is_loopback
from constitution.providers.keys import WITHOUT_KEY, Key

if TYPE_CHECKING:
    import ssl


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
    if (proxies.get("http") or proxies.get("all")) and not _passed_by(url):
        raise Mistake(
            "HTTP_PROXY or ALL_PROXY names a proxy, and over http the proxy would read the key",
            where=f"http://{host}",
            remedy=f"use https in base_url, or, where the network is your own, export NO_PROXY={host}",
        )
    return True


def proxy_to(base_url: str, key: Key) -> str | None:
    """The proxy that the environment names for this address; None where there is none or none may be used."""
    url = urlsplit(base_url)
    if goes_direct(base_url, key) or _passed_by(url):
        return None
    proxies = getproxies()
    proxy = proxies.get(url.scheme) or proxies.get("all")
    return f"http://{proxy}" if proxy and "://" not in proxy else proxy


def _passed_by(url: SplitResult) -> bool:
    """Whether the environment wants no proxy for this host, or for this port of it."""
    return bool(proxy_bypass(url.hostname or "") or proxy_bypass(url.netloc))


def trusted(base_url: str) -> ssl.SSLContext | bool:
    """The certificates that are believed, those that the environment names among them; of no matter over ``http``."""
    if urlsplit(base_url).scheme != "https":
        return True
    import httpx2

    return httpx2.create_ssl_context()
