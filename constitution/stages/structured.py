"""Questions whose answer is JSON: checked against the schema, asked once more with the error, then a fault."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from jsonschema import Draft202012Validator

from constitution.core.asking import Asking, Reply, Request
from constitution.core.records import Message, Record
from constitution.errors import OffSchema
from constitution.stages.forms import surely_keeps


class Structured(Record):
    """A structured reply; ``value`` is None only where the model refused."""

    request: Request
    reply: Reply
    value: dict[str, Any] | None


def _no_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    keys = [key for key, _ in pairs]
    if len(set(keys)) < len(keys):
        raise ValueError("a key stands twice")
    return dict(pairs)


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is not JSON")


def read(reply: Reply, schema: dict[str, Any]) -> tuple[dict[str, Any] | None, str]:
    """The value of a reply, or None and what is wrong with it."""
    if reply.finish == "length":
        return None, "the answer was cut before its end; answer more briefly"
    try:
        value = json.loads(reply.text, object_pairs_hook=_no_twins, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        return None, f"not JSON: {error}"
    if surely_keeps(value, schema):
        return value, ""
    wrong = min(Draft202012Validator(schema).iter_errors(value), key=lambda e: e.json_path, default=None)
    if wrong is not None:
        return None, f"{wrong.json_path}: {wrong.message[:300]}"
    return value, ""


def _again(request: Request, reply: Reply, error: str) -> Request:
    """The same question with the answer and what was wrong with it."""
    repair = Message(
        role="user",
        content=f"That answer cannot be used: {error}. Answer the question again, with JSON of the given schema only.",
    )
    answer = Message(role="assistant", content=reply.text or "(empty)")
    return request.but(messages=(*request.messages, answer, repair))


def ask_structured(requests: Sequence[Request]) -> Asking[tuple[Structured, ...]]:
    """Ask all at once; those that came back off their schema are asked once more, together.

    Raises ``OffSchema`` for the first that is still off. A dry run supposes that every first answer is.
    """
    replies = yield tuple(request.but(supposed="") for request in requests)
    asked = list(requests)
    answers = list(replies)
    errors: dict[int, str] = {}
    values: dict[int, dict[str, Any] | None] = {}
    for place, (request, reply) in enumerate(zip(requests, replies, strict=True)):
        if reply.finish != "refused":
            values[place], errors[place] = read(reply, request.json_schema or {})
    broken = [place for place, error in errors.items() if error]
    if broken:
        repairs = {place: _again(asked[place], answers[place], errors[place]) for place in broken}
        for place, reply in zip(broken, (yield tuple(repairs.values())), strict=True):
            asked[place], answers[place] = repairs[place], reply
            if reply.finish == "refused":
                values[place] = None
                continue
            values[place], error = read(reply, repairs[place].json_schema or {})
            if error:
                raise OffSchema(f"{repairs[place].purpose}: asked twice, and still {error}")
    return tuple(
        Structured(request=request, reply=reply, value=values.get(place))
        for place, (request, reply) in enumerate(zip(asked, answers, strict=True))
    )
