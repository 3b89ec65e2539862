"""The public functions of ``import constitution``."""

from __future__ import annotations

import difflib
from dataclasses import fields
from pathlib import Path
from typing import Any

from constitution import api
from constitution.errors import Mistake
from constitution.principles.model import Constitution
from constitution.shelf import Shelf, find_root


def run(recipe: str = "revise", **order: Any) -> api.Run:
    """Run a recipe over prompts and return what came of it.

    ``prompts`` is a file, or a list of texts and rows; ``out`` the dataset folder to write, if any; ``principles`` a
    reference such as ``harmlessness@1``; ``model``, ``critic``, ``reviser``, ``judge`` and ``teacher`` are
    ``provider:model`` and ``panel`` a list of further judges (nothing given means the simulator for all). Also
    ``ledger``, ``rulings``, ``concurrency``, ``seed``, ``accept``, ``max_candidates``, ``max_cost``, ``max_calls``,
    ``max_failures``, ``pin_model``, ``accept_changes``, ``retry_faults``, ``allow_commands``, ``limit``, ``only`` and
    ``root``: see ``api.Order``.

    Works inside a running event loop too. Raises the errors of ``constitution.errors``.
    """
    return api.run(_order(recipe, order))


async def arun(recipe: str = "revise", **order: Any) -> api.Run:
    """``run`` for callers that are asynchronous themselves."""
    return await api.arun(_order(recipe, order))


def plan(recipe: str = "revise", **order: Any) -> api.Plan:
    """What ``run`` would ask for the same order; asks nothing and needs no key."""
    return api.plan(_order(recipe, order))


def load_constitution(ref: str, *, root: str | Path | None = None) -> Constitution:
    """The constitution of this reference, such as ``harmlessness@1`` or a path; raises ``NotFound``, ``BadFile``."""
    return Shelf(find_root(Path(root) if root is not None else Path.cwd())).constitution(ref).constitution


def load_run(out: str | Path) -> api.Finished:
    """The run that wrote this folder: its ``trails``, ``pairs`` and ``fates``, ``dataset()`` and ``to_pandas()``.

    ``load_run("out/").to_pandas("verdicts")`` has one row for each thing that a critic, a deterministic rule, a judge
    or a person said; ``api.tables.Said`` tells what its columns are. Raises ``NotFound`` and ``BadFile``.
    """
    return api.load_run(out)


def _order(recipe: str, given: dict[str, Any]) -> api.Order:
    known = [field.name for field in fields(api.Order)]
    for name in given:
        if name not in known:
            near = difflib.get_close_matches(name, known, 1)
            remedy = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(known)}"
            raise Mistake(f"there is no argument {name!r}", remedy=remedy)
    return api.Order(recipe=recipe, **given)
