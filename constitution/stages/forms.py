"""The JSON Schemas that the critic and the judge answer in, and a short way to see that an answer keeps them.

Only keywords that every structured-output wire takes: all properties required, no bounds on lengths.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

from constitution.core.digest import Spelled, canonical


def _one_of(names: Sequence[str]) -> dict[str, Any]:
    return {"type": "string", "enum": list(names)}


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "additionalProperties": False, "required": list(properties), "properties": properties}


def critique_form(nonce: str, principles: Sequence[str]) -> Spelled:
    """One finding a principle, and the intent of the prompt; the reason comes before the verdict."""
    form, before, after = _critique_form(tuple(principles))
    shapes = {**form["properties"], "nonce": _one_of([nonce])}
    return Spelled({**form, "properties": shapes}, before + canonical(nonce) + after)


@lru_cache(maxsize=256)
def _critique_form(principles: tuple[str, ...]) -> tuple[dict[str, Any], bytes, bytes]:
    """The form, whose nonce is still open, and its canonical spelling before and after the nonce."""
    finding = Kept(
        _object(
            {
                "principle": _one_of(principles),
                "reason": {"type": "string"},
                "verdict": _one_of(["violates", "complies", "not_applicable", "cannot_tell"]),
                "severity": _one_of(["none", "minor", "serious", "severe"]),
                "evidence": _one_of(["quote", "omission", "none"]),
                "quote": {"type": "string"},
            }
        )
    )
    # No other text of the form is as long, so that its spelling stands in the whole but once.
    mark = "-" * (max(map(len, (*principles, "additionalProperties"))) + 1)
    form = _object(
        {
            "nonce": _one_of([mark]),
            "intent": _one_of(["benign", "borderline", "harmful"]),
            "findings": {"type": "array", "items": finding},
        }
    )
    before, after = canonical(form).split(canonical(mark))
    return form, before, after


def judge_form(nonce: str, options: Sequence[str]) -> Spelled:
    """Two answers, each the id of an option or a tie; the reason comes before them."""
    answer = _one_of([*options, "tie"])
    form = _object(
        {"nonce": _one_of([nonce]), "reason": {"type": "string"}, "principles": answer, "helpfulness": answer}
    )
    told = {b"answer": canonical(answer["enum"]), b"nonce": canonical(nonce)}
    return Spelled(form, _JUDGE_FORM % told)


SCORES = tuple(str(score) for score in range(1, 11))
"""From the worst to the best."""


def rate_form(nonce: str) -> dict[str, Any]:
    """One score for one response; the reason comes before it."""
    return _object({"nonce": _one_of([nonce]), "reason": {"type": "string"}, "score": _one_of(SCORES)})


_JUDGE_FORM = (
    b'{"additionalProperties":false,"properties":{"helpfulness":{"enum":%(answer)b,"type":"string"},'
    b'"nonce":{"enum":[%(nonce)b],"type":"string"},"principles":{"enum":%(answer)b,"type":"string"},'
    b'"reason":{"type":"string"}},"required":["nonce","reason","principles","helpfulness"],"type":"object"}'
)
"""The canonical spelling of the judge's form; a library would spell it anew for each pair."""

_KEYWORDS = {
    "string": {"type", "enum"},
    "array": {"type", "items"},
    "object": {"type", "additionalProperties", "required", "properties"},
}
"""What the forms above say of each type."""

_WORDS = {"type", "enum"}
_TEXT = {str}

Keeper = Callable[[Any], bool]
"""Whether a value surely keeps one form."""


class Kept(dict[str, Any]):
    """A part of a form that stands in many, with its keeper; nobody changes it."""

    def __init__(self, form: dict[str, Any]) -> None:
        super().__init__(form)
        self.keeper = _keeper_of(form)


def surely_keeps(value: Any, schema: Any) -> bool:
    """True only of a value that keeps the schema; False where it does not, or where the schema says other things
    than the forms above.

    A library has to look each keyword up again for each value; a replay of many answers does little else.
    """
    return _keeper_of(schema)(value)


def _keeper_of(schema: Any) -> Keeper:
    """All keywords of the schema looked up once."""
    if type(schema) is Kept:
        return schema.keeper
    kind = schema.get("type") if isinstance(schema, dict) else None
    if type(kind) is not str or not schema.keys() <= _KEYWORDS.get(kind, set()):
        return _unsure
    if kind == "string":
        return _string(schema)
    if kind == "array":
        item = _keeper_of(schema.get("items"))
        return lambda value: type(value) is list and all(map(item, value))
    return _object_keeper(schema)


def _unsure(value: Any) -> bool:
    return False


def _string(schema: dict[str, Any]) -> Keeper:
    if "enum" not in schema:
        return lambda value: type(value) is str
    names = [name for name in schema["enum"] if type(name) is str]
    return lambda value: type(value) is str and value in names


def _object_keeper(schema: dict[str, Any]) -> Keeper:
    properties = schema.get("properties", {})
    names = properties.keys()
    if not names >= set(schema.get("required", ())):
        return _unsure
    # With just the properties that the form names, there is none too many, whatever it says of others.
    if all(isinstance(shape, dict) and shape.keys() <= _WORDS and shape.get("type") == "string"
           for shape in properties.values()):  # fmt: skip
        choices = [(name, tuple(shape["enum"])) for name, shape in properties.items() if "enum" in shape]
        return lambda value: (
            type(value) is dict
            and value.keys() == names
            and _TEXT.issuperset(map(type, value.values()))
            and not [name for name, choice in choices if value[name] not in choice]
        )
    shapes = [(name, _keeper_of(shape)) for name, shape in properties.items()]
    return lambda value: (
        type(value) is dict and value.keys() == names and not [n for n, keeps in shapes if not keeps(value[n])]
    )
