"""Preference pairs from written principles: drafted, critiqued, revised, judged in both orders, and labelled.

Nothing happens at import: each public name is loaded when it is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from constitution.front import (
        arun,
        audit,
        check,
        export,
        load_constitution,
        load_run,
        mix,
        plan,
        run,
        training_data,
        verify,
    )

__all__ = [
    "__version__",
    "arun",
    "audit",
    "check",
    "export",
    "load_constitution",
    "load_run",
    "mix",
    "plan",
    "run",
    "training_data",
    "verify",
]


def __getattr__(name: str) -> Any:
    if name in __all__:
        return getattr(import_module("constitution.front"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
