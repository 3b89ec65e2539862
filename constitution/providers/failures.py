"""What a status or a broken connection means: another attempt, a request set aside, or the end of the run."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from constitution.core.asking import Reply, Request
from constitution.errors import BrokenBody, ConstitutionError, ProviderGone, Quarantined, Transient
from constitution.providers.keys import Key
from constitution.providers.redirects import redirected

SPENT = ("enforced_spend_limit_reached", "insufficient_quota", "credit_balance_exhausted", "billing_hard_limit_reached")
"""Error types that look like a rate limit and are none: no waiting helps."""
NO_CREDIT = "credit balance"
"""Words of a 400 that has nothing to do with the request."""
NO_MODEL = ("model_not_found",)
BETWEEN = frozenset({408, 502, 504, 520, 524})
"""Statuses of a gateway that had passed the call on, or may have, and heard nothing it could use.

The model may have answered, and been paid for it. Not so 500, where the provider itself says that there is no answer
and sends no bill for one; nor 503 and 529, where the call was turned away at the door for want of room.
"""

WHILE_WRITING = "Cannot write to closing transport"
"""What aiohttp says where it could not write; where it had written all, it says something else."""
LATE = frozenset({408, 504, 524})
"""Statuses that say that it took too long."""


def failure(
    status: int, headers: Mapping[str, str], body: Any, *, host: str, key: Key, came_as: int = 0
) -> ConstitutionError:
    """The error of ours for an answer that is none; whatever it says, the key is not in it.

    ``came_as`` is the status that it had on the wire where it says another inside.
    """
    if 300 <= status < 400:
        return redirected(status, headers, host=host, key=key)
    kind, said = _said(key.hide(body))  # before anything is cut short: half a key is no better
    what = f"{status}{f' {kind}' if kind and kind != str(status) else ''}: {said or 'no reason given'}"
    if came_as:
        what = f"{came_as} with an error inside, taken for {what}"
    if kind in SPENT or status == 402 or (status == 400 and NO_CREDIT in said.lower()):
        return ProviderGone(what, where=host, remedy="raise the limit or add credit at the provider")
    if status in (401, 403):
        return ProviderGone(what, where=host, remedy="check the key and what it may use")
    if status == 404 and (kind in NO_MODEL or "model" in said.lower()):
        return ProviderGone(what, where=host, remedy="check the model's name")
    if status in (408, 409, 429) or status >= 500:
        return Transient(
            what,
            where=host,
            retry_after=retry_after(headers),
            overloaded=status in (429, 503, 529),
            maybe_paid=status in BETWEEN,
            timed_out=status in LATE,
        )
    return Quarantined(what, where=host)


def unreachable(error: Exception, *, host: str, key: Key) -> Transient:
    """No connection, or one that broke; its words may be the server's.

    The innermost error of aiohttp tells: the SDKs' transports call a connection that was dropped a failed one too.
    """
    from aiohttp import ClientConnectionResetError, ClientConnectorError, ClientError, ConnectionTimeoutError

    chain = list(_chain(error))
    cause = next((each for each in reversed(chain) if isinstance(each, ClientError)), error)
    # No connection came about: else the call may have been read, and paid for.
    never_sent = isinstance(cause, ClientConnectorError | ConnectionTimeoutError)
    nothing = "no connection" if never_sent else "no answer"
    said = f"{type(cause).__name__}: {key.hide(str(cause))[:200] or nothing}"
    # The server had hung up a connection that was kept, and the question was never sent whole.
    cut_short = isinstance(cause, ClientConnectionResetError) and WHILE_WRITING in str(cause)
    paid, timed_out = not (never_sent or cut_short), not never_sent and any(isinstance(e, TimeoutError) for e in chain)
    return Transient(said, where=host, maybe_paid=paid, unreachable=never_sent, timed_out=timed_out)


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """The error and what led to it, the first cause last."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def understood(read: Callable[[dict[str, Any], str], Reply], body: dict[str, Any], host: str) -> Reply:
    """The reply that ``read`` makes of the body; raises ``BrokenBody`` where its shape is not what a wire promises."""
    try:
        return read(body, host)
    except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
        raise BrokenBody(f"the answer has another shape: {error}", body=repr(body).encode(), where=host) from error


def spoken(said: Callable[[Request], bytes], request: Request, host: str) -> bytes:
    """The request in the words of a wire; raises ``Quarantined`` for one that the wire has no words for."""
    try:
        return said(request)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise Quarantined(f"this wire cannot say it: {error}", where=host) from error


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds that the provider asks us to wait: ``retry-after-ms``, else ``retry-after`` in seconds or as a date.

    None where there is no such header or none that can be read; a time that has passed is 0.
    """
    for name, scale in (("retry-after-ms", 1000.0), ("retry-after", 1.0)):
        given = headers.get(name)
        if given is None:
            continue
        seconds = _number(given)
        seconds = seconds / scale if seconds is not None else _until(given)
        if seconds is not None:
            return max(0.0, seconds)
    return None


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return None if math.isnan(number) else number


def _until(date: str) -> float | None:
    """Seconds from now to an HTTP date."""
    try:
        when = parsedate_to_datetime(date)
        return (when.replace(tzinfo=when.tzinfo or UTC) - datetime.now(UTC)).total_seconds()
    except (ValueError, OverflowError, TypeError):
        return None


def names_in(body: Any) -> tuple[str, ...]:
    """Every name that the error gives itself, in words or in digits: its code, its type, its status."""
    inner = _inner(body)
    given = (inner.get(field) for field in ("code", "type", "status", "error_type")) if inner is not None else ()
    return tuple(str(name) for name in given if isinstance(name, str | int) and not isinstance(name, bool))


def _said(body: Any) -> tuple[str, str]:
    """The error's type and message, wherever the wire put them."""
    inner = _inner(body)
    if inner is None:
        return "", str((body.get("error") if isinstance(body, Mapping) else body) or "")[:300]
    kind = inner.get("code") if isinstance(inner.get("code"), str) else inner.get("type")
    return str(kind or ""), str(inner.get("message") or inner.get("detail") or "")[:300]


def _inner(body: Any) -> Mapping[str, Any] | None:
    """The error itself; None where it is plain words."""
    inner = (body.get("error") or body) if isinstance(body, Mapping) else body
    return inner if isinstance(inner, Mapping) else None
