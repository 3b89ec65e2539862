"""Frozen records: what every record can do; prompts, and principles as the records of a prompt name them."""

from __future__ import annotations

from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field

from constitution.core.digest import digest

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
        copy = self.model_copy(update=changes)
        for name in copy.__dict__.keys() - type(self).model_fields.keys():
            del copy.__dict__[name]
        return copy

    def as_json(self) -> dict[str, Any]:
        """Plain JSON values; fields at their default are left out."""
        return self.model_dump(mode="json", exclude_defaults=True)


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
        return {"role": self.role, "content": self.content, **super().as_json()}


class Candidate(Record):
    """An answer that the prompt's row brought along."""

    text: str
    origin: Origin = "unknown"
    model: str | None = None


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

    @classmethod
    def of(cls, *messages: Message, **facts: Any) -> Self:
        """A prompt named by its messages."""
        name = digest([message.as_json() for message in messages])[:32]
        return cls(id=f"p-{name}", messages=messages, **facts)

    @property
    def turns(self) -> int:
        """How many times the user speaks."""
        return sum(message.role == "user" for message in self.messages)


class PrincipleRef(Record):
    """A principle as a trail names it: its id, and the hash of what the model was told."""

    id: str
    meaning: str
    tier: Tier = "must"
