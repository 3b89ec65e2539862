"""Holding one response to groups of principles: the conversation that critique and re-check share."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from constitution.core.asking import Asking, Request
from constitution.core.chance import keyed
from constitution.core.records import Intent
from constitution.core.templates import fence
from constitution.core.trail import Critique, Response, Step, Trail
from constitution.principles.model import Principle
from constitution.principles.precedence import told_together
from constitution.stages.brief import Brief
from constitution.stages.evidence import conversation, step_of
from constitution.stages.findings import critiques_from
from constitution.stages.forms import critique_form
from constitution.stages.ruled import ruled_answer
from constitution.stages.structured import Structured, ask_structured

SLOTS = ("conversation", "response", "principles", "nonce")
"""What a template of the critic's question must hold."""
Asked = Mapping[str, tuple[Principle, ...]]
"""Group id to the principles of it that are asked about."""


def hold(
    brief: Brief,
    trail: Trail,
    position: int,
    groups: Asked,
    *,
    role: str,
    template: str,
    max_tokens: int,
    broken: bool,
    draws: Sequence[int] = (0,),
) -> Asking[tuple[Trail, tuple[Intent, ...]]]:
    """Ask the critic once a group about the response at ``position``; the trail gains steps and critiques.

    With several ``draws`` the same is asked that many times; the critiques of a draw have a step of their own.

    Where a person has ruled on this response, their verdict stands in the place of the critic's.

    The question is the same for a draft and for a revision, so that the critic cannot know which it reads.
    ``broken`` is what a dry run supposes.
    """
    response = trail.responses[position]
    every = [each for _ in draws for each in groups.items()]
    nonce = keyed(brief.seed, "nonce", response.text)[:16]
    requests = tuple(
        _question(brief, trail, response, principles, nonce, brief.model(role), template, max_tokens, draw)
        for draw in draws
        for principles in groups.values()
    )

    def supposed(place: int) -> str:
        return _supposed(nonce, every[place][1], _evidence(trail, response) if broken else {})

    answers = yield from ask_structured(requests, supposed)
    intents: list[Intent] = []
    steps: list[Step] = []
    critiques: list[Critique] = []
    for offset, ((group, principles), answer) in enumerate(zip(every, answers, strict=True)):
        step = step_of(trail, "critique", answer.request, answer.reply, inputs=(response.step,), offset=offset,
                       principles=tuple(p.ref for p in principles), template=brief.template(template))  # fmt: skip
        steps.append(step)
        critiques += critiques_from(answer.value, principles, group=group, response=response, position=position,
                                    messages=trail.prompt.messages, step=step.id)  # fmt: skip
        intents += _intent(answer)
    longer = trail.plus(steps=tuple(steps), critiques=tuple(critiques))
    return ruled_answer(brief.rulings, longer, position), tuple(intents)


def _intent(answer: Structured) -> list[Intent]:
    return [answer.value["intent"]] if answer.value else []


def _question(
    brief: Brief,
    trail: Trail,
    response: Response,
    principles: Sequence[Principle],
    nonce: str,
    model: str,
    template: str,
    max_tokens: int,
    draw: int,
) -> Request:
    return Request.known(
        model=model,
        messages=brief.template(template).fill(
            conversation=conversation(brief.seed, trail.prompt.messages),
            response=fence(brief.seed, "response", response.text),
            principles=told_together(principles),
            nonce=nonce,
        ),
        max_tokens=max_tokens,
        json_schema=critique_form(nonce, [principle.id for principle in principles]),
        draw=draw,
        purpose="critique",
    )


def _evidence(trail: Trail, response: Response) -> dict[str, str]:
    """Words that would stand up as evidence: the response's own, or where it has none, the prompt's."""
    if any(letter.isalnum() for letter in response.text):
        return {"evidence": "quote", "quote": response.text}
    contents = (message.content for message in trail.prompt.messages)
    quote = next((text for text in contents if any(letter.isalnum() for letter in text)), "")
    return {"evidence": "omission", "quote": quote}


def _supposed(nonce: str, principles: Sequence[Principle], evidence: Mapping[str, str]) -> str:
    """What a dry run takes for the answer: everything broken where there is evidence, else everything kept."""
    finding = {"reason": "supposed", "verdict": "complies", "severity": "none", "evidence": "none", "quote": ""}
    if evidence:
        finding |= {"verdict": "violates", "severity": "minor", **evidence}
    findings = [{"principle": principle.id, **finding} for principle in principles]
    return json.dumps({"nonce": nonce, "intent": "benign", "findings": findings}, ensure_ascii=False)
