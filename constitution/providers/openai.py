"""OpenAI, through its own SDK: chat completions with structured outputs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from constitution.core.asking import Reply, Request, Usage
from constitution.errors import BrokenBody
from constitution.providers.bodies import json_object, received
from constitution.providers.clients import http_client
from constitution.providers.failures import failure, spoken, understood, unreachable
from constitution.providers.keys import WITHOUT_KEY, Key, key_from

if TYPE_CHECKING:
    from openai import AsyncOpenAI

KEY = "OPENAI_API_KEY"
HOST = "https://api.openai.com/v1"

FINISH = {
    "length": "length", "max_tokens": "length", "tool_calls": "tool", "content_filter": "refused",
    "refusal": "refused", "safety": "refused", "prohibited_content": "refused", "blocklist": "refused",
}  # fmt: skip
"""Ends of an answer, as the wire and gateways before other models name them."""
BROKEN_OFF = ("abort", "aborted", "error", "cancelled", "insufficient_system_resource")
"""Ends that servers name where an answer was broken off: it is no whole one."""


class OpenAI:
    """Speaks the chat-completions wire; the SDK's own retries are off, since the engine has them."""

    def __init__(self, base_url: str = HOST, key: Key | None = None, *, key_env: str = "") -> None:
        self._host = base_url
        self._key = key
        self._key_env = key_env
        self._client: AsyncOpenAI | None = None

    def check(self, model: str) -> None:
        """Whether a model is there only the provider can say."""

    def ready(self) -> None:
        """Raises ``MissingKey`` unless a key was given or the environment holds it."""
        self._key = self._key or key_from(self._key_env or KEY)

    def pinned(self, model: str) -> str:
        """The provider dates its models itself."""
        return model

    def untaken(self, model: str) -> frozenset[str]:
        """Settings that this model does not take; reasoning models choose their own sampling."""
        reasons = model.startswith(("o1", "o3", "o4", "gpt-5", "gpt-6"))
        return frozenset({"temperature", "top_p", "logprobs"}) if reasons else frozenset()

    async def answer(self, request: Request) -> Reply:
        """The first choice of one chat completion."""
        import aiohttp
        import httpx2
        import openai

        client, key, host = self._opened(), self._key or WITHOUT_KEY, self._host
        spoken_body = spoken(body_of, request, host)
        try:
            async with client.chat.completions.with_streaming_response.create(**spoken_body) as response:
                body = await received(response.iter_bytes(), host=host, key=key)
        except openai.APIStatusError as error:
            raise failure(error.status_code, error.response.headers, error.body, host=host, key=key) from error
        except (openai.APIConnectionError, httpx2.HTTPError, aiohttp.ClientError, OSError) as error:
            raise unreachable(error, host=host, key=key) from error
        return understood(reply_of, key.hide(json_object(body, host=host)), host)

    async def close(self) -> None:
        """Let go of connections."""
        if self._client is not None:
            await self._client.close()

    def _opened(self) -> AsyncOpenAI:
        if self._client is None:
            self._key = self._key or key_from(self._key_env or KEY)
            from openai import AsyncOpenAI, DefaultAioHttpClient

            client = http_client(DefaultAioHttpClient, only_for=self._key if self._key_env else None)
            self._client = AsyncOpenAI(api_key=self._key.secret, base_url=self._host, max_retries=0, http_client=client)
        return self._client


def body_of(request: Request) -> dict[str, Any]:
    """The arguments of one ``chat.completions.create``."""
    body: dict[str, Any] = {
        "model": request.model_name,
        "messages": [message.as_json() for message in request.messages],
        "max_completion_tokens": request.max_tokens,
        "timeout": request.timeout,
        **request.sampling.as_json(),
    }
    if request.json_schema is not None:
        form = {"name": "answer", "strict": True, "schema": request.json_schema}
        body["response_format"] = {"type": "json_schema", "json_schema": form}
    if request.tools:
        body["tools"] = list(request.tools)
    if request.stop:
        body["stop"] = list(request.stop)
    if request.logprobs is not None:
        body |= {"logprobs": True, "top_logprobs": request.logprobs}
    if request.draw:
        body["seed"] = request.draw
    return body


def reply_of(body: dict[str, Any], host: str) -> Reply:
    """The reply that a chat completion holds; raises ``BrokenBody`` for one without a choice."""
    choices = body.get("choices") or []
    if not choices and (blocked := _blocked(body)):
        return Reply(text="", finish="refused", model_returned=body.get("model") or "unknown", usage=_usage(body),
                     raw={"refusal": blocked})  # fmt: skip
    if not choices or not isinstance(choices[0].get("message"), dict):
        raise BrokenBody("the answer holds no choice", body=repr(body).encode(), where=host)
    choice, message = choices[0], choices[0]["message"]
    text = message.get("content") or ""
    if str(choice.get("finish_reason")).lower() in BROKEN_OFF:
        raise BrokenBody(f"the answer was broken off: {choice['finish_reason']}", body=text.encode(), where=host)
    finish = FINISH.get(str(choice.get("finish_reason")).lower().partition(":")[0], "stop")
    if message.get("refusal"):
        finish = "refused"
    if finish == "stop" and not text.strip():
        finish = "empty"
    logprobs = (choice.get("logprobs") or {}).get("content")
    return Reply.model_validate(
        {
            "text": text,
            "reasoning": message.get("reasoning_content") or message.get("reasoning") or "",
            "finish": finish,
            "model_returned": body.get("model") or "unknown",
            "usage": _usage(body),
            "logprobs": logprobs,
            "raw": {key: body[key] for key in ("id", "service_tier", "system_fingerprint") if body.get(key)}
            | ({"refusal": message["refusal"]} if message.get("refusal") else {}),
        }
    )


def _blocked(body: dict[str, Any]) -> str:
    """Why there is no choice, where a gateway says in its own words that the prompt was refused."""
    feedback = body.get("prompt_feedback") or body.get("promptFeedback") or {}
    return str(feedback.get("block_reason") or feedback.get("blockReason") or "")


def _usage(body: dict[str, Any]) -> Usage | None:
    usage = body.get("usage") or {}
    if not usage:
        return None
    cached = (usage.get("prompt_tokens_details") or {}).get("cached_tokens") or 0
    read, written = usage.get("prompt_tokens") or 0, usage.get("completion_tokens") or 0
    return Usage(input=read, output=written, cached=cached)
