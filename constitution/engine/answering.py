"""One call to a provider: an answer that can be kept, in time, or a failure that says why there is none."""

from __future__ import annotations

import asyncio

from constitution.core.asking import Reply, Request
from constitution.errors import BrokenBody, Transient
from constitution.providers.provider import Provider


async def answer_in_time(provider: Provider, request: Request) -> Reply:
    """The provider's answer; raises ``CallFailed``, ``Transient`` for one that does not come in the request's time."""
    try:
        async with asyncio.timeout(request.timeout):
            reply = await provider.answer(request)
    except TimeoutError as error:
        raise Transient(f"no answer within {request.timeout:g} s", maybe_paid=True, timed_out=True) from error
    try:
        reply.model_dump_json()
    except ValueError as error:  # one that cannot be kept must not take its neighbours along
        raise BrokenBody(f"the answer cannot be kept: {error}", body=repr(reply).encode()) from error
    return reply
