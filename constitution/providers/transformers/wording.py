"""A request in the words of a local model: its chat template filled, and cut into tokens."""

from __future__ import annotations

import json
import re
from typing import Any

from constitution.core.asking import Request
from constitution.core.chance import keyed
from constitution.core.records import Message
from constitution.errors import Quarantined

FORM = "Answer with one JSON value that keeps this JSON schema, and with nothing around it:\n"


def tokens_of(request: Request, tokenizer: Any) -> tuple[list[int], bool]:
    """The tokens of the question, and whether the template has already opened the model's thoughts.

    A message that holds one of the model's own marks, such as the end of a turn, is cut into plain letters
    there, so that nobody's text can close its turn and speak as another. Raises ``Quarantined`` for a
    conversation that the template does not take.
    """
    messages = spoken(request)
    marks = _marks(tokenizer)
    if any(mark in message["content"] for message in messages for mark in marks):
        text, tokens = _guarded(request, messages, tokenizer)
    else:
        text = _filled(request, messages, tokenizer)
        tokens = _plain(tokenizer, text)
    return tokens, text.rstrip().endswith("<think>")


def spoken(request: Request) -> list[dict[str, Any]]:
    """The messages as a chat template takes them; a demanded JSON schema stands at the end of the last one.

    A local model has no structured output of its own: it is told the schema, and its answer is read, held to
    it and asked for once more like any other.
    """
    messages = [_message(message) for message in request.messages]
    if request.json_schema is not None:
        form = FORM + json.dumps(request.json_schema, ensure_ascii=False)
        messages[-1] = {**messages[-1], "content": f"{messages[-1]['content']}\n\n{form}"}
    return messages


def _message(message: Message) -> dict[str, Any]:
    spoken = message.as_json()
    if message.tool_calls:
        spoken["tool_calls"] = [_call(call) for call in message.tool_calls]
    return spoken


def _call(call: dict[str, Any]) -> dict[str, Any]:
    """A tool call with its arguments as an object: templates write the JSON themselves."""
    function = dict(call.get("function") or {})
    if isinstance(function.get("arguments"), str):
        try:
            function["arguments"] = json.loads(function["arguments"] or "{}")
        except ValueError:
            return call
    return {**call, "function": function}


def _filled(request: Request, messages: list[dict[str, Any]], tokenizer: Any) -> str:
    """The template's text; one that knows no system turn is given those words with the first turn of the user."""
    from jinja2 import TemplateError

    try:
        return _template(request, messages, tokenizer)
    except (TemplateError, TypeError, ValueError) as error:
        head, *rest = messages
        if head["role"] == "system" and rest and rest[0]["role"] == "user":
            joined = {**rest[0], "content": f"{head['content']}\n\n{rest[0]['content']}"}
            return _filled(request, [joined, *rest[1:]], tokenizer)
        raise Quarantined(f"the model's chat template does not take this conversation: {error}") from error


def _template(request: Request, messages: list[dict[str, Any]], tokenizer: Any) -> str:
    text = tokenizer.apply_chat_template(
        messages, tools=list(request.tools) or None, add_generation_prompt=True, tokenize=False
    )
    return str(text)


def _guarded(request: Request, messages: list[dict[str, Any]], tokenizer: Any) -> tuple[str, list[int]]:
    """The template filled with stand-ins, and in place of each the tokens of what it stands for."""
    names = [keyed(request.digest, "stand-in", str(place)) for place in range(len(messages))]
    contents: dict[str, str] = {name: message["content"] for name, message in zip(names, messages, strict=True)}
    stood = [{**message, "content": name} for message, name in zip(messages, names, strict=True)]
    text = _filled(request, stood, tokenizer)
    tokens: list[int] = []
    for part in re.split(f"({'|'.join(names)})", text):
        tokens += _plain(tokenizer, contents.get(part, part), letters=part in contents)
    return text, tokens


def _plain(tokenizer: Any, text: str, *, letters: bool = False) -> list[int]:
    if not text:
        return []
    # Always said, since a tokenizer remembers what it was told last.
    return list(tokenizer(text, add_special_tokens=False, split_special_tokens=letters)["input_ids"])


def _marks(tokenizer: Any) -> set[str]:
    added = (token.content for token in tokenizer.added_tokens_decoder.values() if token.special)
    return {mark for mark in (*added, *tokenizer.all_special_tokens) if mark}
