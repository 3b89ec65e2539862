"""OpenAI, and whoever speaks as it does: chat completions with structured outputs."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from constitution.core.asking import Reply, Request, Usage
from constitution.errors import BrokenBody
from constitution.providers.counted import counted
from constitution.providers.hosts import astray
from constitution.providers.keys import Key
from constitution.providers.through_sdk import Sdk
from constitution.providers.wire import Wire

FINISH = {
    "length": "length", "max_tokens": "length", "model_length": "length", "tool_calls": "tool",
    "content_filter": "refused",
    "refusal": "refused", "safety": "refused", "prohibited_content": "refused", "blocklist": "refused",
}  # fmt: skip
"""Ends of an answer, as the wire and gateways before other models name them."""
BROKEN_OFF = ("abort", "aborted", "error", "cancelled", "insufficient_system_resource")
"""Ends that servers name where an answer was broken off: it is no whole one."""


class OpenAI(Wire):
    """Speaks the chat-completions wire."""

    key_variable = "OPENAI_API_KEY"
    own_host = "https://api.openai.com/v1"
    path = "/chat/completions"
    answer_field = "choices"

    def untaken(self, model: str) -> frozenset[str]:
        """Settings that this model does not take; reasoning models choose their own sampling."""
        reasons = model.startswith(("o1", "o3", "o4", "gpt-5", "gpt-6"))
        return frozenset({"temperature", "top_p", "logprobs"}) if reasons else frozenset()

    def sdk(self) -> Sdk:
        """OpenAI's own."""
        import openai

        return Sdk(
            client=openai.AsyncOpenAI,
            transport=openai.DefaultAioHttpClient,
            stream=openai.AsyncStream,
            refused=openai.APIStatusError,
            unheard=openai.APIConnectionError,
        )

    def credentials(self, key: Key) -> dict[str, str]:
        """The key as its bearer's."""
        return {"authorization": f"Bearer {key.secret}"}

    def written(self, request: Request) -> dict[str, Any]:
        """The body of one chat completion."""
        body = body_of(request)
        if self._key_env and not _takes_the_new_name(self._host):
            body["max_tokens"] = body.pop("max_completion_tokens")
        return body

    def complaint(self, body: dict[str, Any]) -> dict[str, Any] | None:
        """The body where it may be an error, its choice's own error at the top; None where there is an answer."""
        choices = body.get(self.answer_field)
        choice = choices[0] if choices and isinstance(choices, list) else None
        if not isinstance(choice, dict):
            return None if choices else body
        message, reason = choice.get("message"), _reason(choice)
        said = isinstance(message, dict) and any(message.get(part) for part in ("content", "tool_calls", "refusal"))
        if reason and reason not in BROKEN_OFF and (said or reason != "stop"):
            return None
        if choice.get("error"):
            return {**body, "error": choice["error"]}
        return None if said else body

    def read(self, body: dict[str, Any], host: str) -> Reply:
        """The reply that a chat completion holds."""
        return reply_of(body, host)


def _takes_the_new_name(host: str) -> bool:
    """Whether the server is OpenAI's own, whose reasoning models refuse ``max_tokens``.

    Of the others, Ollama passes over ``max_completion_tokens`` and Mistral refuses it; each takes ``max_tokens``.
    """
    name = (urlsplit(host).hostname or "").rstrip(".")
    return not astray("OPENAI_API_KEY", name) or name.endswith(".openai.azure.com")


def body_of(request: Request) -> dict[str, Any]:
    """The body of one chat completion."""
    body: dict[str, Any] = {
        "model": request.model_name,
        "messages": [message.as_json() for message in request.messages],
        "max_completion_tokens": request.max_tokens,
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
    """The reply that a chat completion holds; raises ``BrokenBody`` for one without a choice or without an end."""
    choices = body.get("choices") or []
    if not choices and (blocked := _blocked(body)):
        return Reply(text="", finish="refused", model_returned=body.get("model") or "unknown", usage=_usage(body),
                     raw={"refusal": blocked})  # fmt: skip
    if not choices or not isinstance(choices[0].get("message"), dict):
        raise BrokenBody("the answer holds no choice", body=repr(body).encode(), where=host)
    choice, message = choices[0], choices[0]["message"]
    text, thoughts = _parts(message.get("content") or "")
    finish = _finish(choice, text, host)
    logprobs = (choice.get("logprobs") or {}).get("content")
    return Reply.model_validate(
        {
            "text": text,
            "reasoning": message.get("reasoning_content") or message.get("reasoning") or thoughts,
            "finish": finish,
            "model_returned": body.get("model") or "unknown",
            "usage": _usage(body, text),
            "logprobs": logprobs,
            "raw": {key: body[key] for key in ("id", "service_tier", "system_fingerprint") if body.get(key)}
            | ({"refusal": message["refusal"]} if message.get("refusal") else {}),
        }
    )


def _parts(content: Any) -> tuple[str, str]:
    """What was said and what was thought, where the content is a list of parts; Mistral's thoughts are parts again."""
    if not isinstance(content, list):
        return content, ""
    text, thoughts = [], []
    for part in content:
        if part.get("type") == "text":
            text.append(part.get("text") or "")
        elif part.get("type") == "thinking":
            thoughts.append(_parts(part.get("thinking") or "")[0])
    return "".join(text), "".join(thoughts)


def _finish(choice: dict[str, Any], text: str, host: str) -> str:
    """How the answer ended; raises ``BrokenBody`` where it was broken off, or nothing says that it was not."""
    reason = _reason(choice)
    if reason in BROKEN_OFF:
        raise BrokenBody(f"the answer was broken off: {reason}", body=text.encode(), where=host)
    if choice["message"].get("refusal"):
        return "refused"
    if not reason:
        # Nobody says that the text is whole, nor that it is a cut one: kept as either, it would never be asked again.
        raise BrokenBody("the answer does not say how it ended", body=repr(choice).encode(), where=host)
    finish = FINISH.get(reason.partition(":")[0], "stop")
    return "empty" if finish == "stop" and not text.strip() else finish


def _reason(choice: dict[str, Any]) -> str:
    """The end that the choice names; nothing where it names none."""
    return str(choice.get("finish_reason") or "").lower()


def _blocked(body: dict[str, Any]) -> str:
    """Why there is no choice, where a gateway says in its own words that the prompt was refused."""
    feedback = body.get("prompt_feedback") or body.get("promptFeedback") or {}
    return str(feedback.get("block_reason") or feedback.get("blockReason") or "")


def _usage(body: dict[str, Any], said: str = "") -> Usage | None:
    usage = body.get("usage") or {}
    if not usage:
        return None
    again = (usage.get("prompt_tokens_details") or {}).get("cached_tokens")
    read, written, total = (usage.get(f"{which}_tokens") for which in ("prompt", "completion", "total"))
    return counted(read, written, again, total=total, said=said)
