"""Draft: the author answers the prompt, in one way of asking of several, unless the prompt brought an answer along."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from pydantic import Field

from constitution.core.asking import Asking, Reply, Request, Sampling, Stage
from constitution.core.trail import Fault, Response, Step, Trail
from constitution.stages.brief import AtLeastOne, Brief
from constitution.stages.declining import reads_as_refusal
from constitution.stages.evidence import step_of
from constitution.stages.given import imported
from constitution.stages.telling import Telling, Told, Words


def draft(
    brief: Brief,
    *,
    role: str = "author",
    arm: str = "",
    draws: AtLeastOne = 1,
    template: str | None = None,
    principles_told: Told = "group",
    principles: tuple[str, ...] = (),
    candidates: bool = True,
    max_tokens: AtLeastOne = 1024,
    temperature: Annotated[float, Field(ge=0, le=2, allow_inf_nan=False)] | None = None,
    top_p: Annotated[float, Field(gt=0, le=1)] | None = None,
) -> Stage:
    """The trail with the role's answers, ``draws`` of them at once, in this ``arm``.

    ``template`` is said before the prompt's messages; ``principles_told`` of those in scope stand in it: the group
    that a critique will ask about, ``one`` of that group, or ``all``; ``principles`` narrows the constitution to these
    ids. A plain first draft is the prompt's first candidate where it brings any, unless ``candidates`` is false.
    An answer that is refused, cut or empty is left out, its step kept; the trail ends where none is left.
    """
    model = brief.model(role)
    sampling = Sampling(temperature=temperature, top_p=top_p)
    telling = Telling.of(brief, template, principles_told, principles) if template else None
    takes_given = candidates and not (arm or template) and draws == 1

    def stage(trail: Trail) -> Asking[Trail]:
        if takes_given and trail.prompt.candidates and not trail.responses:
            return imported(trail, trail.prompt.candidates[:1])
        words = telling.words(trail.prompt) if telling else None
        if telling and words is None:
            return trail.ends("not_applicable", "no group of principles is in scope")
        messages = words.before(trail.prompt.messages) if words else trail.prompt.messages
        requests = tuple(
            brief.fitted(
                Request.known(
                    model=model,
                    messages=messages,
                    sampling=sampling,
                    max_tokens=max_tokens,
                    draw=draw,
                    purpose="draft",
                    supposed=_supposed(arm, draw),
                )
            )
            for draw in range(draws)
        )
        replies = yield requests
        longer = _drafted(trail, requests, replies, arm, telling, words)
        return longer.but(groups=words.groups) if words and words.groups else longer

    return stage


def _supposed(arm: str, draw: int) -> str:
    """What a dry run takes for the answer: no two of one trail are alike, or nothing could be asked about both."""
    told = " ".join([*([arm] if arm else []), *([str(draw + 1)] if draw else [])])
    return f"A supposed draft ({told})." if told else "A supposed draft."


def _drafted(
    trail: Trail,
    requests: Sequence[Request],
    replies: Sequence[Reply],
    arm: str,
    telling: Telling | None,
    words: Words | None,
) -> Trail:
    """The trail with all answers that can be used; where there are none, it ends as the first one would have it."""
    what = f"the draft of the arm {arm}" if arm else "the draft"
    longer, lost = trail, []
    for request, reply in zip(requests, replies, strict=True):
        step = step_of(
            longer,
            "draft",
            request,
            reply,
            principles=words.principles if words else (),
            template=telling.template if telling else None,
        )
        one = written(longer, step, reply, parent=None, what=what, arm=arm)
        if one.fate is None:
            longer = one
        elif len(requests) == 1:
            return one
        else:
            longer = longer.plus(steps=(step,))
            lost.append(one)
    if len(lost) < len(requests):
        return longer
    first = lost[0]
    why = f"none of {len(lost)} drafts can be used; of the first, {first.reason}"
    return longer.but(faults=first.faults).ends(first.fate or "empty", why)


def written(trail: Trail, step: Step, reply: Reply, *, parent: int | None, what: str, arm: str = "") -> Trail:
    """The trail with what a model wrote; refused, cut and empty replies end it."""
    longer = trail.plus(steps=(step,))
    if reply.finish == "refused":
        return longer.ends("refused", f"the model declined {what}")
    if reply.finish == "tool":
        fault = Fault(kind="tool_call", reason=f"the model called a tool instead of writing {what}", stage=step.kind)
        return longer.plus(faults=(fault,)).ends("fault:tool_call", fault.reason)
    if not reply.text.strip():
        return longer.ends("empty", f"{what} is empty")
    response = Response.known(
        text=reply.text,
        origin=reply.origin,
        model=reply.model_returned,
        step=step.id,
        parent=parent,
        arm=arm,
        supposed=reply.supposed,
        declines=reads_as_refusal(reply.text),
    )
    longer = longer.plus(responses=(response,))
    if reply.finish == "length":
        return longer.ends("truncated", f"{what} was cut at max_tokens")
    return longer
