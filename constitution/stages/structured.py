"""Questions whose answer is JSON: checked against the schema, asked once more with the error, then a fault."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from constitution.core.asking import Asking, Reply, Request
from constitution.core.records import Message
from constitution.errors import OffSchema
from constitution.stages.forms import surely_keeps


@dataclass(frozen=True, slots=True)
class Structured:
    """A structured reply; ``value`` is None only where the model refused."""

    request: Request
    reply: Reply
    value: dict[str, Any] | None


def _no_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key stands twice")
    return found


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is not JSON")


_STRICT = json.JSONDecoder(object_pairs_hook=_no_twins, parse_constant=_no_constant)
"""Made once: ``json.loads`` with the same wishes would make one for each answer."""


def read(reply: Reply, schema: dict[str, Any]) -> tuple[dict[str, Any] | None, str]:
    """The value of a reply, or None and what is wrong with it."""
    if reply.finish == "length":
        return None, "the answer was cut before its end; answer more briefly"
    try:
        # The library refuses a byte order mark before it decodes, and its words are part of the next question.
        value = json.loads(reply.text) if reply.text.startswith("\ufeff") else _STRICT.decode(reply.text)
    except (ValueError, RecursionError) as error:
        return None, f"not JSON: {error}"
    if surely_keeps(value, schema):
        return value, ""
    from jsonschema import Draft202012Validator  # heavy, and seldom wanted

    wrong = min(Draft202012Validator(schema).iter_errors(value), key=lambda e: e.json_path, default=None)
    if wrong is not None:
        return None, f"{wrong.json_path}: {wrong.message[:300]}"
    return value, ""


def _again(request: Request, reply: Reply, error: str, supposed: str) -> Request:
    """The same question with the answer and what was wrong with it."""
    repair = Message(
        role="user",
        content=f"That answer cannot be used: {error}. Answer the question again, with JSON of the given schema only.",
    )
    answer = Message(role="assistant", content=reply.text or "(empty)")
    return request.but(messages=(*request.messages, answer, repair), supposed=supposed)


def ask_structured(requests: Sequence[Request], supposed: Callable[[int], str]) -> Asking[tuple[Structured, ...]]:
    """Ask all at once; those that came back off their schema are asked once more, together.

    Raises ``OffSchema`` for the first that is still off. A dry run supposes that every first answer is, and of the
    second what ``supposed`` says of the request at that place.
    """
    asked = list(requests)
    replies = yield tuple(asked)
    answers = list(replies)
    errors: dict[int, str] = {}
    values: dict[int, dict[str, Any] | None] = {}
    for place, (request, reply) in enumerate(zip(requests, replies, strict=True)):
        if reply.finish != "refused":
            values[place], errors[place] = read(reply, request.json_schema or {})
    broken = [place for place, error in errors.items() if error]
    if broken:
        repairs = {place: _again(asked[place], answers[place], errors[place], supposed(place)) for place in broken}
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
