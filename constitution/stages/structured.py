"""Questions whose answer is JSON: checked against the schema, asked once more with the error, then a fault."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from constitution.core.asking import Asking, Reply, Request, Unanswered
from constitution.core.records import Message
from constitution.errors import OffSchema, Transient
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
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")


def read(reply: Reply, schema: dict[str, Any]) -> tuple[dict[str, Any] | None, str]:
    """The value of a reply, or None and what is wrong with it."""
    if reply.finish == "length":
        return None, "the answer was cut before its end; answer more briefly"
    try:
        # The library refuses a byte order mark before it decodes, and its words are part of the next question.
        value = json.loads(reply.text) if reply.text.startswith("\ufeff") else _STRICT.decode(reply.text)
        if _SURROGATE.search(reply.text):
            json.dumps(value, ensure_ascii=False).encode()  # half a letter has no bytes: no file could hold the trail
    except (ValueError, RecursionError) as error:
        return None, f"not JSON: {error}"
    if surely_keeps(value, schema):
        return value, ""
    from jsonschema import Draft202012Validator  # heavy, and seldom wanted

    wrong = min(Draft202012Validator(schema).iter_errors(value), key=lambda e: e.json_path, default=None)
    if wrong is not None:
        # Without the value: it is foreign text, and this sentence is part of the next question.
        return None, f"{wrong.json_path} breaks {wrong.validator}: {json.dumps(wrong.validator_value)[:300]}"
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
    found = [_looked_at(request, reply) for request, reply in zip(asked, replies, strict=True)]
    again = {place: found[place] for place in range(len(found)) if found[place].error}
    if again:
        repairs = {
            place: _again(look.request, look.reply, look.error, supposed(place)) for place, look in again.items()
        }
        for place, reply in zip(repairs, (yield tuple(repairs.values())), strict=True):
            found[place] = _looked_at(repairs[place], reply)
            if found[place].error:
                raise OffSchema(f"{repairs[place].purpose}: asked twice, and still {found[place].error}")
    return tuple(look.answer for look in found)


def ask_each(requests: Sequence[Request], supposed: Callable[[int], str]) -> Asking[tuple[Structured | None, ...]]:
    """The same of questions that do not need each other: None in the place of one that was refused for good or stayed
    off its schema.

    Raises ``Unanswered`` or ``OffSchema`` where none is left, and ``Unanswered`` where a call may succeed another time:
    what the ledger does not know of would be missing today and there tomorrow, and the rows with it.
    """
    first = yield from _those_that_come(requests)
    found = {place: _looked_at(requests[place], reply) for place, reply in first.items()}
    again = [place for place, look in found.items() if look.error]
    wrong = ""
    if again:
        repairs = [_again(found[p].request, found[p].reply, found[p].error, supposed(p)) for p in again]
        came: dict[int, Reply] = {}
        try:
            came = yield from _those_that_come(repairs)
        except Unanswered as lost:
            if len(again) == len(found) or passes(lost):
                raise
        for number, place in enumerate(again):
            look = _looked_at(repairs[number], came[number]) if number in came else None
            wrong = look.error if look and look.error else wrong
            if look is None or look.error:
                del found[place]
            else:
                found[place] = look
    if not found:
        raise OffSchema(f"{requests[0].purpose}: asked twice, and still {wrong}")
    return tuple(found[place].answer if place in found else None for place in range(len(requests)))


def _those_that_come(requests: Sequence[Request]) -> Asking[dict[int, Reply]]:
    """The replies by position; raises ``Unanswered`` where none came."""
    try:
        replies = yield tuple(requests)
    except Unanswered as lost:
        if not lost.replies or passes(lost):
            raise
        return lost.replies
    return dict(enumerate(replies))


def passes(lost: Unanswered) -> bool:
    """Whether some call failed for a reason that may be gone another time."""
    return any(isinstance(failure, Transient) for failure in lost.failures.values())


@dataclass(frozen=True, slots=True)
class _Look:
    """A reply that was read: its value, or what is wrong with it."""

    request: Request
    reply: Reply
    value: dict[str, Any] | None
    error: str

    @property
    def answer(self) -> Structured:
        return Structured(request=self.request, reply=self.reply, value=self.value)


def _looked_at(request: Request, reply: Reply) -> _Look:
    if reply.finish == "refused":
        return _Look(request, reply, None, "")
    return _Look(request, reply, *read(reply, request.json_schema or {}))
