"""Anthropic, and whoever speaks as it does: messages with structured outputs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from constitution.core.asking import Reply, Request, Usage
from constitution.core.records import Message
from constitution.errors import BrokenBody
from constitution.providers.counted import counted
from constitution.providers.keys import Key
from constitution.providers.through_sdk import Sdk
from constitution.providers.wire import Wire

VERSION = "2026-10-21"
"""Of the wire, as named endpoints are told; to its own host the SDK says its own."""
FINISH = {
    "max_tokens": "length",
    "model_context_window_exceeded": "length",
    "refusal": "refused",
    "tool_use": "tool",
    "pause_turn": "length",
}


class Anthropic(Wire):
    """Speaks the Messages wire."""

    key_variable = "ANTHROPIC_API_KEY"
    own_host = "https://api.anthropic.com"
    path = "/v1/messages"
    answer_field = "content"

    def untaken(self, model: str) -> frozenset[str]:
        """The Messages wire has no temperature, no top_p and no log-probabilities any more."""
        return frozenset({"temperature", "top_p", "logprobs"})

    def sdk(self) -> Sdk:
        """Anthropic's own."""
        import anthropic

        return Sdk(
            client=anthropic.AsyncAnthropic,
            transport=anthropic.DefaultAioHttpClient,
            stream=anthropic.AsyncStream,
            refused=anthropic.APIStatusError,
            unheard=anthropic.APIConnectionError,
        )

    def credentials(self, key: Key) -> dict[str, str]:
        """The key in both places: servers of this wire look for either."""
        return {"authorization": f"Bearer {key.secret}", "x-api-key": key.secret, "anthropic-version": VERSION}

    def written(self, request: Request) -> dict[str, Any]:
        """The body of one message."""
        return body_of(request)

    def headers(self, request: Request) -> Mapping[str, str]:
        """The draw: the wire has no seed; a model ignores this, the simulator over HTTP reads it."""
        return {"x-draw": str(request.draw)} if request.draw else {}

    def read(self, body: dict[str, Any], host: str) -> Reply:
        """The reply that a message holds."""
        return reply_of(body, host)


def body_of(request: Request) -> dict[str, Any]:
    """The body of one message."""
    system = "\n\n".join(message.content for message in request.messages if message.role == "system")
    body: dict[str, Any] = {
        "model": request.model_name,
        "messages": [_message(message) for message in request.messages if message.role != "system"],
        "max_tokens": request.max_tokens,
    }
    if system:
        body["system"] = system
    if request.json_schema is not None:
        body["output_config"] = {"format": {"type": "json_schema", "schema": request.json_schema}}
    tools = [_tool(tool) for tool in request.tools] or _used(request)
    if tools:
        body["tools"] = tools
    if request.stop:
        body["stop_sequences"] = list(request.stop)
    return body


def _message(message: Message) -> dict[str, Any]:
    """A message in blocks; tool results belong to the user there."""
    if message.role == "tool":
        result = {"type": "tool_result", "tool_use_id": message.tool_call_id or "", "content": message.content}
        return {"role": "user", "content": [result]}
    if message.tool_calls:
        blocks = [{"type": "text", "text": message.content}] if message.content else []
        return {"role": "assistant", "content": [*blocks, *(_call(call) for call in message.tool_calls)]}
    return {"role": message.role, "content": message.content}


def _call(call: dict[str, Any]) -> dict[str, Any]:
    function = call.get("function", {})
    given = function.get("arguments") or "{}"
    return {
        "type": "tool_use",
        "id": call.get("id", ""),
        "name": function.get("name", ""),
        "input": json.loads(given) if isinstance(given, str) else given,
    }


def _tool(tool: dict[str, Any]) -> dict[str, Any]:
    function = tool.get("function", tool)
    return {
        "name": function.get("name", ""),
        "description": function.get("description", ""),
        "input_schema": function.get("parameters", {"type": "object"}),
    }


def _used(request: Request) -> list[dict[str, Any]]:
    """Tools that the conversation used: the wire wants each of them declared."""
    calls = (call for message in request.messages for call in message.tool_calls)
    names = dict.fromkeys(call.get("function", {}).get("name", "") for call in calls)
    return [{"name": name, "input_schema": {"type": "object"}} for name in names]


def reply_of(body: dict[str, Any], host: str) -> Reply:
    """The reply that a message holds; raises ``BrokenBody`` for one without content or without an end."""
    blocks = body.get("content", "")
    blocks = [] if blocks is None else blocks  # so Ollama writes an answer without a word
    if not isinstance(blocks, list):
        raise BrokenBody("the answer holds no content", body=repr(body).encode(), where=host)
    text = "".join(block.get("text") or "" for block in blocks if block.get("type") == "text")
    thoughts = "".join(block.get("thinking") or "" for block in blocks if block.get("type") == "thinking")
    if not body.get("stop_reason"):
        # Nobody says that the text is whole, nor that it is a cut one: kept as either, it would never be asked again.
        raise BrokenBody("the answer does not say how it ended", body=repr(body).encode(), where=host)
    finish = FINISH.get(str(body["stop_reason"]), "stop")
    if finish == "stop" and not text.strip():
        finish = "empty"
    return Reply.model_validate(
        {
            "text": text,
            "reasoning": thoughts,
            "finish": finish,
            "model_returned": body.get("model") or "unknown",
            "usage": _usage(body.get("usage") or {}, text),
            "raw": {key: body[key] for key in ("id", "stop_reason", "stop_details") if body.get(key)},
        }
    )


def _usage(usage: dict[str, Any], said: str) -> Usage | None:
    if not usage:
        return None
    cached = usage.get("cache_read_input_tokens") or 0
    read = (usage.get("input_tokens") or 0) + (usage.get("cache_creation_input_tokens") or 0) + cached
    return counted(read, usage.get("output_tokens"), cached, said=said)
