"""Anthropic, through its own SDK: messages with structured outputs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from constitution.core.asking import Reply, Request, Usage
from constitution.core.records import Message
from constitution.errors import BrokenBody
from constitution.providers.bodies import json_object, received
from constitution.providers.clients import http_client
from constitution.providers.failures import failure, spoken, understood, unreachable
from constitution.providers.keys import WITHOUT_KEY, Key, key_from

if TYPE_CHECKING:
    from anthropic import AsyncAnthropic

KEY = "ANTHROPIC_API_KEY"
HOST = "https://api.anthropic.com"
FINISH = {
    "max_tokens": "length",
    "model_context_window_exceeded": "length",
    "refusal": "refused",
    "tool_use": "tool",
    "pause_turn": "length",
}


class Anthropic:
    """Speaks the Messages wire; the SDK's own retries are off, since the engine has them."""

    def __init__(self, base_url: str = HOST, key: Key | None = None, *, key_env: str = "") -> None:
        self._host = base_url
        self._key = key
        self._key_env = key_env
        self._client: AsyncAnthropic | None = None

    def check(self, model: str) -> None:
        """Whether a model is there only the provider can say."""

    def ready(self) -> None:
        """Raises ``MissingKey`` unless a key was given or the environment holds it."""
        self._key = self._key or key_from(self._key_env or KEY)

    def pinned(self, model: str) -> str:
        """The provider dates its models itself."""
        return model

    def untaken(self, model: str) -> frozenset[str]:
        """The Messages wire has no temperature, no top_p and no log-probabilities any more."""
        return frozenset({"temperature", "top_p", "logprobs"})

    async def answer(self, request: Request) -> Reply:
        """The text of one message; thoughts are kept apart."""
        import aiohttp
        import anthropic
        import httpx2

        client, key, host = self._opened(), self._key or WITHOUT_KEY, self._host
        spoken_body = spoken(body_of, request, host)
        try:
            async with client.messages.with_streaming_response.create(**spoken_body) as response:
                body = await received(response.iter_bytes(), host=host, key=key)
        except anthropic.APIStatusError as error:
            raise failure(error.status_code, error.response.headers, error.body, host=host, key=key) from error
        except (anthropic.APIConnectionError, httpx2.HTTPError, aiohttp.ClientError, OSError) as error:
            raise unreachable(error, host=host, key=key) from error
        return understood(reply_of, key.hide(json_object(body, host=host)), host)

    async def close(self) -> None:
        """Let go of connections."""
        if self._client is not None:
            await self._client.close()

    def _opened(self) -> AsyncAnthropic:
        if self._client is None:
            self._key = self._key or key_from(self._key_env or KEY)
            from anthropic import AsyncAnthropic, DefaultAioHttpClient

            client = http_client(DefaultAioHttpClient, only_for=self._key if self._key_env else None)
            self._client = AsyncAnthropic(
                api_key=self._key.secret, base_url=self._host, max_retries=0, http_client=client
            )
        return self._client


def body_of(request: Request) -> dict[str, Any]:
    """The arguments of one ``messages.create``."""
    system = "\n\n".join(message.content for message in request.messages if message.role == "system")
    body: dict[str, Any] = {
        "model": request.model_name,
        "messages": [_message(message) for message in request.messages if message.role != "system"],
        "max_tokens": request.max_tokens,
        "timeout": request.timeout,
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
    if request.draw:
        # The wire has no seed; a model ignores this, the simulator over HTTP reads it.
        body["extra_headers"] = {"x-draw": str(request.draw)}
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
    """The reply that a message holds; raises ``BrokenBody`` for one without content."""
    if not isinstance(body.get("content"), list):
        raise BrokenBody("the answer holds no content", body=repr(body).encode(), where=host)
    blocks = body["content"]
    text = "".join(block.get("text") or "" for block in blocks if block.get("type") == "text")
    thoughts = "".join(block.get("thinking") or "" for block in blocks if block.get("type") == "thinking")
    finish = FINISH.get(str(body.get("stop_reason")), "stop")
    if finish == "stop" and not text.strip():
        finish = "empty"
    return Reply.model_validate(
        {
            "text": text,
            "reasoning": thoughts,
            "finish": finish,
            "model_returned": body.get("model") or "unknown",
            "usage": _usage(body.get("usage") or {}),
            "raw": {key: body[key] for key in ("id", "stop_reason", "stop_details") if body.get(key)},
        }
    )


def _usage(usage: dict[str, Any]) -> Usage | None:
    if not usage:
        return None
    cached = usage.get("cache_read_input_tokens") or 0
    read = (usage.get("input_tokens") or 0) + (usage.get("cache_creation_input_tokens") or 0) + cached
    return Usage(input=read, output=usage.get("output_tokens") or 0, cached=cached)
