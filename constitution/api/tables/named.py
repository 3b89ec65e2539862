"""The tables by name: one row a pair, a verdict, a prompt, a model."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import astuple, fields
from typing import Any

from constitution.api.tables.said import Said
from constitution.api.tables.telling import said_of
from constitution.core.trail import Trail
from constitution.engine.prices import Prices, cost_of
from constitution.errors import NotFound

Rows = tuple[list[str], list[tuple[Any, ...]]]
"""Names of the columns, and the rows."""
Tokens = Mapping[tuple[str, str], int]
"""(``provider:model``, ``input`` or ``output``) to tokens."""

COLUMNS = tuple(field.name for field in fields(Said))
"""Of the table ``verdicts``; what each means stands with the fields of ``Said``."""


def table(name: str, trails: Sequence[Trail], tokens: Tokens, prices: Prices | None = None) -> Rows:
    """The table of this name: ``pairs``, ``verdicts``, ``fates`` or ``costs``; raises ``NotFound`` for another."""
    if name == "costs":
        return costs(tokens, prices)
    if name not in OF_TRAILS:
        raise NotFound(f"there is no table {name!r}", remedy=f"tables: {', '.join([*OF_TRAILS, 'costs'])}")
    return OF_TRAILS[name](trails)


def pairs(trails: Sequence[Trail]) -> Rows:
    """One row a pair: who wrote what, and why it is a pair."""
    columns = ["prompt_id", "pair_id", "prompt", "chosen", "rejected", "principles", "intent", "chosen_model",
               "rejected_model", "self_judged", "warnings"]  # fmt: skip
    rows = [
        (
            trail.prompt.id,
            pair.pair_id,
            trail.prompt.messages[-1].content,
            pair.chosen.text,
            pair.rejected.text,
            [principle.id for principle in pair.principles],
            trail.intent,
            pair.chosen.model,
            pair.rejected.model,
            trail.self_judged,
            [finding.check for finding in trail.findings if finding.severity == "warn"],
        )
        for trail in trails
        for pair in (() if trail.pair is None else (trail.pair,))
    ]
    return columns, rows


def verdicts(trails: Sequence[Trail]) -> Rows:
    """One row for each thing that a critic, a judge, a deterministic rule or a person said."""
    return list(COLUMNS), [astuple(said) for said in said_of(trails)]


def fates(trails: Sequence[Trail]) -> Rows:
    """One row a prompt: how it ended and why."""
    return ["prompt_id", "fate", "reason"], [(trail.prompt.id, trail.fate, trail.reason) for trail in trails]


def costs(tokens: Tokens, prices: Prices | None = None) -> Rows:
    """One row a model: tokens bought and what they cost."""
    rows = []
    for model in sorted({model for model, _ in tokens}):
        own = {key: count for key, count in tokens.items() if key[0] == model}
        rows.append((model, own.get((model, "input"), 0), own.get((model, "output"), 0), cost_of(own, prices)))
    return ["model", "input", "output", "cost"], rows


OF_TRAILS: dict[str, Callable[[Sequence[Trail]], Rows]] = {"pairs": pairs, "verdicts": verdicts, "fates": fates}
