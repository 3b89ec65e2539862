"""The tables by name: one row a pair, a verdict, an answer, a critique, a prompt, a model."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import astuple, fields
from typing import Any

from constitution.api.tables.learning import answers_table, critiques_table
from constitution.api.tables.said import Said
from constitution.api.tables.telling import said_of
from constitution.core.evidence import PairEvidence
from constitution.core.trail import Trail
from constitution.engine.bill import Bill
from constitution.errors import NotFound

Rows = tuple[list[str], list[tuple[Any, ...]]]
"""Names of the columns, and the rows."""

COLUMNS = tuple(field.name for field in fields(Said))
"""Of the table ``verdicts``; what each means stands with the fields of ``Said``."""


def table(name: str, trails: Sequence[Trail], bill: Bill) -> Rows:
    """The table of this name; raises ``NotFound`` for another than ``costs`` and those of ``OF_TRAILS``."""
    if name == "costs":
        return costs(bill)
    if name not in OF_TRAILS:
        raise NotFound(f"there is no table {name!r}", remedy=f"tables: {', '.join([*OF_TRAILS, 'costs'])}")
    return OF_TRAILS[name](trails)


def pairs(trails: Sequence[Trail]) -> Rows:
    """One row a pair: who wrote what, and why it is a pair."""
    columns = ["prompt_id", "pair_id", "prompt", "chosen", "rejected", "principles", "intent", "chosen_model",
               "rejected_model", "self_judged", "warnings", "p_chosen", "p_basis", "p_calibrated", "flipped", "drift",
               "new_names", "new_numbers"]  # fmt: skip
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
            pair.p_chosen,
            pair.p_basis,
            pair.calibrated,
            pair.flipped,
            evidence.drift,
            list(evidence.new_names),
            list(evidence.new_numbers),
        )
        for trail in trails
        for pair in (() if trail.pair is None else (trail.pair,))
        for evidence in (pair.evidence or PairEvidence(),)
    ]
    return columns, rows


def verdicts(trails: Sequence[Trail]) -> Rows:
    """One row for each thing that a critic, a judge, a deterministic rule or a person said."""
    return list(COLUMNS), [astuple(said) for said in said_of(trails)]


def fates(trails: Sequence[Trail]) -> Rows:
    """One row a prompt: how it ended and why."""
    return ["prompt_id", "fate", "reason"], [(trail.prompt.id, trail.fate, trail.reason) for trail in trails]


def costs(bill: Bill) -> Rows:
    """One row a model: tokens bought, ``cached`` a part of the input, and what they cost."""
    kinds = ("input", "cached", "output")
    rows = [(model, *(bill.tokens[model, kind] for kind in kinds), cost) for model, cost in bill.costs.items()]
    return ["model", *kinds, "cost"], rows


OF_TRAILS: dict[str, Callable[[Sequence[Trail]], Rows]] = {
    "pairs": pairs,
    "verdicts": verdicts,
    "answers": answers_table,
    "critiques": critiques_table,
    "fates": fates,
}
