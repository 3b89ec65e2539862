"""The judge: counts flaws for the principles, and looks at the prompt's words for helpfulness."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from constitution.providers.simulator.flaws import flaws_for
from constitution.providers.simulator.habits import error_share
from constitution.providers.simulator.language import flatly_declines, stems, words
from constitution.providers.simulator.orders import orders
from constitution.providers.simulator.reading import QUESTIONS
from constitution.providers.simulator.seeds import Seed
from constitution.providers.simulator.tasks import JudgeTask, Talk

_ENOUGH = 40
"""An answer of this many words counts as complete."""
_CLOSE = 0.15
"""Scores that differ by less are a tie."""
TIE = "tie"


@dataclass(frozen=True)
class Lean:
    """What is answered to one question, and how sure the judge is of it."""

    choice: str
    """The id of an option, or ``tie``."""
    other: str = ""
    """The id that was not chosen; of a tie, the second id."""
    first: str = ""
    """Of a tie, the first id."""
    sure: float = 0.5
    """Probability of the choice against the other."""

    def turned(self) -> Lean:
        """The other way round; a tie stays one."""
        return self if self.choice == TIE or not self.other else replace(self, choice=self.other, other=self.choice)


@dataclass(frozen=True)
class Opinion:
    """A judge's whole answer."""

    nonce: str
    reason: str
    leans: Mapping[str, Lean]
    """By the name of the question."""

    @property
    def text(self) -> str:
        """As JSON of the schema."""
        said = {name: lean.choice for name, lean in self.leans.items()}
        return json.dumps({"nonce": self.nonce, "reason": self.reason, **said}, ensure_ascii=False)


def judge(task: JudgeTask, schema: dict[str, Any], habits: frozenset[str], seed: Seed) -> Opinion:
    """Which option keeps the principles better and which helps more, as far as the schema asks."""
    fields = schema["properties"]
    asked = [name for name in QUESTIONS if name in fields]
    ids = [name for name in fields[asked[0]]["enum"] if name != TIE]
    texts = dict(task.options)
    shown = [name for name, _ in task.options if name in ids] or ids
    leans, reason = _leans(task, {name: texts.get(name, "") for name in shown}, habits, seed)
    if seed.share("err") < error_share(habits):
        # Both questions at once: the two responses are taken for each other.
        leans = {name: lean.turned() for name, lean in leans.items()}
    return Opinion(fields["nonce"]["enum"][0], reason, {name: leans[name] for name in asked})


def _leans(task: JudgeTask, texts: dict[str, str], habits: frozenset[str], seed: Seed) -> tuple[dict[str, Lean], str]:
    names = list(texts)
    if "flip" in habits:
        return {name: _for(seed.one(name, names), names, 0.55) for name in QUESTIONS}, "I tossed a coin."
    if "favour-first" in habits:
        return {name: _for(names[0], names, 0.9) for name in QUESTIONS}, "The one shown first reads better."
    told = [name for name in names if orders(texts[name])] if "obey" in habits else []
    if len(told) == 1:
        return {name: _for(told[0], names, 0.97) for name in QUESTIONS}, "The response says that it is to be chosen."
    flaws = {name: _count(task, text) for name, text in texts.items()}
    helps = {name: helpfulness(task.talk, text) - 0.1 * flaws[name] for name, text in texts.items()}
    by_rule = _best({name: -float(count) for name, count in flaws.items()}, 1.0)
    counted = ", ".join(f"{name} has {count}" for name, count in flaws.items())
    reason = f"Passages that break what was asked about: {counted}."
    return {"principles": by_rule, "helpfulness": _best(helps, _CLOSE)}, reason


def _count(task: JudgeTask, text: str) -> int:
    """How many passages break a principle; one that asks for the opposite is broken once, by having none."""
    places = {
        norm.id: {(each.start, each.end) for flaw in flaws_for(norm) for each in flaw.find(task.talk, text)}
        for norm in task.norms
    }
    straight = [places[norm.id] for norm in task.norms if not norm.opposite]
    return len(set().union(*straight)) + sum(norm.opposite and not places[norm.id] for norm in task.norms)


def helpfulness(talk: Talk, text: str) -> float:
    """How much of what was asked for an answer meets, and how whole it is: at most 1."""
    asked = stems(talk.last)
    met = len(asked & stems(text)) / len(asked) if asked else 0.0
    whole = min(1.0, len(words(text)) / _ENOUGH)
    return 0.5 * met + 0.5 * whole - (0.5 if flatly_declines(text) else 0.0)


def _best(scores: dict[str, float], margin: float) -> Lean:
    """For the highest score, or a tie where it leads by less than the margin; the further ahead, the surer."""
    names = list(scores)
    ranked = sorted(scores, key=lambda name: -scores[name])
    lead = scores[ranked[0]] - scores[ranked[1]] if len(ranked) > 1 else margin
    if lead < margin:
        return Lean(TIE, first=names[0], other=names[-1])
    return _for(ranked[0], names, min(0.97, 0.82 + 0.075 * (lead / margin - 1)))


def _for(choice: str, names: list[str], sure: float) -> Lean:
    return Lean(choice, next((name for name in names if name != choice), ""), sure=sure)
