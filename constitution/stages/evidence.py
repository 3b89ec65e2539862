"""Writing down who did what: one step of the trail for each reply, and fences around foreign text."""

from __future__ import annotations

from typing import Any

from constitution.core.asking import Reply, Request
from constitution.core.digest import canonical, text_digest
from constitution.core.records import Message, PrincipleRef
from constitution.core.templates import Template, fence
from constitution.core.trail import Step, StepKind, Trail


def conversation(seed: str, messages: tuple[Message, ...]) -> str:
    """Each message behind its own fence, so that no text can play another role."""
    parts = []
    for place, message in enumerate(messages, 1):
        text = message.content
        if message.tool_calls:
            # In one spelling: a row that was stored and read back may name its keys in another order.
            calls = (canonical(call.get("function", call)).decode() for call in message.tool_calls)
            text = "\n".join([text, *calls]).strip()
        parts.append(fence(seed, f"message {place} from {message.role}", text))
    return "\n\n".join(parts)


def step_of(
    trail: Trail,
    kind: StepKind,
    request: Request,
    reply: Reply,
    *,
    inputs: tuple[str | None, ...] = (),
    principles: tuple[PrincipleRef, ...] = (),
    template: Template | None = None,
    offset: int = 0,
) -> Step:
    """The step that this reply adds; ``offset`` counts steps of the same tuple that come before it.

    Nothing was asked for a supposed reply, so its step names no request.
    """
    return Step.known(
        id=f"s{len(trail.steps) + 1 + offset}",
        kind=kind,
        agent=reply.origin,
        model=request.model_name,
        model_returned=reply.model_returned,
        model_revision=revision_of(request, reply),
        provider=request.provider,
        params=params_of(request),
        removed=request.removed,
        template_sha256=template.sha256 if template else None,
        principles=principles,
        inputs=tuple(name for name in inputs if name),
        request=None if reply.supposed else request.digest,
        output_sha256=text_digest(reply.text),
    )


def revision_of(request: Request, reply: Reply) -> str | None:
    """Which weights answered, where they were loaded in this process; a server only claims it."""
    said = reply.raw.get("revision") if request.provider == "transformers" else None
    return said if isinstance(said, str) and said else None


def params_of(request: Request) -> dict[str, Any]:
    """The settings that went with the question, as sent."""
    params: dict[str, Any] = {"max_tokens": request.max_tokens, **request.sampling.as_json()}
    if request.stop:
        params["stop"] = list(request.stop)
    if request.draw:
        params["draw"] = request.draw
    return params
