"""Draft: the author answers the prompt, unless the prompt brought an answer along."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from constitution.core.asking import Asking, Reply, Request, Sampling, Stage, ask
from constitution.core.digest import text_digest
from constitution.core.trail import Fault, Response, Step, Trail
from constitution.stages.brief import AtLeastOne, Brief
from constitution.stages.declining import reads_as_refusal
from constitution.stages.evidence import step_of


def draft(
    brief: Brief,
    *,
    role: str = "author",
    max_tokens: AtLeastOne = 1024,
    temperature: Annotated[float, Field(ge=0, le=2, allow_inf_nan=False)] | None = None,
    top_p: Annotated[float, Field(gt=0, le=1)] | None = None,
) -> Stage:
    """The first answer: the prompt's first candidate, else the author's; none of it refused, cut or empty."""
    model = brief.model(role)
    sampling = Sampling(temperature=temperature, top_p=top_p)

    def stage(trail: Trail) -> Asking[Trail]:
        if trail.prompt.candidates:
            return _given(trail)
        request = brief.fitted(
            Request.known(
                model=model,
                messages=trail.prompt.messages,
                sampling=sampling,
                max_tokens=max_tokens,
                purpose="draft",
                supposed="A supposed draft.",
            )
        )
        reply = yield from ask(request)
        step = step_of(trail, "draft", request, reply)
        return written(trail, step, reply, parent=None, what="the draft")

    return stage


def _given(trail: Trail) -> Trail:
    """The trail with the prompt's own first candidate as its draft."""
    given = trail.prompt.candidates[0]
    step = Step(
        id=f"s{len(trail.steps) + 1}",
        kind="import",
        agent=given.origin,
        model=given.model,
        source=trail.prompt.source,
        license=trail.prompt.license,
        output_sha256=text_digest(given.text),
    )
    response = Response(
        text=given.text,
        origin=given.origin,
        model=given.model,
        step=step.id,
        declines=reads_as_refusal(given.text),
    )
    longer = trail.plus(steps=(step,), responses=(response,))
    return longer if given.text.strip() else longer.ends("empty", "the given answer is empty")


def written(trail: Trail, step: Step, reply: Reply, *, parent: int | None, what: str) -> Trail:
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
        supposed=reply.supposed,
        declines=reads_as_refusal(reply.text),
    )
    longer = longer.plus(responses=(response,))
    if reply.finish == "length":
        return longer.ends("truncated", f"{what} was cut at max_tokens")
    return longer
