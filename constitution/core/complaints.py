"""A schema's complaints in plain words, each at its place in the file."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from constitution.core.places import Document, Path
from constitution.errors import BadFile

WORDS = {
    "string_type": "must be text",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_from_float": "must be a whole number",
    "float_type": "must be a number",
    "float_parsing": "must be a number",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "tuple_type": "must be a list",
    "list_type": "must be a list",
    "dict_type": "must be fields (key: value)",
    "model_type": "must be fields (key: value)",
    "literal_error": "must be {expected}",
    "string_too_short": "must not be empty",
    "string_too_long": "must have {max_length} characters at most",
    "too_short": "must have {min_length} or more items",
    "too_long": "must have {max_length} items at most",
    "greater_than_equal": "must be {ge} or more",
    "less_than_equal": "must be {le} or less",
    "value_error": "{error}",
}
"""What is said for a kind of complaint; kinds that are not here keep the library's own words."""


def complaints(error: ValidationError, document: Document, model: type[BaseModel]) -> list[BadFile]:
    """One mistake for each complaint, in the order of the file."""
    details = [detail for detail in error.errors(include_url=False) if not _echo(detail, error)]
    found = [(document.nearest(_path(detail))[0], _mistake(detail, document, model)) for detail in details]
    return [mistake for _, mistake in sorted(found, key=lambda each: (each[0].line, each[0].column))]


def _echo(detail: ErrorDetails, error: ValidationError) -> bool:
    """A list is also called too short when its items were not understood; then the items' complaints say it all."""
    depth = len(detail["loc"])
    return detail["type"] == "too_short" and any(
        len(other["loc"]) > depth and other["loc"][:depth] == detail["loc"] for other in error.errors()
    )


def _path(detail: ErrorDetails) -> Path:
    """Where the complaint points: a validator may say more exactly in ``at``."""
    return (*detail["loc"], *detail.get("ctx", {}).get("at", ()))


def _mistake(detail: ErrorDetails, document: Document, model: type[BaseModel]) -> BadFile:
    path = _path(detail)
    if detail["type"] == "missing":
        return document.bad(path[:-1], f"lacks the field {path[-1]!r}", remedy=f"add `{path[-1]}:`")
    if detail["type"] == "extra_forbidden":
        owner = _model_at(model, path[:-1])
        return document.bad(path, "unknown field", remedy=_known(str(path[-1]), owner), key=True)
    return document.bad(path, _words(detail), remedy=str(detail.get("ctx", {}).get("remedy", "")))


def _words(detail: ErrorDetails) -> str:
    """The complaint, and what was found instead where that helps."""
    said = WORDS.get(detail["type"])
    text = said.format(**detail.get("ctx", {})) if said else detail["msg"]
    if detail["type"] in ("value_error", "at", "form", "too_long", "too_short", "string_too_long", "string_too_short"):
        return text
    return f"{text}, not {_shown(detail['input'])}"


def _shown(value: Any) -> str:
    if value is None:
        return "empty"
    if isinstance(value, str):
        return repr(value if len(value) <= 40 else value[:39] + "…")
    return "fields" if isinstance(value, dict) else "a list" if isinstance(value, list) else repr(value)


def _known(name: str, owner: type[BaseModel] | None) -> str:
    """A near spelling, else all the names there are."""
    names = list(owner.model_fields) if owner else []
    near = difflib.get_close_matches(name, names, n=1, cutoff=0.6)
    if near:
        return f"did you mean {near[0]!r}?"
    inside = _models_with(name, owner) if owner else []
    below = f"{name!r} stands below a {inside[0].__name__.lower()}; " if inside else ""
    return f"{below}known fields{' here' if below else ''}: {', '.join(names)}" if names else "remove it"


def _models_with(name: str, owner: type[BaseModel]) -> list[type[BaseModel]]:
    """The models directly inside this one that have such a field."""
    inside = (each for field in owner.model_fields.values() for each in _models(field.annotation))
    return [each for each in inside if name in each.model_fields]


def _model_at(model: type[BaseModel], path: Path) -> type[BaseModel] | None:
    """The model that describes the mapping at this path."""
    here = model
    for part in path:
        if isinstance(part, str) and part in here.model_fields:
            inside = next(_models(here.model_fields[part].annotation), None)
            if inside is None:
                return None
            here = inside
    return here


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    """The models inside a type."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in get_args(annotation):
        yield from _models(argument)
