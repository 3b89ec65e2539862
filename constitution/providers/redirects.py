"""Redirects: an address that sends us on is the wrong one for every prompt, and nothing is sent on."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import SplitResult, urljoin, urlsplit

from constitution.errors import ProviderGone
from constitution.providers.keys import Key

_HOST = re.compile(r"[a-z0-9_.:*-]{1,253}")


def redirected(status: int, headers: Mapping[str, str], *, host: str, key: Key) -> ProviderGone:
    """The end of the run, naming where the address leads.

    Only the host is named: the rest of an address is a place for secrets, and the server wrote it.
    """
    to = _target(key.hide(headers.get("location", "")), host, key)
    return ProviderGone(
        f"{status}: this address redirects{f' to {to}' if to else ''}, and neither a prompt nor a key is sent on",
        where=host,
        remedy="name the final address in base_url",
    )


def _target(location: str, base: str, key: Key) -> str:
    """Scheme and host of the target; nothing where it cannot be read."""
    try:
        here, there = urlsplit(base), urlsplit(urljoin(base, location)) if location else None
        if there is None or there.scheme not in ("http", "https") or not _HOST.fullmatch(there.hostname or ""):
            return ""
        place = _place(there)
        # Host names come in small letters, whatever the case of a key that was written into one.
        shown = Key(key.secret.lower()).hide(place)
        return f"another path of {shown}" if place == _place(here) else shown
    except ValueError:
        return ""


def _place(url: SplitResult) -> str:
    name = f"[{url.hostname}]" if ":" in (url.hostname or "") else url.hostname
    return f"{url.scheme}://{name}{f':{url.port}' if url.port else ''}"
