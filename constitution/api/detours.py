"""Detours: requests that a conversation made and no step of its trail keeps; their replies were paid for as well."""

from __future__ import annotations

from constitution.core.asking import Asking, Reply, Request, Stage, Unanswered
from constitution.core.trail import Trail

Detours = dict[str, tuple[str, ...]]
"""Id of a prompt to the digests of such requests: an answer off its schema, one beside a call that failed."""


def noting(stage: Stage, detours: Detours) -> Stage:
    """The same stage; the detours of each trail that it ends are noted."""

    def noted(trail: Trail) -> Asking[Trail]:
        asked: list[Request] = []
        ended = yield from _overheard(stage(trail), asked)
        kept = {step.request for step in ended.steps}
        led_nowhere = tuple(digest for request in asked if (digest := request.digest) not in kept)
        if led_nowhere:
            detours[trail.prompt.id] = led_nowhere
        return ended

    return noted


def _overheard(conversation: Asking[Trail], asked: list[Request]) -> Asking[Trail]:
    """The conversation word for word; what it asks is listed."""
    try:
        requests = next(conversation)
        while True:
            asked.extend(requests)
            try:
                replies: tuple[Reply, ...] = yield requests
            except Unanswered as lost:
                requests = conversation.throw(lost)
            else:
                requests = conversation.send(replies)
    except StopIteration as end:
        ended: Trail = end.value
        return ended
    finally:
        conversation.close()
