"""Who is let in: on either wire a key comes in a header of its own, or as a bearer's."""

from __future__ import annotations

import hmac
from collections.abc import Mapping

from constitution.providers.keys import Key


def admitted(headers: Mapping[str, str], key: Key | None) -> bool:
    """Whether the request brings the key; everybody does where none is asked for."""
    if key is None:
        return True
    scheme, _, token = headers.get("authorization", "").partition(" ")
    brought = (headers.get("x-api-key", ""), token.strip() if scheme.lower() == "bearer" else "")
    return any(hmac.compare_digest(each.encode("utf-8", "replace"), key.secret.encode()) for each in brought)
