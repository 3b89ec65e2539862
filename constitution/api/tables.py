"""A run as tables: pairs, verdicts, fates, costs."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from constitution.api.result import Run

Rows = tuple[list[str], list[tuple[Any, ...]]]


def pairs(run: Run) -> Rows:
    """One row a pair: who wrote what, and why it is a pair."""
    columns = ["prompt_id", "pair_id", "prompt", "chosen", "rejected", "principles", "intent", "chosen_model",
               "rejected_model", "self_judged", "warnings"]  # fmt: skip
    rows = [
        (
            view.trail.prompt.id,
            view.pair.pair_id,
            view.trail.prompt.messages[-1].content,
            view.pair.chosen.text,
            view.pair.rejected.text,
            [principle.id for principle in view.pair.principles],
            view.trail.intent,
            view.pair.chosen.model,
            view.pair.rejected.model,
            view.trail.self_judged,
            [finding.check for finding in view.trail.findings if finding.severity == "warn"],
        )
        for view in run.pairs
    ]
    return columns, rows


def verdicts(run: Run) -> Rows:
    """One row for each thing that a critic or a judge said."""
    columns = ["prompt_id", "by", "subject", "about", "verdict", "severity", "reason"]
    rows: list[tuple[Any, ...]] = []
    for trail in run.trails:
        for critique in trail.critiques:
            subject = "draft" if trail.responses[critique.response].parent is None else "revision"
            rows.append((trail.prompt.id, "critic", subject, critique.principle.id, critique.verdict,
                         critique.severity, critique.reason))  # fmt: skip
        for verdict in trail.verdicts:
            for about, said in (("principles", verdict.principles), ("helpfulness", verdict.helpfulness)):
                rows.append((trail.prompt.id, "judge", verdict.order, about, said, "none", verdict.reason))
    return columns, rows


def fates(run: Run) -> Rows:
    """One row a prompt: how it ended and why."""
    return ["prompt_id", "fate", "reason"], [(trail.prompt.id, trail.fate, trail.reason) for trail in run.trails]


def costs(run: Run) -> Rows:
    """One row a model: tokens bought in this run and what they cost."""
    from constitution.engine.prices import cost_of

    rows = []
    for model in sorted({model for model, _ in run.tokens}):
        tokens = {key: count for key, count in run.tokens.items() if key[0] == model}
        rows.append((model, tokens.get((model, "input"), 0), tokens.get((model, "output"), 0), cost_of(tokens)))
    return ["model", "input", "output", "cost"], rows


TABLES: dict[str, Callable[[Run], Rows]] = {"pairs": pairs, "verdicts": verdicts, "fates": fates, "costs": costs}
