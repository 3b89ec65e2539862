"""Error statuses: what each is called on either wire, and the headers that ask a client to wait."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime


@dataclass(frozen=True)
class Status:
    """An answer that is none."""

    number: int
    messages: str
    """Its type on the Messages wire."""
    chat: str
    """Its type on the chat-completions wire."""
    code: str | None
    """Its code there."""
    said: str
    waits: bool = False
    """Whether it tells when to come back."""


STATUSES: dict[str, Status] = {
    "400": Status(400, "invalid_request_error", "invalid_request_error", None, "This request is called malformed."),
    "401": Status(401, "authentication_error", "invalid_request_error", "invalid_api_key", "This key opens nothing."),
    "402": Status(402, "billing_error", "billing_error", None, "There is no valid means of payment."),
    "403": Status(403, "permission_error", "permission_error", None, "This key may not do that."),
    "404": Status(404, "not_found_error", "invalid_request_error", None, "There is nothing at this address."),
    "413": Status(413, "request_too_large", "request_too_large", None, "The request is too large."),
    "422": Status(422, "invalid_request_error", "invalid_request_error", None, "The request cannot be followed."),
    "429": Status(429, "rate_limit_error", "requests", "rate_limit_exceeded", "Too many requests at a time.", True),
    "429-bare": Status(429, "rate_limit_error", "requests", "rate_limit_exceeded", "Too many requests at a time."),
    "500": Status(500, "api_error", "server_error", None, "Something broke on our side."),
    "502": Status(502, "api_error", "server_error", None, "Nobody answers behind the gateway."),
    "503": Status(503, "api_error", "server_error", None, "Not available at the moment."),
    "504": Status(504, "timeout_error", "server_error", None, "Nobody answered the gateway in time."),
    "529": Status(529, "overloaded_error", "overloaded_error", None, "Overloaded."),
    "spent": Status(
        429, "enforced_spend_limit_reached", "insufficient_quota", "insufficient_quota", "The spend limit is reached."
    ),
}
"""By the name that they go by as a fault; ``spent`` looks like a rate limit and is none."""

NO_MODEL = Status(404, "not_found_error", "invalid_request_error", "model_not_found", "There is no such model.")


def _as_date(seconds: float) -> dict[str, str]:
    # A date has no fractions: rounded up, so that nobody is asked back too early.
    when = math.ceil(datetime.now(UTC).timestamp() + seconds)
    return {"retry-after": format_datetime(datetime.fromtimestamp(when, UTC), usegmt=True)}


_FORMS: tuple[Callable[[float], dict[str, str]], ...] = (
    lambda seconds: {"retry-after": f"{seconds:g}"},
    lambda seconds: {"retry-after-ms": f"{seconds * 1000:.0f}"},
    _as_date,
)


def waiting(seconds: float, share: float) -> dict[str, str]:
    """The header that asks to wait, in one of its three forms; ``share`` in [0, 1) says which."""
    return _FORMS[int(share * len(_FORMS))](seconds)
