"""The endpoint: takes a request of either wire, lets happen to it what it was told to, and counts."""

from __future__ import annotations

import asyncio
import json

from aiohttp import web
from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError
from pydantic import ValidationError

from constitution.core.asking import Reply, Request
from constitution.errors import NotFound
from constitution.providers.simulator.answering import reply_to
from constitution.providers.simulator.habits import habits_of
from constitution.providers.simulator.reading import task_of
from constitution.providers.simulator.seeds import Seed
from constitution.providers.simulator.serving.behaviour import Behaviour
from constitution.providers.simulator.serving.breaking import JSON, cut, drop, invalid
from constitution.providers.simulator.serving.entrance import admitted
from constitution.providers.simulator.serving.spoiling import spoiled
from constitution.providers.simulator.serving.stats import Stats
from constitution.providers.simulator.serving.statuses import NO_MODEL, STATUSES, Status, waiting
from constitution.providers.simulator.serving.wires.wire import Wire, json_of

LONGEST_HANG = 900.0
"""Seconds after which even a hanging answer gives up."""

Ended = tuple[str, web.Response]
"""How a request ended, and what goes back."""


class Endpoint:
    """One simulated provider; what befalls an attempt hangs on the request and its number, not on the clock."""

    def __init__(self, behaviour: Behaviour) -> None:
        self.behaviour = behaviour
        self.stats = Stats()

    async def asked(self, wire: Wire, http: web.Request) -> web.Response:
        """The answer to one POST of this wire; every POST ends in exactly one outcome of the counts."""
        stats, outcome = self.stats, "unread"
        stats.arrive(wire.name)
        try:
            body = await http.read()
            # From here on a client that leaves has been billed: no provider takes an answer back.
            outcome = "left"
            outcome, response = await self._read(wire, http, body, stats)
            return response
        except web.HTTPRequestEntityTooLarge:
            outcome = "rejected"
            return _no(wire, STATUSES["413"])
        finally:
            stats.leave(outcome)

    async def _read(self, wire: Wire, http: web.Request, body: bytes, stats: Stats) -> Ended:
        if not admitted(http.headers, self.behaviour.key):
            return "rejected", _no(wire, STATUSES["401"])
        try:
            request = wire.read(json_of(body), http.headers)
            habits_of(request.model_name)
            _check_form(request)
            digest = request.digest
        except NotFound as error:
            return "rejected", _no(wire, NO_MODEL, f"model: {error.sentence}")
        except (ValueError, SchemaError, RecursionError) as error:
            return "rejected", _no(wire, STATUSES["400"], _why(error))
        return await self._attempt(wire, http, request, stats, stats.attempt(digest))

    async def _attempt(self, wire: Wire, http: web.Request, request: Request, stats: Stats, number: int) -> Ended:
        told = self.behaviour
        fault = told.faults.drawn(told.share("fault", request.digest, str(number)))
        if fault is None:
            return "whole", _sent(await self._made(wire, request, stats))
        stats.faults[fault] += 1
        form = told.share("form", request.digest, str(number))
        if fault in STATUSES:
            status = STATUSES[fault]
            return fault, _no(wire, status, headers=waiting(told.retry_after, form) if status.waits else None)
        if fault in ("cut", "invalid"):
            whole = await self._made(wire, request, stats)
            body, kind = (cut(whole, form), JSON) if fault == "cut" else invalid(form)
            return fault, _sent(body, headers={"content-type": kind})
        if fault == "hang":
            await asyncio.sleep(LONGEST_HANG)
        if isinstance(http.transport, asyncio.Transport):
            drop(http.transport, form)
        return fault, web.Response()

    async def _made(self, wire: Wire, request: Request, stats: Stats) -> bytes:
        """The whole body of the answer, after the latency."""
        reply = self._reply(request, stats)
        stats.weigh(reply.usage)
        await asyncio.sleep(self.behaviour.latency)
        return json.dumps(wire.write(reply)).encode()

    def _reply(self, request: Request, stats: Stats) -> Reply:
        """What the simulator answers in process, unless this question is one of those that go wrong."""
        reply, told = reply_to(request), self.behaviour
        # By what was said, not by the attempt or the wire: the same question goes wrong each time.
        name = Seed.of(request).name
        kind = told.content.drawn(told.share("content", name))
        if kind is None:
            return reply
        stats.content[kind] += 1
        return spoiled(kind, request, reply, told.share("spoiled", name))


def _sent(body: bytes, status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
    return web.Response(body=body, status=status, headers={"content-type": JSON, **(headers or {})})


def _no(wire: Wire, status: Status, said: str = "", *, headers: dict[str, str] | None = None) -> web.Response:
    return _sent(json.dumps(wire.fail(status, said or status.said)).encode(), status.number, headers)


def _check_form(request: Request) -> None:
    """Raises ``SchemaError`` for a schema that is none; those of our own questions are known to be good."""
    if request.json_schema is not None and task_of(request) is None:
        Draft202012Validator.check_schema(request.json_schema)


def _why(error: Exception) -> str:
    """What is wrong with a request, without its texts."""
    if isinstance(error, SchemaError):
        return f"the schema is no JSON Schema: {error.json_path}"
    if not isinstance(error, ValidationError):
        return f"the request cannot be read: {str(error)[:200] or type(error).__name__}"
    first = error.errors(include_url=False, include_input=False)[0]
    return f"{'.'.join(map(str, first['loc'])) or 'the body'}: {first['msg']}"
