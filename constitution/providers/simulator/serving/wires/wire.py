"""What a wire is: a path, how a request is read there, how a reply and a failure are written."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict

from constitution.core.asking import Reply, Request
from constitution.providers.simulator.habits import PLAIN
from constitution.providers.simulator.serving.statuses import Status

DRAW = "x-draw"
"""Header that names the draw, where a body has no place for it."""
DECLINED = "I would rather not answer this."
"""What a refusal says of itself, where the wire has a place for it."""


@dataclass(frozen=True)
class Wire:
    """One wire format; ``read`` raises ``ValueError`` for a request that cannot be followed."""

    name: str
    path: str
    read: Callable[[Any, Mapping[str, str]], Request]
    """From the JSON of the body and the headers."""
    write: Callable[[Reply], dict[str, Any]]
    fail: Callable[[Status, str], dict[str, Any]]


class Part(BaseModel):
    """A part of a request's body; what a program does not use of it is ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore")


def json_of(body: bytes) -> Any:
    """The JSON value of a request's body; raises ``ValueError``."""
    return json.loads(body.decode("utf-8"), parse_constant=_no_constant)


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is not JSON")


def full_name(model: str) -> str:
    """``simulator:`` and the habits, whether the request names the simulator or not."""
    return f"simulator:{model.removeprefix('simulator:') or PLAIN}"
