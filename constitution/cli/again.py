"""The run that a plan foretells, as the command that somebody may type."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from dataclasses import MISSING, fields
from itertools import count as numbers
from pathlib import Path
from typing import Any

from constitution import api
from constitution.cli.bundles import Asked, Drawn
from constitution.dataset.envelope import load_manifest, of_earlier_version
from constitution.dataset.replace import begun_with, state_of


def planned(order: api.Order, prepared: api.Prepared) -> str:
    """The run that a plan of this order foretells."""
    words = ["constitution run", shlex.quote(order.recipe), "--prompts", shlex.quote(str(order.prompts))]
    allowed = ["--allow-commands"] if prepared.commands.models else []
    return " ".join([*words, *_given(order), *allowed, "--out", shlex.quote(f"{_free(prepared)}/")])


def _given(order: api.Order) -> Iterator[str]:
    """The flags of the order that are not at their default."""
    for flag in (each for bundle in (Drawn, Asked) for each in fields(bundle)):
        value: Any = getattr(order, flag.name)
        if flag.default is MISSING or value == flag.default or value in ((), []):
            continue
        name = f"--{flag.name.replace('_', '-')}"
        for each in value if isinstance(value, (list, tuple)) else (value,):
            yield name if each is True else f"{name} {shlex.quote(str(each))}"


def _free(prepared: api.Prepared) -> str:
    """The first of out, out-2, out-3 and so on that this run may have without taking anything's place."""
    names = ("out" if number == 1 else f"out-{number}" for number in numbers(1))
    return next(name for name in names if _takes(Path(name), prepared))


def _takes(out: Path, prepared: api.Prepared) -> bool:
    match state_of(out):
        case "absent" | "empty":
            return True
        case "unfinished":
            return begun_with(out) == prepared.inputs
        case "finished":
            return not of_earlier_version(out) and load_manifest(out).run_id == prepared.run_id
        case _:
            return False
