"""Things that a file may name: a literal table first, then entry points of outside packages."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from functools import partial
from importlib import import_module
from importlib.metadata import entry_points
from typing import Any, get_type_hints

from pydantic import TypeAdapter, ValidationError

from constitution.errors import Mistake, NotFound


def named(kind: str, table: Mapping[str, str], name: str) -> Callable[..., Any]:
    """What ``table`` (name to ``module:attribute``) or the entry-point group ``constitution.<kind>`` holds.

    Raises ``NotFound`` with the names that there are.
    """
    found: Callable[..., Any]
    if name in table:
        module, _, attribute = table[name].partition(":")
        found = getattr(import_module(module), attribute)
        return found
    outside = {entry.name: entry for entry in entry_points(group=f"constitution.{kind}")}
    if name not in outside:
        known = ", ".join(sorted({*table, *outside}))
        raise NotFound(f"there is no {kind.rstrip('s')} named {name!r}", remedy=f"known: {known}")
    found = outside[name].load()
    return found


def bound(function: Callable[..., Any], settings: Mapping[str, Any]) -> Callable[..., Any]:
    """The function with settings from a file bound to its keyword-only parameters, checked by their types.

    Raises ``Mistake`` naming the setting that is unknown or of another type.
    """
    parameters = inspect.signature(function).parameters
    known = [name for name, parameter in parameters.items() if parameter.kind is parameter.KEYWORD_ONLY]
    hints = get_type_hints(function, include_extras=True)
    checked = {}
    for name, value in settings.items():
        if name not in known:
            raise Mistake(
                f"unknown setting {name!r}", remedy=f"it takes {', '.join(known)}" if known else "it takes no settings"
            )
        try:
            checked[name] = TypeAdapter(hints[name]).validate_python(value)
        except ValidationError as error:
            raise Mistake(f"setting {name!r}: {error.errors()[0]['msg']}", remedy=f"it was given {value!r}") from error
    return partial(function, **checked) if checked else function
