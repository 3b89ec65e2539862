"""What a constitution is: groups of principles, each with a rule, its reasons and its cases."""

from __future__ import annotations

from functools import cached_property
from typing import Any, Literal

from pydantic import ConfigDict, Field, JsonValue, ValidationInfo, field_validator, model_validator
from pydantic_core import PydanticCustomError

from constitution.core.digest import digest
from constitution.core.records import Intent, Message, PrincipleRef, Prompt, Record, Tier
from constitution.principles.words import Conversation, Name, Version, WarningCode, Words

MOST_FOUND = 1000
"""Ways in which prompts speak of themselves for which a group remembers its principles."""


class Case(Record):
    """An example of the principle: a prompt, a response, and what the critic must say of it."""

    prompt: Conversation
    """What was asked: one text, or a list of messages."""
    response: Words
    """The answer that the case is about."""
    quote: Words | None = None
    """Words of the response that break the principle."""
    note: str = ""

    @property
    def messages(self) -> tuple[Message, ...]:
        """The prompt as a conversation."""
        return (Message(role="user", content=self.prompt),) if isinstance(self.prompt, str) else self.prompt

    @field_validator("quote")
    @classmethod
    def _quote_is_there(cls, quote: str | None, info: ValidationInfo) -> str | None:
        if quote is not None and quote not in info.data.get("response", quote):
            raise ValueError("these words are not in the case's response")
        return quote


class AppliesWhen(Record):
    """Which prompts a principle is asked of; what the prompt does not say matches."""

    tags: tuple[Name, ...] = ()
    intents: tuple[Intent, ...] = ()
    languages: tuple[Name, ...] = ()
    turns: tuple[Literal["single", "multi"], ...] = ()

    @cached_property
    def always(self) -> bool:
        """Whether it is asked of every prompt."""
        return not (self.tags or self.intents or self.languages or self.turns)

    def matches(self, prompt: Prompt) -> bool:
        """Whether nothing that the prompt says of itself speaks against it."""
        if self.always:
            return True
        turns = "single" if prompt.turns <= 1 else "multi"
        return (
            (not self.tags or not prompt.tags or bool(set(self.tags) & set(prompt.tags)))
            and (not self.intents or prompt.intent is None or prompt.intent in self.intents)
            and (not self.languages or prompt.language is None or prompt.language in self.languages)
            and (not self.turns or turns in self.turns)
        )


class Rule(Record):
    """A deterministic check on a response: exactly one of the fields is given."""

    model_config = ConfigDict(
        json_schema_extra={
            "oneOf": [{"required": [name]} for name in ("forbid", "require_any", "max_words")],
        }
    )

    forbid: tuple[Words, ...] = ()
    """Phrases that the response must not hold, as whole words, whatever their case."""
    require_any: tuple[Words, ...] = ()
    """The response must hold at least one of these phrases."""
    max_words: int | None = Field(None, ge=1)
    """The response must not be longer."""

    @model_validator(mode="after")
    def _one_kind(self) -> Rule:
        if sum((bool(self.forbid), bool(self.require_any), self.max_words is not None)) != 1:
            raise ValueError("a rule holds exactly one of: forbid, require_any, max_words")
        return self


class Allowed(Record):
    """A lint warning that somebody has looked at and lets stand."""

    code: WarningCode
    """Of the warning, like ``W101``; errors cannot be let stand."""
    because: Words
    """Why it may stand, for the next reader."""


