"""Rate: the judge gives each response a score by itself, without seeing the others."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Literal

from constitution.core.asking import Asking, Request, Stage
from constitution.core.chance import keyed
from constitution.core.judgement import Rating
from constitution.core.templates import fence
from constitution.core.trail import Response, Step, Trail
from constitution.principles.model import Principle
from constitution.principles.precedence import told_together
from constitution.stages.brief import AtLeastOne, Brief
from constitution.stages.critique import asked_of, hold_to_known
from constitution.stages.evidence import conversation, step_of
from constitution.stages.forms import SCORES, rate_form
from constitution.stages.structured import Structured, ask_each

SLOTS = ("conversation", "response", "principles", "nonce")
"""What a template of the question must hold."""


def rate(
    brief: Brief,
    *,
    role: str = "judge",
    template: str = "rate",
    groups: Literal["one", "all"] = "one",
    principles: tuple[str, ...] = (),
    max_tokens: AtLeastOne = 1024,
) -> Stage:
    """The trail with a rating of each response, 1 to 10, by the principles of one group in scope or of all.

    A score that was refused, stayed off its schema or did not come is None; where none came at all, the trail fails,
    and where no two scores differ it ends ``undecided``: nothing is better than anything.
    A score is a first choice among many answers, not a verdict: judges tell two answers apart better than they grade
    one, so that a pair is still held before the judge in both orders.
    """
    model = brief.model(role)
    words = brief.template(template, *SLOTS)
    hold_to_known(brief.constitution, principles)

    def question(trail: Trail, response: Response, asked: Sequence[Principle]) -> Request:
        nonce = _nonce(brief.seed, response)
        return Request.known(
            model=model,
            messages=words.fill(
                conversation=conversation(brief.seed, trail.prompt.messages),
                response=fence(brief.seed, "response", response.text),
                principles=told_together(asked),
                nonce=nonce,
            ),
            max_tokens=max_tokens,
            json_schema=rate_form(nonce),
            purpose="rate",
        )

    def stage(trail: Trail) -> Asking[Trail]:
        if not trail.responses:
            return trail.ends("undecided", "there is no response to rate")
        asked = asked_of(brief.constitution, trail.prompt, seed=brief.seed, groups=groups, only=principles)
        flat = [principle for group in asked.values() for principle in group]
        if not flat:
            return trail.ends("not_applicable", "no group of principles is in scope")
        requests = [question(trail, response, flat) for response in trail.responses]
        answers = yield from ask_each(requests, lambda place: _supposed(brief.seed, trail.responses[place], place))
        steps: list[Step] = []
        ratings: list[Rating] = []
        for place, answer in enumerate(answers):
            if answer is not None:
                inputs = (trail.responses[place].step,)
                refs = tuple(principle.ref for principle in flat)
                steps.append(step_of(trail, "rate", answer.request, answer.reply, inputs=inputs, principles=refs,
                                     template=words, offset=len(steps)))  # fmt: skip
            ratings.append(_rated(place, answer, steps[-1].id if answer is not None else ""))
        longer = trail.plus(steps=tuple(steps), ratings=tuple(ratings)).but(groups=tuple(asked))
        scores = [rating.score for rating in ratings if rating.score is not None]
        if len(set(scores)) > 1:
            return longer
        return longer.ends("undecided", f"no two scores differ; {len(scores)} of {len(ratings)} answers have one")

    return stage


def _nonce(seed: str, response: Response) -> str:
    return keyed(seed, "nonce", response.text)[:16]


def _rated(place: int, answer: Structured | None, step: str) -> Rating:
    """The rating that an answer gives; without a value in it, none that counts."""
    value = (answer.value if answer else None) or {}
    score = int(value["score"]) if "score" in value else None
    return Rating.known(response=place, score=score, reason=value.get("reason", ""), step=step)


def _supposed(seed: str, response: Response, place: int) -> str:
    """What a dry run takes for the answer: the first response is the best, so that there is something to compare."""
    score = SCORES[0] if place else SCORES[-1]
    return json.dumps({"nonce": _nonce(seed, response), "reason": "supposed", "score": score})
