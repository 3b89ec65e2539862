"""A stage is a conversation: it yields tuples of requests and is sent tuples of replies."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Mapping
from functools import cached_property
from typing import Any, Literal, TypeVar

from pydantic import Field

from constitution.core.digest import digest
from constitution.core.records import Message, Origin, Record
from constitution.core.trail import Trail
from constitution.errors import CallFailed

T = TypeVar("T")


class Sampling(Record):
    """How to draw from the model; wishes, since not every model takes each of them."""

    temperature: float | None = None
    top_p: float | None = None


class Request(Record):
    """What is asked of a model, in neutral words that no provider owns."""

    model: str
    """``provider:model`` or ``endpoint:model``."""
    messages: tuple[Message, ...]
    sampling: Sampling = Sampling()
    max_tokens: int = 1024
    json_schema: dict[str, Any] | None = None
    """The reply must be one JSON value of this schema."""
    tools: tuple[dict[str, Any], ...] = ()
    stop: tuple[str, ...] = ()
    logprobs: int | None = None
    draw: int = 0
    """Which of several answers to the same question this one is."""

    purpose: str = ""
    supposed: str = ""
    removed: tuple[str, ...] = ()
    timeout: float = 600.0

    @cached_property
    def digest(self) -> str:
        """Key of the reply in the ledger: all but ``NOT_IDENTITY``, fields at their default left out."""
        return digest(self.model_dump(mode="json", exclude=set(NOT_IDENTITY), exclude_defaults=True))

    @property
    def provider(self) -> str:
        """The part of the model's name before the colon."""
        return self.model.partition(":")[0]

    @property
    def model_name(self) -> str:
        """The model's name as its provider knows it."""
        return self.model.partition(":")[2]

    def without(self, untaken: frozenset[str]) -> Request:
        """The request less the settings that its model does not take; what was removed is noted."""
        sampling = {name: value for name, value in self.sampling.as_json().items() if name not in untaken}
        removed = tuple(sorted(self.sampling.as_json().keys() - sampling.keys()))
        logprobs = self.logprobs
        if logprobs is not None and "logprobs" in untaken:
            logprobs, removed = None, (*removed, "logprobs")
        return self.but(sampling=Sampling(**sampling), logprobs=logprobs, removed=removed) if removed else self


NOT_IDENTITY: dict[str, str] = {
    "purpose": "which stage asked; the same words deserve the same answer, whoever asks",
    "supposed": "the answer a dry run supposes; no model sees it",
    "removed": "settings that were never sent",
    "timeout": "how patiently we waited, not what we asked",
}
"""What the digest leaves out, each with its reason."""


class Usage(Record):
    """Tokens of one call, as the provider counted them; cached input is part of ``input``."""

    input: int = 0
    output: int = 0
    cached: int = 0


class Reply(Record):
    """What a model answered."""

    text: str
    reasoning: str = ""
    """Thoughts that the model showed apart from its answer."""
    finish: Literal["stop", "length", "refused", "tool", "empty"] = "stop"
    model_returned: str
    """The name that the answering model gave itself."""
    usage: Usage | None = None
    logprobs: tuple[dict[str, Any], ...] | None = None
    supposed: bool = False
    """A dry run made it up."""
    raw: dict[str, Any] = Field(default_factory=dict)
    """What else the wire brought: request id, stop details, service tier."""

    @property
    def origin(self) -> Origin:
        """Who wrote this, by the returned name, so that it also holds over HTTP."""
        programs: dict[str, Origin] = {"simulator": "simulator", "scripted": "program"}
        return programs.get(self.model_returned.partition(":")[0], "model")


Asking = Generator[tuple[Request, ...], tuple[Reply, ...], T]
Stage = Callable[[Trail], Asking[Trail]]


class Unanswered(Exception):
    """Some requests of one tuple failed; the others' replies are here too, all by position."""

    def __init__(self, failures: Mapping[int, CallFailed], replies: Mapping[int, Reply]) -> None:
        self.failures = dict(failures)
        self.replies = dict(replies)
        super().__init__("; ".join(str(failure) for failure in self.failures.values()))


def ask(request: Request) -> Asking[Reply]:
    """Ask one question."""
    (reply,) = yield (request,)
    return reply


def drive(asking: Asking[T], answer: Callable[[Request], Reply | CallFailed]) -> T:
    """Hold a whole conversation at once, answering each request with a plain function.

    An answer that is a ``CallFailed`` is thrown into the conversation the way every driver does it.
    """
    try:
        requests = next(asking)
        while True:
            outcomes = [answer(request) for request in requests]
            requests = hand_over(asking, outcomes)
    except StopIteration as end:
        result: T = end.value
        return result


def hand_over(asking: Asking[Any], outcomes: Iterable[Reply | CallFailed]) -> tuple[Request, ...]:
    """Send replies, or throw the one exception that holds the failures; returns the next requests."""
    replies, failures = {}, {}
    for position, outcome in enumerate(outcomes):
        if isinstance(outcome, CallFailed):
            failures[position] = outcome
        else:
            replies[position] = outcome
    if failures:
        return asking.throw(Unanswered(failures, replies))
    return asking.send(tuple(replies.values()))
