"""Messages: the wire of Anthropic."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Literal

from pydantic import Field

from constitution.core.asking import Reply, Request, Usage
from constitution.core.records import Message
from constitution.providers.simulator.serving.statuses import Status
from constitution.providers.simulator.serving.wires.wire import DECLINED, DRAW, Part, Wire, full_name

_STOP = {"stop": "end_turn", "empty": "end_turn", "length": "max_tokens", "refused": "refusal", "tool": "tool_use"}


class Block(Part):
    """A block of content: text, a call of a tool, or what a tool answered."""

    type: str
    text: str = ""
    id: str = ""
    name: str = ""
    input: dict[str, Any] = Field(default_factory=dict)
    tool_use_id: str = ""
    content: str | tuple[Block, ...] = ""


class Said(Part):
    """One message; answers of tools stand in a message of the user."""

    role: Literal["user", "assistant", "system"]
    content: str | tuple[Block, ...]

    def neutral(self) -> Iterator[Message]:
        """The messages that every room of the house knows it as."""
        if isinstance(self.content, str):
            yield Message(role=self.role, content=self.content)
            return
        for block in self.content:
            if block.type == "tool_result":
                yield Message(role="tool", content=_text(block.content), tool_call_id=block.tool_use_id or None)
        calls = tuple(_call(block) for block in self.content if block.type == "tool_use")
        if calls or any(block.type == "text" for block in self.content):
            yield Message(role=self.role, content=_text(self.content), tool_calls=calls)


class Tool(Part):
    """A tool that may be called."""

    name: str
    description: str = ""
    input_schema: dict[str, Any] = Field(default_factory=dict)

    @property
    def bare(self) -> bool:
        """Whether it is a name alone: the wire wants those declared that an earlier turn called."""
        return "description" not in self.model_fields_set and self.input_schema == {"type": "object"}

    def neutral(self) -> dict[str, Any]:
        """The tool in the shape that requests hold."""
        function = {"name": self.name, "description": self.description, "parameters": self.input_schema}
        return {"type": "function", "function": function}


class Format(Part):
    """What the answer must look like."""

    type: Literal["json_schema"]
    schema_: dict[str, Any] = Field(alias="schema")


class Output(Part):
    """How the answer is to come."""

    format: Format | None = None


class Body(Part):
    """One request for a message."""

    model: str
    messages: tuple[Said, ...]
    max_tokens: int = Field(ge=1)
    system: str | tuple[Block, ...] = ""
    output_config: Output | None = None
    tools: tuple[Tool, ...] = ()
    stop_sequences: tuple[str, ...] = ()
    stream: Literal[False] | None = None


def request_of(value: Any, headers: Mapping[str, str]) -> Request:
    """The neutral request that a body and the header of the draw spell; raises ``ValueError``."""
    body = Body.model_validate(value)
    first = (Message(role="system", content=_text(body.system)),) if body.system else ()
    form = body.output_config.format if body.output_config else None
    return Request(
        model=full_name(body.model),
        messages=(*first, *(message for said in body.messages for message in said.neutral())),
        max_tokens=body.max_tokens,
        json_schema=form.schema_ if form else None,
        tools=tuple(tool.neutral() for tool in body.tools if not tool.bare),
        stop=body.stop_sequences,
        draw=int(headers.get(DRAW, "0")),
    )


def message(reply: Reply) -> dict[str, Any]:
    """The message that carries a reply."""
    usage = reply.usage or Usage()
    body: dict[str, Any] = {
        "id": reply.raw.get("id", ""),
        "type": "message",
        "role": "assistant",
        "model": reply.model_returned,
        "content": [{"type": "text", "text": reply.text}] if reply.text else [],
        "stop_reason": _STOP[reply.finish],
        "stop_sequence": None,
        "usage": {"input_tokens": usage.input, "output_tokens": usage.output},
    }
    if reply.finish == "refused":
        body["stop_details"] = {"type": "refusal", "category": None, "explanation": DECLINED}
    return body


def failed(status: Status, said: str) -> dict[str, Any]:
    """The body of an error status."""
    return {"type": "error", "error": {"type": status.messages, "message": said}}


def _text(content: str | tuple[Block, ...]) -> str:
    return content if isinstance(content, str) else "".join(block.text for block in content if block.type == "text")


def _call(block: Block) -> dict[str, Any]:
    given = json.dumps(block.input, ensure_ascii=False)
    return {"id": block.id, "type": "function", "function": {"name": block.name, "arguments": given}}


MESSAGES = Wire("anthropic", "/v1/messages", request_of, message, failed)