class Principle(Record):
    """One rule of behaviour, with cases that show it."""

    model_config = ConfigDict(
        json_schema_extra={
            "anyOf": [
                {"required": ["rule"]},
                {"required": ["critique_request", "revision_request"]},
                {"required": ["preference_question"]},
            ],
        }
    )

    id: Name
    """Unique in the file; datasets name the principle by it."""
    title: str = ""
    """A few words for people to read."""
    tier: Tier = "must"
    """Which principle goes first: ``never`` before ``must`` before ``should``, then the order of the file."""
    rule: Words | None = None
    """What a response does or does not do, in words that can be checked."""
    why: Words | None = None
    """The reason; models are told it."""
    exceptions: tuple[Words, ...] = ()
    """When the rule does not bind; models are told these."""
    critique_request: Words | None = None
    """What the critic is asked, in place of the rule."""
    revision_request: Words | None = None
    """What the reviser is asked to change, in place of the rule."""
    preference_question: Words | None = None
    """What the judge is asked, in place of the rule."""
    applies_when: AppliesWhen = AppliesWhen()
    """Which prompts the principle is asked of; all, unless said."""
    rules: tuple[Rule, ...] = ()
    """Deterministic checks that work beside the critic."""
    conflicts_with: tuple[Name, ...] = ()
    """Ids of principles that pull the other way."""
    violates: tuple[Case, ...] = ()
    """Cases that break the principle."""
    complies: tuple[Case, ...] = ()
    """Cases to which it applies and that keep it."""
    not_applicable: tuple[Case, ...] = ()
    """Cases about which it has nothing to say."""
    owner: str = ""
    """Who answers for it; no model sees this."""
    source: str = ""
    """Where it comes from; no model sees this."""
    tags: tuple[Name, ...] = ()
    """Words to find it by; no model sees these."""
    allow: tuple[Allowed, ...] = ()
    """Lint warnings that may stand."""
    extra: dict[str, JsonValue] = Field(default_factory=dict)
    """What an import found and has no field for; no model sees this."""

    @model_validator(mode="after")
    def _says_something(self) -> Principle:
        both = self.critique_request and self.revision_request
        if not (self.rule or both or self.preference_question):
            raise ValueError("needs rule, or critique_request with revision_request, or preference_question")
        return self

    @cached_property
    def told_critic(self) -> str:
        """What the critic is told, under the principle's id and tier."""
        lines = [f"[{self.id}] ({self.tier})"]
        if self.critique_request:
            lines.append(f"Question: {self.critique_request}")
        elif self.rule:
            lines.append(f"Rule: {self.rule}")
        else:
            lines.append(f"Question: Would another response do better by this question: {self.preference_question}")
        lines += [f"Why: {self.why}"] if self.why else []
        lines += [f"Except: {exception}" for exception in self.exceptions]
        return "\n".join(lines)

    @cached_property
    def told_reviser(self) -> str:
        """What the reviser is told to do about a violation."""
        aim = self.rule or self.preference_question
        asked = self.revision_request or f"Change the response so that it keeps this rule: {aim}"
        return "\n".join([f"[{self.id}] {asked}", *(f"Except: {exception}" for exception in self.exceptions)])

    @cached_property
    def told_judge(self) -> str:
        """What the judge is asked."""
        return f"[{self.id}] " + (
            self.preference_question or (f"Rule: {self.rule}" if self.rule else f"Question: {self.critique_request}")
        )

    @cached_property
    def meaning(self) -> str:
        """Hash of exactly what a model is told; a changed owner, note, tag or case leaves it alone."""
        return digest({"critic": self.told_critic, "reviser": self.told_reviser, "judge": self.told_judge})

    @cached_property
    def ref(self) -> PrincipleRef:
        """The principle as a trail names it."""
        return PrincipleRef(id=self.id, meaning=self.meaning, tier=self.tier)


class Group(Record):
    """Principles that are asked about together."""

    id: Name
    title: str = ""
    principles: tuple[Principle, ...] = Field(min_length=1, max_length=8)

    @cached_property
    def always(self) -> bool:
        """Whether all of its principles are asked of every prompt."""
        return all(principle.applies_when.always for principle in self.principles)

    def in_scope(self, prompt: Prompt) -> tuple[Principle, ...]:
        """The principles that this prompt calls for, in file order."""
        if self.always:
            return self.principles
        said = (prompt.tags, prompt.intent, prompt.language, prompt.turns <= 1)
        if said not in self._found:
            found = tuple(principle for principle in self.principles if principle.applies_when.matches(prompt))
            if len(self._found) == MOST_FOUND:
                self._found.clear()
            self._found[said] = found
        return self._found[said]

    @cached_property
    def _found(self) -> dict[tuple[Any, ...], tuple[Principle, ...]]:
        """What prompts say of themselves to the principles that they call for: many prompts say the same."""
        return {}


class Constitution(Record):
    """A named, versioned file of principles."""

    name: Name
    title: str = ""
    version: Version = ""
    """``1.2.0`` in a released file; empty in a draft."""
    language: str = "en"
    license: str = ""
    note: str = ""
    allow: tuple[Allowed, ...] = ()
    """Lint warnings of any principle here, or of the file itself, that may stand."""
    extra: dict[str, JsonValue] = Field(default_factory=dict)
    """What an import found and has no field for; no model sees this."""
    groups: tuple[Group, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _names_once(self) -> Constitution:
        groups = [(group.id, ("groups", g, "id")) for g, group in enumerate(self.groups)]
        principles = [
            (principle.id, ("groups", g, "principles", p, "id"))
            for g, group in enumerate(self.groups)
            for p, principle in enumerate(group.principles)
        ]
        for kind, named in (("group", groups), ("principle", principles)):
            seen: set[str] = set()
            for name, at in named:
                if name in seen:
                    raise PydanticCustomError(
                        "at", "another {kind} has the id {name} already", {"kind": kind, "name": repr(name), "at": at}
                    )
                seen.add(name)
        return self

    @property
    def principles(self) -> tuple[Principle, ...]:
        """All principles, in file order."""
        return tuple(principle for group in self.groups for principle in group.principles)

    def in_scope(self, prompt: Prompt) -> tuple[Group, ...]:
        """The groups of which at least one principle is called for."""
        return tuple(group for group in self.groups if group.in_scope(prompt))
