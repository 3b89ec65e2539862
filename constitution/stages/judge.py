"""Judge: blind, in both orders, on two questions; what it says is mapped back to draft and revision."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Annotated

from pydantic import Field

from constitution.core.asking import Asking, Request, Stage
from constitution.core.chance import fraction
from constitution.core.trail import Trail
from constitution.pairing.earned import compared, judgement_problem, orders, sides, violations
from constitution.stages.brief import AtLeastOne, Brief
from constitution.stages.evidence import conversation, step_of
from constitution.stages.forms import judge_form
from constitution.stages.showing import ORDERS, Showing, shortened
from constitution.stages.structured import Structured, ask_structured


def judge(
    brief: Brief,
    *,
    role: str = "judge",
    template: str = "judge",
    max_tokens: AtLeastOne = 1024,
    extra_votes: Annotated[int, Field(ge=0, multiple_of=2)] = 0,
    truncation_share: Annotated[float, Field(ge=0, le=1)] = 0.0,
) -> Stage:
    """The trail goes on if both orders prefer the revision on the cited principles and it helps no less.

    ``extra_votes`` more draws an order, an even number, are asked only where the orders disagree, and the majority
    of each order decides; ``truncation_share`` of the trails that pass, chosen by hash, are judged again without
    the end of the longer answer.
    """
    model = brief.model(role)
    brief.template(template, "conversation", "questions", *Showing.SLOTS)

    def shown(trail: Trail, draws: Sequence[int], *, cut: bool = False) -> Asking[Trail]:
        positions = sides(trail) or (0, 0)
        draft, revision = (trail.responses[position] for position in positions)
        if cut:
            draft, revision = shortened(draft, revision)
        showings = [
            Showing(
                seed=brief.seed, draft=draft, revision=revision, positions=positions, order=order, draw=draw, cut=cut
            )
            for draw in draws
            for order in ORDERS
        ]
        requests = [_question(brief, trail, showing, model, template, max_tokens) for showing in showings]
        answers = yield from ask_structured(
            requests, lambda place: _supposed(showings[place], disagree=extra_votes > 0)
        )
        return _judged(brief, trail, showings, answers, template)

    def stage(trail: Trail) -> Asking[Trail]:
        if sides(trail) is None:
            return trail.ends("undecided", "there is nothing to compare")
        longer = yield from shown(trail, (0,))
        first = set(orders(compared(longer), "principles"))
        if extra_votes and len(first) == 2 and "invalid" not in first:
            longer = yield from shown(longer, range(1, extra_votes + 1))
        problem = judgement_problem(longer)
        if problem is None and fraction(brief.seed, trail.prompt.id, "truncation") < truncation_share:
            longer = yield from shown(longer, (0,), cut=True)
            problem = judgement_problem(longer)
        return longer.ends("undecided", problem) if problem else longer

    return stage


def _question(brief: Brief, trail: Trail, showing: Showing, model: str, template: str, max_tokens: int) -> Request:
    cited = {critique.principle.id for critique in violations(trail, (sides(trail) or (0, 0))[0])}
    questions = (principle.told_judge for principle in brief.constitution.principles if principle.id in cited)
    return Request.known(
        model=model,
        messages=brief.template(template).fill(
            conversation=conversation(brief.seed, trail.prompt.messages),
            questions="\n\n".join(questions),
            **showing.slots(),
        ),
        max_tokens=max_tokens,
        json_schema=judge_form(showing.nonce, showing.ids),
        draw=showing.draw,
        purpose="judge",
    )


def _supposed(showing: Showing, *, disagree: bool) -> str:
    """What a dry run takes for the answer; it goes the longest way: with more votes to come, past a disagreement."""
    tie = disagree and showing.draw == 0 and not showing.cut and showing.order == "draft_first"
    said = "tie" if tie else showing.id_of_revision
    return json.dumps({"nonce": showing.nonce, "reason": "supposed", "principles": said, "helpfulness": said})


def _judged(
    brief: Brief, trail: Trail, showings: Sequence[Showing], answers: Sequence[Structured], template: str
) -> Trail:
    """The trail with a step and a verdict for each answer."""
    refs = tuple(critique.principle for critique in violations(trail, (sides(trail) or (0, 0))[0]))
    steps = tuple(
        step_of(
            trail,
            "judge",
            answer.request,
            answer.reply,
            inputs=(showing.draft.step, showing.revision.step),
            principles=refs,
            template=brief.template(template),
            offset=offset,
        )
        for offset, (showing, answer) in enumerate(zip(showings, answers, strict=True))
    )
    verdicts = tuple(
        showing.verdict(answer, step.id) for showing, answer, step in zip(showings, answers, steps, strict=True)
    )
    authors = {response.model for response in trail.responses}
    alike = any(answer.reply.model_returned in authors for answer in answers)
    return trail.plus(steps=steps, verdicts=verdicts).but(self_judged=trail.self_judged or alike)
