"""The JSON Schemas that the critic and the judge answer in, and a short way to see that an answer keeps them.

Only keywords that every structured-output wire takes: all properties required, no bounds on lengths.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


def _one_of(names: Sequence[str]) -> dict[str, Any]:
    return {"type": "string", "enum": list(names)}


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "additionalProperties": False, "required": list(properties), "properties": properties}


def critique_form(nonce: str, principles: Sequence[str]) -> dict[str, Any]:
    """One finding a principle, and the intent of the prompt; the reason comes before the verdict."""
    finding = _object(
        {
            "principle": _one_of(principles),
            "reason": {"type": "string"},
            "verdict": _one_of(["violates", "complies", "not_applicable", "cannot_tell"]),
            "severity": _one_of(["none", "minor", "serious", "severe"]),
            "evidence": _one_of(["quote", "omission", "none"]),
            "quote": {"type": "string"},
        }
    )
    return _object(
        {
            "nonce": _one_of([nonce]),
            "intent": _one_of(["benign", "borderline", "harmful"]),
            "findings": {"type": "array", "items": finding},
        }
    )


def judge_form(nonce: str, options: Sequence[str]) -> dict[str, Any]:
    """Two answers, each the id of an option or a tie; the reason comes before them."""
    answer = _one_of([*options, "tie"])
    return _object(
        {"nonce": _one_of([nonce]), "reason": {"type": "string"}, "principles": answer, "helpfulness": answer}
    )


_KEYWORDS = {
    "string": {"type", "enum"},
    "array": {"type", "items"},
    "object": {"type", "additionalProperties", "required", "properties"},
}
"""What the forms above say of each type."""


def surely_keeps(value: Any, schema: Any) -> bool:
    """True only of a value that keeps the schema; False where it does not, or where the schema says other things
    than the forms above.

    A library has to look each keyword up again for each value; a replay of many answers does little else.
    """
    kind = schema.get("type") if type(schema) is dict else None
    if type(kind) is not str or not schema.keys() <= _KEYWORDS.get(kind, set()):
        return False
    if kind == "string":
        return type(value) is str and value in schema.get("enum", (value,))
    if kind == "array":
        return type(value) is list and all(surely_keeps(item, schema.get("items")) for item in value)
    shapes = schema.get("properties", {})
    # With just the properties that the form names, there is none too many, whatever it says of others.
    return (
        type(value) is dict
        and value.keys() == shapes.keys() >= set(schema.get("required", ()))
        and all(surely_keeps(value[name], shape) for name, shape in shapes.items())
    )
