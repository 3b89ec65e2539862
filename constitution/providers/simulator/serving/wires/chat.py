"""Chat completions: the wire of OpenAI and of the many servers that speak it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import Field

from constitution.core.asking import Reply, Request, Sampling, Usage
from constitution.core.records import Message, Role
from constitution.providers.simulator.serving.statuses import Status
from constitution.providers.simulator.serving.wires.wire import DECLINED, DRAW, Part, Wire, full_name

_FINISH = {"stop": "stop", "empty": "stop", "length": "length", "refused": "content_filter", "tool": "tool_calls"}
_MOST = 4096
"""Tokens of an answer where the request sets no bound."""


class Text(Part):
    """A block of text."""

    text: str = ""


class Said(Part):
    """One message."""

    role: Literal["system", "developer", "user", "assistant", "tool"]
    content: str | list[Text] | None = None
    name: str | None = None
    tool_calls: tuple[dict[str, Any], ...] | None = None
    tool_call_id: str | None = None

    def neutral(self) -> Message:
        """The message as every room of the house knows it."""
        role: Role = "system" if self.role == "developer" else self.role
        blocks = self.content or ""
        text = blocks if isinstance(blocks, str) else "".join(block.text for block in blocks)
        return Message(
            role=role, content=text, name=self.name, tool_calls=self.tool_calls or (), tool_call_id=self.tool_call_id
        )


class Schema(Part):
    """A JSON Schema with its name."""

    schema_: dict[str, Any] = Field(alias="schema")


class Format(Part):
    """What the answer must look like."""

    type: Literal["text", "json_object", "json_schema"]
    json_schema: Schema | None = None

    def neutral(self) -> dict[str, Any] | None:
        """The schema that is asked for; None for any text."""
        if self.type == "json_schema" and self.json_schema is None:
            raise ValueError("response_format has no json_schema")
        return self.json_schema.schema_ if self.json_schema else {"type": "object"} if self.type != "text" else None


class Body(Part):
    """One request for a completion."""

    model: str
    messages: tuple[Said, ...]
    max_completion_tokens: int | None = None
    max_tokens: int | None = None
    temperature: float | None = None
    top_p: float | None = None
    response_format: Format | None = None
    tools: tuple[dict[str, Any], ...] | None = None
    stop: str | tuple[str, ...] | None = None
    logprobs: bool | None = None
    top_logprobs: int | None = None
    seed: int | None = None
    n: Literal[1] | None = None
    stream: Literal[False] | None = None


def request_of(value: Any, headers: Mapping[str, str]) -> Request:
    """The neutral request that a body spells, or the header of the draw; raises ``ValueError``."""
    body = Body.model_validate(value)
    stops = (body.stop,) if isinstance(body.stop, str) else body.stop or ()
    return Request(
        model=full_name(body.model),
        messages=tuple(said.neutral() for said in body.messages),
        sampling=Sampling(temperature=body.temperature, top_p=body.top_p),
        max_tokens=body.max_completion_tokens or body.max_tokens or _MOST,
        json_schema=body.response_format.neutral() if body.response_format else None,
        tools=body.tools or (),
        stop=stops,
        logprobs=(body.top_logprobs or 0) if body.logprobs else None,
        draw=body.seed or int(headers.get(DRAW, "0")),
    )


def completion(reply: Reply) -> dict[str, Any]:
    """The chat completion that carries a reply."""
    refused = reply.finish == "refused"
    message = {
        "role": "assistant",
        "content": None if refused else reply.text,
        "refusal": DECLINED if refused else None,
    }
    usage = reply.usage or Usage()
    known = None if reply.logprobs is None else {"content": list(reply.logprobs), "refusal": None}
    return {
        "id": reply.raw.get("id", ""),
        "object": "chat.completion",
        "created": 0,
        "model": reply.model_returned,
        "choices": [{"index": 0, "message": message, "logprobs": known, "finish_reason": _FINISH[reply.finish]}],
        "usage": {
            "prompt_tokens": usage.input,
            "completion_tokens": usage.output,
            "total_tokens": usage.input + usage.output,
        },
    }


def failed(status: Status, said: str) -> dict[str, Any]:
    """The body of an error status."""
    return {"error": {"message": said, "type": status.chat, "param": None, "code": status.code}}


CHAT = Wire("openai", "/v1/chat/completions", request_of, completion, failed)
