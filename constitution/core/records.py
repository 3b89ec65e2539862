"""Frozen records: what every record can do; prompts, and principles as the records of a prompt name them."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property, lru_cache, partial
from operator import itemgetter
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field
from pydantic_core import to_json

from constitution.core.digest import Unsure, canonical, digest, ordered

Role = Literal["system", "user", "assistant", "tool"]
Intent = Literal["benign", "borderline", "harmful"]
Origin = Literal["human", "model", "simulator", "program", "mixed", "unknown"]
Tier = Literal["never", "must", "should"]

TIERS: tuple[Tier, ...] = ("never", "must", "should")
"""In order of precedence, the highest first."""


class Record(BaseModel):
    """A frozen value; unknown fields are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    def but(self, **changes: Any) -> Self:
        """A copy with these fields changed; what was computed of the original is not copied along."""
        kind = type(self)
        values = {**self.__dict__, **changes}
        if len(values) > len(kind.__pydantic_fields__):
            values = {name: values[name] for name in kind.__pydantic_fields__}
        # What ``model_copy`` does, in a fifth of its time: a trail is copied at each step of each prompt.
        copy = kind.__new__(kind)
        object.__setattr__(copy, "__dict__", values)
        object.__setattr__(copy, "__pydantic_fields_set__", self.__pydantic_fields_set__ | changes.keys())
        object.__setattr__(copy, "__pydantic_extra__", None)
        object.__setattr__(copy, "__pydantic_private__", None)
        return copy

    @classmethod
    def known(cls, **values: Any) -> Self:
        """The record of values that surely fit its fields: nothing is checked or copied, defaults are filled in.

        For what we made of checked values ourselves; whatever comes from outside goes through the class itself.
        """
        blank, made = _blank(cls)
        held = {**blank, **values}
        for name, make in made:
            if name not in values:
                held[name] = make()
        if len(held) > len(blank):
            raise TypeError(f"{cls.__name__} has no field {', '.join(values.keys() - blank.keys())}")
        record = cls.__new__(cls)
        object.__setattr__(record, "__dict__", held)
        object.__setattr__(record, "__pydantic_fields_set__", set(values))
        object.__setattr__(record, "__pydantic_extra__", None)
        object.__setattr__(record, "__pydantic_private__", None)
        return record

    def as_json(self) -> dict[str, Any]:
        """Plain JSON values; fields at their default are left out."""
        return self.model_dump(mode="json", exclude_defaults=True)

    def spelled(self) -> bytes:
        """The canonical spelling of what ``as_json`` says; raises ``ValueError`` for what JSON cannot carry."""
        try:
            return to_json(self._in_order())
        except (Unsure, ValueError):
            return canonical(self.model_dump(mode="json", exclude_defaults=True))

    def _in_order(self) -> dict[str, Any]:
        """What the record says, its fields by name; raises ``Unsure`` where a serializer might not spell it well."""
        values, said = self.__dict__, {}
        for name, default, likes in _fields(type(self)):
            value = values[name]
            kind = type(value)
            # Asked of like kinds alone: pydantic compares records in a slow way.
            if value is default or (kind in likes and value == default):
                continue
            said[name] = value if kind is str or kind is bool or value is None else _part(value)
        return said


def _part(value: Any) -> Any:
    kind = type(value)
    if kind is tuple:
        return [item if type(item) is str else _part(item) for item in value]
    # Asked last: the question takes long, for pydantic's classes answer it in a way of their own.
    return value._in_order() if kind not in _VALUES and isinstance(value, Record) else ordered(value)


_NUMBERS = frozenset({int, float, bool})
_VALUES = frozenset({dict, list, str, int, float, bool, type(None)})


