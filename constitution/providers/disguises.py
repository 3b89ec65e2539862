"""Disguises: errors that a server sends with status 200, for what they are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from constitution.errors import BrokenBody, ConstitutionError, Transient
from constitution.providers.failures import failure, names_in
from constitution.providers.keys import Key

STATUS_OF: dict[str, int] = {
    "invalid_request_error": 400, "invalid_argument": 400, "context_length_exceeded": 400,
    "authentication_error": 401, "invalid_api_key": 401, "unauthenticated": 401,
    "billing_error": 402, "permission_error": 403, "permission_denied": 403,
    "not_found_error": 404, "not_found": 404, "model_not_found": 404, "request_too_large": 413,
    "rate_limit_error": 429, "rate_limit_exceeded": 429, "insufficient_quota": 429, "resource_exhausted": 429,
    "api_error": 500, "server_error": 500, "internal_server_error": 500, "internal": 500,
    "service_unavailable": 503, "unavailable": 503, "timeout_error": 504, "deadline_exceeded": 504,
    "overloaded_error": 529, "overloaded": 529,
}  # fmt: skip
"""The status that an error of this code or type has where it comes with its own."""
UNNAMED = 500
"""The status of an error that gives no name we know: another attempt may help, and there are few of them."""


def disguised(body: dict[str, Any], headers: Mapping[str, str], *, host: str, key: Key) -> ConstitutionError | None:
    """What a body without an answer means where it is an error; None where it is none.

    It is the failure that its own status would be, and as little paid for, unless the body counts tokens: then one
    that may pass is a broken answer like others that cost something.
    """
    if not (body.get("error") or body.get("object") == "error"):
        return None
    found = failure(_status(body), headers, body, host=host, key=key, came_as=200)
    if isinstance(found, Transient) and _counts_tokens(body.get("usage")):
        return BrokenBody(found.what, body=repr(body).encode(), where=host)
    return found


def _status(body: dict[str, Any]) -> int:
    """The status that the error names in digits, else the one that its code or its type stands for."""
    names = names_in(body)
    numbers = (int(name) for name in names if name.isdecimal() and len(name) == 3)
    known = (STATUS_OF[name.lower()] for name in names if name.lower() in STATUS_OF)
    return next((number for number in numbers if 400 <= number < 600), next(known, UNNAMED))


def _counts_tokens(usage: Any) -> bool:
    return isinstance(usage, Mapping) and any(isinstance(count, int) and count > 0 for count in usage.values())
