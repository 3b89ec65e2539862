"""Tool calls of a row's messages: held to what the wires take, before anything is asked.

One call is ``{"id": text, "type": "function", "function": {"name": text, "arguments": JSON text of an object}}``.
What a call leaves out is not missed here: wires differ in what they must be told.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from typing import Any

from constitution.errors import BadFile
from constitution.sources.sendable import exact, sendable
from constitution.sources.text import parsed

CALL = 'write a call as {"id": "c1", "type": "function", "function": {"name": "f", "arguments": "{}"}}'
ARGUMENTS = 'write the arguments as the text of a JSON object, as "{\\"city\\": \\"Oslo\\"}"'


def spelled_out(calls: Any) -> Any:
    """The calls with arguments that are an object, as datasets keep them, as the JSON text that wires take."""
    if not isinstance(calls, (list, tuple)):
        return calls
    return [_spelled(call) for call in calls]


def _spelled(call: Any) -> Any:
    function = call.get("function") if isinstance(call, Mapping) else None
    if not isinstance(function, Mapping) or not isinstance(function.get("arguments"), Mapping):
        return call
    text = json.dumps(function["arguments"], ensure_ascii=False, sort_keys=True)
    return {**call, "function": {**function, "arguments": text}}


def hold_calls(messages: Sequence[Any], where: str) -> None:
    """Nothing, if the tool calls of the messages can be said on a wire, and tool messages answer calls before them.

    Raises ``BadFile`` naming the key, as in ``messages[1].tool_calls[0].function``. What is no message, and no list
    of calls, is left to the schema of rows.
    """
    made: set[str] = set()
    for place, message in enumerate(messages):
        if not isinstance(message, Mapping):
            continue
        key, calls = f"messages[{place}]", message.get("tool_calls")
        if calls and message.get("role") in ("system", "user", "tool"):
            raise _bad(f"{key}.tool_calls", f"a {message['role']} message calls no tools", where, "leave them out")
        for number, call in enumerate(calls if isinstance(calls, (list, tuple)) else ()):
            if isinstance(call, Mapping):
                made.add(_held(call, f"{key}.tool_calls[{number}]", where))
        answered = message.get("tool_call_id")
        if message.get("role") == "tool" and isinstance(answered, str) and answered not in made:
            raise _bad(f"{key}.tool_call_id", "it answers no call before it", where, "give the id of that call")


def _held(call: Mapping[str, Any], key: str, where: str) -> str:
    """The id of a call that is as it should be; nothing where it has none."""
    exact(call, where, key)
    name = call.get("id")
    if name is not None and not _said(name):
        raise _bad(f"{key}.id", "must be text", where, CALL)
    if call.get("type") not in (None, "function"):
        raise _bad(f"{key}.type", "only calls of functions are read", where, CALL)
    function = call.get("function")
    if not isinstance(function, Mapping):
        raise _bad(f"{key}.function", "must be an object" if "function" in call else "is missing", where, CALL)
    if not _said(function.get("name")):
        what = "must be text" if function.get("name") is not None else "is missing"
        raise _bad(f"{key}.function.name", what, where, CALL)
    _hold_arguments(function.get("arguments"), f"{key}.function.arguments", where)
    return name or ""


def _hold_arguments(given: Any, key: str, where: str) -> None:
    """No arguments may be left out, or be said with no text at all, as models do."""
    if given is None or given == "":
        return
    if not isinstance(given, str):
        raise _bad(key, "must be text", where, ARGUMENTS)
    found = parsed(given, where, key=key, remedy=ARGUMENTS)
    if not isinstance(found, Mapping):
        raise _bad(key, "must be a JSON object", where, ARGUMENTS)
    sendable(found, where, key)
    exact(found, where, key, largest=math.inf)


def _said(value: Any) -> bool:
    return isinstance(value, str) and value.strip() != ""


def _bad(key: str, what: str, where: str, remedy: str) -> BadFile:
    return BadFile(f"{key}: {what}", where=where, remedy=remedy)