@lru_cache(maxsize=256)
def _fields(kind: type[Record]) -> tuple[tuple[str, Any, frozenset[type]], ...]:
    """The fields by name, each with its default and the kinds that may equal it; one that has none never says it."""
    defaults = {name: field.get_default(call_default_factory=True) for name, field in kind.model_fields.items()}
    return tuple((name, default, _NUMBERS if type(default) in _NUMBERS else frozenset({type(default)}))
                 for name, default in sorted(defaults.items(), key=itemgetter(0)))  # fmt: skip


@lru_cache(maxsize=256)
def _blank(kind: type[Record]) -> tuple[dict[str, Any], tuple[tuple[str, Callable[[], Any]], ...]]:
    """The fields in their order, each at its default, and how those are made that no two records may share."""
    fields = kind.model_fields
    blank = {name: None if field.is_required() else field.default for name, field in fields.items()}
    return blank, tuple((name, partial(field.get_default, call_default_factory=True))
                        for name, field in fields.items() if field.default_factory is not None)  # fmt: skip


class Message(Record):
    """One message of a conversation."""

    role: Role
    content: str
    name: str | None = None
    tool_calls: tuple[dict[str, Any], ...] = ()
    """What an assistant message asked tools for, in the OpenAI shape."""
    tool_call_id: str | None = None
    """Which tool call a ``tool`` message answers."""

    def as_json(self) -> dict[str, Any]:
        """``role`` and ``content`` always; the tool fields where there are any."""
        said = {"role": self.role, "content": self.content}
        return said if self.plain else {**said, **super().as_json()}

    @property
    def plain(self) -> bool:
        """Whether it says no more than who speaks and what."""
        return self.name is None and not self.tool_calls and self.tool_call_id is None


def spelled_messages(messages: tuple[Message, ...]) -> bytes:
    """The canonical spelling of a conversation, as ``as_json`` says each message."""
    plain = [{"content": message.content, "role": message.role} for message in messages if message.plain]
    try:
        if len(plain) == len(messages):
            return to_json(plain)
    except ValueError:  # a lone surrogate, which is said better below
        pass
    return canonical([message.as_json() for message in messages])


class Candidate(Record):
    """An answer that the prompt's row brought along."""

    text: str
    origin: Origin = "unknown"
    model: str | None = None


class Parent(Record):
    """The row of a dataset of ours that a prompt was read from."""

    pair_id: str
    row_sha256: str = ""
    dataset: str = ""
    """Its name, where the prompt came with the whole folder."""
    manifest_sha256: str = ""
    """Of the envelope in that folder."""
    restrictions: tuple[str, ...] = ()
    """What bound that row binds what is made from it."""


class Prompt(Record):
    """The conversation to be answered, and what its row said about it."""

    id: str
    """``p-`` and 32 hex digits of the hash of the messages."""
    messages: tuple[Message, ...] = Field(min_length=1)
    tags: tuple[str, ...] = ()
    intent: Intent | None = None
    language: str | None = None
    origin: Origin = "unknown"
    source: str | None = None
    source_id: str | None = None
    """The ``id`` that the row gave itself."""
    license: str | None = None
    group_id: str | None = None
    """Rows of one group land in one split."""
    candidates: tuple[Candidate, ...] = ()
    parent: Parent | None = None
    """No part of what it is called by, and never told to a model."""

    @classmethod
    def of(cls, *messages: Message, **facts: Any) -> Self:
        """A prompt named by its messages."""
        name = digest([message.as_json() for message in messages])[:32]
        return cls(id=f"p-{name}", messages=messages, **facts)

    @property
    def turns(self) -> int:
        """How many times the user speaks."""
        return sum([message.role == "user" for message in self.messages])


class PrincipleRef(Record):
    """A principle as a trail names it: its id, and the hash of what the model was told."""

    id: str
    meaning: str
    tier: Tier = "must"

    def _in_order(self) -> dict[str, Any]:
        """The same each time: one principle stands in most steps and critiques of a trail."""
        return self._said

    @cached_property
    def _said(self) -> dict[str, Any]:
        return super()._in_order()
