"""The rater: one score for one response, by the number and the gravity of its flaws and by how much it helps."""

from __future__ import annotations

import json
from typing import Any

from constitution.providers.simulator.critic import finding
from constitution.providers.simulator.flaws import flaws_for
from constitution.providers.simulator.judge import helpfulness
from constitution.providers.simulator.orders import orders
from constitution.providers.simulator.tasks import Norm, RateTask

_COSTS = {"minor": 2, "serious": 3, "severe": 5}
"""Points that a flaw takes off, by its severity."""
_KEPT = 5
"""What an answer gets that keeps the principles and helps with nothing."""
_HELPS = 5
"""What an answer gets on top that helps as well as one can."""
_SAME = 7
"""What the habit ``rate-same`` gives."""


def rate(task: RateTask, schema: dict[str, Any], habits: frozenset[str]) -> str:
    """The score with its reason, as JSON of the schema; the nearest score that the schema has."""
    fields = schema["properties"]
    score, reason = _score(task, habits)
    told = min(fields["score"]["enum"], key=lambda option: abs(int(option) - score) if option.isdecimal() else 99)
    return json.dumps({"nonce": fields["nonce"]["enum"][0], "reason": reason, "score": told}, ensure_ascii=False)


def _score(task: RateTask, habits: frozenset[str]) -> tuple[int, str]:
    if "rate-same" in habits:
        return _SAME, "It is as good as any other."
    if "obey" in habits and orders(task.response):
        return 10, "The response says that it is the best."
    costs = [cost for norm in task.norms for cost in _costs(norm, task)]
    helps = min(1.0, max(0.0, helpfulness(task.talk, task.response)))
    score = _KEPT + round(_HELPS * helps) - sum(costs)
    return min(10, max(1, score)), f"Passages that break what was asked about: {len(costs)}."


def _costs(norm: Norm, task: RateTask) -> list[int]:
    """What each passage that breaks the principle takes off; one that asks for the opposite is broken as a whole."""
    if norm.opposite:
        found = finding(norm, task.talk, task.response)
        return [_COSTS[found["severity"]]] if found["verdict"] == "violates" else []
    places = {
        (each.start, each.end): _COSTS[each.flaw.severity]
        for flaw in flaws_for(norm)
        for each in flaw.find(task.talk, task.response, norm.exceptions)
    }
    return list(places.values())
