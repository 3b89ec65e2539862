"""One trap: what a row has, what a trainer does with it, and what to do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal, NamedTuple

Severity = Literal["error", "warning"]
PlainRow = Mapping[str, Any]
"""A row as it was read from JSON or Parquet: a key that is there may hold None."""


class Trap(NamedTuple):
    """Something that a row may have and a trainer takes otherwise than it was meant."""

    name: str
    severity: Severity
    """``error``: it raises or trains wrongly; ``warning``: it works today, or depends on what was meant."""
    what: str
    """What the row has, after "the row has" or alone."""
    trainer: str
    """What was seen to happen, with the version of the trainer."""
    remedy: str
    found: Callable[[PlainRow], bool]
