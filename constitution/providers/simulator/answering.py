"""What the simulator answers: reads a request, does what it asks, cuts and counts as a model would."""

from __future__ import annotations

import json

from constitution.core.asking import Reply, Request, Usage
from constitution.providers.simulator.blanks import instance
from constitution.providers.simulator.critic import critique
from constitution.providers.simulator.drafts import at_length, draft
from constitution.providers.simulator.habits import PLAIN, habits_of
from constitution.providers.simulator.judge import Opinion, judge
from constitution.providers.simulator.logprobs import log_probs
from constitution.providers.simulator.rating import rate
from constitution.providers.simulator.reading import task_of
from constitution.providers.simulator.reviser import revise
from constitution.providers.simulator.seeds import Seed
from constitution.providers.simulator.tasks import CritiqueTask, DraftTask, JudgeTask, RateTask, ReviseTask, Task

CHARACTERS = 4
"""Of text that count as one token."""
REFUSED = 0.3
"""Share of the drafts that the habit ``refuse`` declines."""
_PROSE = "I looked at it, and on the whole it reads well enough to me."


def reply_to(request: Request) -> Reply:
    """What the simulated model answers; raises ``NotFound`` for a habit that there is not."""
    habits = habits_of(request.model_name or PLAIN)
    seed = Seed.of(request)
    task = task_of(request)
    refused = isinstance(task, DraftTask) and "refuse" in habits and seed.share("refuse") < REFUSED
    said = "" if refused else _said(request, task, habits, seed)
    text = said.text if isinstance(said, Opinion) else said
    for stop in request.stop:
        text = text.split(stop, 1)[0] if stop else text
    most = max(0, request.max_tokens) * CHARACTERS
    cut = len(text) > most
    read = sum(len(message.content) for message in request.messages)
    return Reply(
        text=text[:most],
        finish="refused" if refused else "length" if cut else "stop",
        model_returned=f"simulator:{request.model_name or PLAIN}",
        logprobs=log_probs(said, text[:most], request.logprobs) if isinstance(said, Opinion) else None,
        usage=Usage(input=max(1, read // CHARACTERS), output=max(1, min(len(text), most) // CHARACTERS)),
        raw={"id": f"sim-{seed.name}"},
    )


def _said(request: Request, task: Task | None, habits: frozenset[str], seed: Seed) -> str | Opinion:
    schema = request.json_schema
    if schema is not None and _off(request, task, habits):
        return _PROSE
    if isinstance(task, CritiqueTask):
        return critique(task, schema or {}, habits)
    if isinstance(task, JudgeTask):
        return judge(task, schema or {}, habits, seed)
    if isinstance(task, RateTask):
        return rate(task, schema or {}, habits)
    if isinstance(task, ReviseTask):
        return at_length(revise(task, seed)) if "long-winded" in habits else revise(task, seed)
    if isinstance(task, DraftTask):
        return draft(task, habits, seed)
    return json.dumps(instance(schema or {}), ensure_ascii=False)


def _off(request: Request, task: Task | None, habits: frozenset[str]) -> bool:
    """Whether this question for JSON is answered with prose."""
    asked_again = any(message.role == "assistant" for message in request.messages)
    unrated = isinstance(task, RateTask) and "rate-none" in habits
    return unrated or "off-schema" in habits or ("off-schema-once" in habits and not asked_again)
