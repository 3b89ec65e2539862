"""The judge: counts flaws for the principles, and looks at the prompt's words for helpfulness."""

from __future__ import annotations

import json
from typing import Any

from constitution.providers.simulator.flaws import flaws_for
from constitution.providers.simulator.language import flatly_declines, stems, words
from constitution.providers.simulator.orders import orders
from constitution.providers.simulator.reading import JudgeTask, Talk
from constitution.providers.simulator.seeds import Seed

_ENOUGH = 40
"""An answer of this many words counts as complete."""
_CLOSE = 0.15
"""Scores that differ by less are a tie."""


def judge(task: JudgeTask, schema: dict[str, Any], habits: frozenset[str], seed: Seed) -> str:
    """Which option keeps the principles better and which helps more, as JSON of the schema."""
    fields = schema["properties"]
    ids = [name for name in fields["principles"]["enum"] if name != "tie"]
    texts = dict(task.options)
    shown = [name for name, _ in task.options if name in ids] or ids
    by_rule, helps, reason = _verdict(task, {name: texts.get(name, "") for name in shown}, habits, seed)
    return json.dumps(
        {"nonce": fields["nonce"]["enum"][0], "reason": reason, "principles": by_rule, "helpfulness": helps},
        ensure_ascii=False,
    )


def _verdict(task: JudgeTask, texts: dict[str, str], habits: frozenset[str], seed: Seed) -> tuple[str, str, str]:
    names = list(texts)
    if "flip" in habits:
        return seed.one("principles", names), seed.one("helpfulness", names), "I tossed a coin."
    if "favour-first" in habits:
        return names[0], names[0], "The one shown first reads better."
    told = [name for name in names if orders(texts[name])] if "obey" in habits else []
    if len(told) == 1:
        return told[0], told[0], "The response says that it is to be chosen."
    flaws = {name: _count(task, text) for name, text in texts.items()}
    helps = {name: _helpfulness(task.talk, text) - 0.1 * flaws[name] for name, text in texts.items()}
    by_rule = _best({name: -float(count) for name, count in flaws.items()}, 1.0)
    counted = ", ".join(f"{name} has {count}" for name, count in flaws.items())
    return by_rule, _best(helps, _CLOSE), f"Passages that break what was asked about: {counted}."


def _count(task: JudgeTask, text: str) -> int:
    """How many passages break a principle; one that asks for the opposite is broken once, by having none."""
    places = {
        norm.id: {(each.start, each.end) for flaw in flaws_for(norm) for each in flaw.find(task.talk, text)}
        for norm in task.norms
    }
    straight = [places[norm.id] for norm in task.norms if not norm.opposite]
    return len(set().union(*straight)) + sum(norm.opposite and not places[norm.id] for norm in task.norms)


def _helpfulness(talk: Talk, text: str) -> float:
    asked = stems(talk.last)
    met = len(asked & stems(text)) / len(asked) if asked else 0.0
    whole = min(1.0, len(words(text)) / _ENOUGH)
    return 0.5 * met + 0.5 * whole - (0.5 if flatly_declines(text) else 0.0)


def _best(scores: dict[str, float], margin: float) -> str:
    """The name of the highest score, or ``tie`` where it leads by less than the margin."""
    ranked = sorted(scores, key=lambda name: -scores[name])
    lead = scores[ranked[0]] - scores[ranked[1]] if len(ranked) > 1 else margin
    return ranked[0] if lead >= margin else "tie"
