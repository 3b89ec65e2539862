"""The public functions of ``import constitution``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from constitution import api
from constitution.principles.model import Constitution
from constitution.shelf import Shelf, find_root


def run(recipe: str = "revise", **order: Any) -> api.Run:
    """Run a recipe over prompts and return what came of it; takes the fields of ``api.Order``.

    Works inside a running event loop too. Raises the errors of ``constitution.errors``.
    """
    return api.run(api.Order(recipe=recipe, **order))


async def arun(recipe: str = "revise", **order: Any) -> api.Run:
    """``run`` for callers that are asynchronous themselves."""
    return await api.arun(api.Order(recipe=recipe, **order))


def plan(recipe: str = "revise", **order: Any) -> api.Plan:
    """What ``run`` would ask for the same order; asks nothing."""
    return api.plan(api.Order(recipe=recipe, **order))


def load_constitution(ref: str, *, root: str | Path | None = None) -> Constitution:
    """The constitution of this reference, such as ``harmlessness@1`` or a path; raises ``NotFound``, ``BadFile``."""
    return Shelf(find_root(Path(root) if root is not None else Path.cwd())).constitution(ref).constitution
