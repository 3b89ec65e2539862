"""The command that does what an order says: the run that a plan foretells, or one that goes on after a cap."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from dataclasses import MISSING, fields, replace
from itertools import count as numbers
from pathlib import Path
from typing import Any

from constitution import api
from constitution.cli.bundles import Asked, Called, Drawn, Limited
from constitution.dataset.manifest import load_manifest
from constitution.dataset.replace import begun_with, state_of
from constitution.errors import Capped

_DONE = ("retry_faults",)
"""What the first run did already, and what going on must not do again."""


def planned(order: api.Order, prepared: api.Prepared) -> str:
    """The run that a plan of this order foretells."""
    return _run(order, f"{_free(prepared)}/")


def going_on(order: api.Order, out: Path, stopped: Capped) -> str:
    """The run that goes on where this one stopped, with the cap raised."""
    if stopped.cap == "max_calls":
        return _run(replace(order, max_calls=int(stopped.raised)), f"{out}")
    return _run(replace(order, max_cost=stopped.raised), f"{out}")


def _run(order: api.Order, out: str) -> str:
    words = ["constitution run", shlex.quote(order.recipe), "--prompts", shlex.quote(str(order.prompts))]
    return " ".join([*words, *_given(order), "--out", shlex.quote(out)])


def _given(order: api.Order) -> Iterator[str]:
    """The flags of the order that are not at their default."""
    for flag in (each for bundle in (Drawn, Asked, Called, Limited) for each in fields(bundle)):
        value: Any = getattr(order, flag.name)
        if flag.default is MISSING or flag.name in _DONE or value == flag.default:
            continue
        name = f"--{flag.name.replace('_', '-')}"
        text = f"{value:.10g}" if isinstance(value, float) else str(value)
        yield name if value is True else f"{name} {shlex.quote(text)}"


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
            return bool(load_manifest(out).get("run_id") == prepared.run_id)
        case _:
            return False
