"""A stage is a conversation: it yields tuples of requests and is sent tuples of replies."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from functools import cached_property
from typing import Annotated, Any, Literal, Self, TypeVar

from pydantic import Field, ValidatorFunctionWrapHandler, WrapValidator

from constitution.core.digest import Spelled, bytes_digest, canonical
from constitution.core.records import Message, Origin, Record, spelled_messages
from constitution.core.trail import Trail
from constitution.errors import CallFailed

T = TypeVar("T")


def _as_it_is(schema: Any, validated: ValidatorFunctionWrapHandler) -> Any:
    """The schema itself where it carries its spelling, which a copy would lose."""
    return schema if type(schema) is Spelled else validated(schema)


class Sampling(Record):
    """How to draw from the model; wishes, since not every model takes each of them."""

    temperature: float | None = None
    top_p: float | None = None

    def as_json(self) -> dict[str, Any]:
        """What is wished, and nothing else."""
        return {name: value for name, value in vars(self).items() if value is not None}


PLAIN = Sampling()
"""Drawn as the model draws unless told otherwise."""
DEFAULT_TOKENS = 1024


class Request(Record):
    """What is asked of a model, in neutral words that no provider owns."""

    model: str
    """``provider:model`` or ``endpoint:model``."""
    messages: tuple[Message, ...]
    sampling: Sampling = PLAIN
    max_tokens: int = DEFAULT_TOKENS
    json_schema: Annotated[dict[str, Any] | None, WrapValidator(_as_it_is)] = None
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
        return bytes_digest(b"{" + b",".join([b'"%b":%b' % part for part in sorted(self._identity())]) + b"}")

    def _identity(self) -> Iterator[tuple[bytes, bytes]]:
        """Each field that counts and is not at its default, in canonical spelling."""
        yield b"messages", spelled_messages(self.messages)
        yield b"model", canonical(self.model)
        if self.json_schema is not None:
            yield b"json_schema", canonical(self.json_schema)
        if self.max_tokens != DEFAULT_TOKENS:
            yield b"max_tokens", canonical(self.max_tokens)
        if self.sampling is not PLAIN and self.sampling != PLAIN:
            yield b"sampling", canonical(self.sampling.as_json())
        if self.draw:
            yield b"draw", canonical(self.draw)
        if self.tools:
            yield b"tools", canonical(self.tools)
        if self.stop:
            yield b"stop", canonical(self.stop)
        if self.logprobs is not None:
            yield b"logprobs", canonical(self.logprobs)

    def but(self, **changes: Any) -> Self:
        """A copy with these fields changed; its digest is known where only fields without identity change."""
        copy = super().but(**changes)
        if "digest" in self.__dict__ and changes.keys() <= NOT_IDENTITY.keys():
            copy.__dict__["digest"] = self.digest
        return copy

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
        if not untaken:
            return self
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
        programs: dict[str, Origin] = {"simulator": "simulator", "scripted": "program", "command": "program"}
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
