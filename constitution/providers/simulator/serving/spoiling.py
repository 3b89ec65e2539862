"""Whole answers with something wrong in them: empty, refused, or off the schema that was asked for."""

from __future__ import annotations

import json

from constitution.core.asking import Reply, Request

_PROSE = "Both have their merits, and I would not want to put it into a form."


def spoiled(kind: str, request: Request, reply: Reply, share: float) -> Reply:
    """The reply with this fault in it; off the schema only where one was asked for."""
    if kind == "empty":
        return reply.but(text="", finish="empty")
    if kind == "refusal":
        return reply.but(text="", finish="refused")
    if request.json_schema is None:
        return reply
    forms = _off(reply.text)
    return reply.but(text=forms[int(share * len(forms))])


def _off(text: str) -> tuple[str, ...]:
    """Ways in which models miss a schema, most of which a lenient reader would let pass."""
    return (
        _PROSE,
        f"```json\n{text}\n```",
        f"Here is my answer: {text}",
        f"{text}\n{text}",
        text[:-1],
        _without_first(text),
    )


def _without_first(text: str) -> str:
    """The object less its first field, which a strict schema requires."""
    try:
        value = json.loads(text)
    except ValueError:
        return _PROSE
    return json.dumps(dict(list(value.items())[1:])) if isinstance(value, dict) and value else _PROSE
