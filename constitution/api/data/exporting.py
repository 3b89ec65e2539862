"""Export: a dataset folder as one trainer reads it, and which trainers there are."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast, get_args, get_type_hints

from constitution.core.named import bound, named
from constitution.exports import EXPORTS
from constitution.exports.export import export_folder
from constitution.exports.formats import Format


def export(
    folder: str | Path,
    to: str,
    out: str | Path,
    *,
    split: str | None = None,
    skip: bool = False,
    unverified: bool = False,
    options: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """``out`` is the dataset ``folder`` in the format ``to``, beside its labels; what ``out/export.json`` says.

    Raises ``NotFound`` for a format or a dataset that there is not, ``Mistake`` for an option that the format does not
    have and where rows cannot be written without loss, ``Occupied``, ``BadFile`` and ``Stopped``.
    """
    form = format_of(to, options or {})
    return export_folder(
        Path(folder), Path(out), to, form, options=options or {}, split=split, skip=skip, unverified=unverified
    )


def format_of(name: str, options: Mapping[str, Any] | None = None) -> Format:
    """The format of this name with these options; raises ``NotFound`` and ``Mistake``."""
    return cast(Format, bound(named("exports", EXPORTS, name), options or {})())


def formats() -> dict[str, Format]:
    """The formats that are built in, as they are without options."""
    return {name: format_of(name) for name in EXPORTS}


def settings_of(name: str) -> dict[str, str]:
    """The settings of a format, each with the values it takes, the default first."""
    factory = named("exports", EXPORTS, name)
    hints = get_type_hints(factory)
    found = {}
    for each, parameter in inspect.signature(factory).parameters.items():
        choices = [str(value) for value in get_args(hints[each])] or [str(parameter.default)]
        found[each] = "|".join(sorted(choices, key=lambda value: value != str(parameter.default)))
    return found
