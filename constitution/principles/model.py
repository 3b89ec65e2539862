"""What a constitution is: groups of principles, each with a rule, its reasons and its cases."""

from __future__ import annotations

from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from constitution.core.digest import digest
from constitution.core.records import Intent, Message, PrincipleRef, Prompt, Record, Tier

Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9._-]{0,63}$")]
Words = Annotated[str, StringConstraints(min_length=1, max_length=4000, strip_whitespace=True)]


class Case(Record):
    """An example of the principle: a prompt, a response, and what the critic must say of it."""

    prompt: Words | tuple[Message, ...]
    response: Words
    quote: Words | None = None
    """Words of the response that break the principle."""
    note: str = ""

    @property
    def messages(self) -> tuple[Message, ...]:
        """The prompt as a conversation."""
        return (Message(role="user", content=self.prompt),) if isinstance(self.prompt, str) else self.prompt

    @model_validator(mode="after")
    def _quote_is_there(self) -> Case:
        if self.quote is not None and self.quote not in self.response:
            raise ValueError("quote: these words are not in the case's response")
        return self


class AppliesWhen(Record):
    """Which prompts a principle is asked of; what the prompt does not say matches."""

    tags: tuple[Name, ...] = ()
    intents: tuple[Intent, ...] = ()
    languages: tuple[Name, ...] = ()
    turns: tuple[Literal["single", "multi"], ...] = ()

    def matches(self, prompt: Prompt) -> bool:
        """Whether nothing that the prompt says of itself speaks against it."""
        turns = "single" if prompt.turns <= 1 else "multi"
        return (
            (not self.tags or not prompt.tags or bool(set(self.tags) & set(prompt.tags)))
            and (not self.intents or prompt.intent is None or prompt.intent in self.intents)
            and (not self.languages or prompt.language is None or prompt.language in self.languages)
            and (not self.turns or turns in self.turns)
        )


class Rule(Record):
    """A deterministic check on a response: exactly one of the fields is given."""

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


class Principle(Record):
    """One rule of behaviour, with cases that show it."""

    id: Name
    title: str = ""
    tier: Tier = "must"
    rule: Words | None = None
    why: Words | None = None
    exceptions: tuple[Words, ...] = ()
    critique_request: Words | None = None
    revision_request: Words | None = None
    preference_question: Words | None = None
    applies_when: AppliesWhen = AppliesWhen()
    rules: tuple[Rule, ...] = ()
    conflicts_with: tuple[Name, ...] = ()
    violates: tuple[Case, ...] = ()
    complies: tuple[Case, ...] = ()
    not_applicable: tuple[Case, ...] = ()
    owner: str = ""
    source: str = ""
    tags: tuple[Name, ...] = ()

    @model_validator(mode="after")
    def _says_something(self) -> Principle:
        both = self.critique_request and self.revision_request
        if not (self.rule or both or self.preference_question):
            raise ValueError("needs rule, or critique_request with revision_request, or preference_question")
        return self

    @property
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

    @property
    def told_reviser(self) -> str:
        """What the reviser is told to do about a violation."""
        aim = self.rule or self.preference_question
        asked = self.revision_request or f"Change the response so that it keeps this rule: {aim}"
        return "\n".join([f"[{self.id}] {asked}", *(f"Except: {exception}" for exception in self.exceptions)])

    @property
    def told_judge(self) -> str:
        """What the judge is asked."""
        return f"[{self.id}] " + (
            self.preference_question or (f"Rule: {self.rule}" if self.rule else f"Question: {self.critique_request}")
        )

    @cached_property
    def meaning(self) -> str:
        """Hash of exactly what a model is told; a changed owner, note, tag or case leaves it alone."""
        return digest({"critic": self.told_critic, "reviser": self.told_reviser, "judge": self.told_judge})

    @property
    def ref(self) -> PrincipleRef:
        """The principle as a trail names it."""
        return PrincipleRef(id=self.id, meaning=self.meaning, tier=self.tier)


class Group(Record):
    """Principles that are asked about together."""

    id: Name
    title: str = ""
    principles: tuple[Principle, ...] = Field(min_length=1, max_length=8)

    def in_scope(self, prompt: Prompt) -> tuple[Principle, ...]:
        """The principles that this prompt calls for, in file order."""
        return tuple(principle for principle in self.principles if principle.applies_when.matches(prompt))


class Constitution(Record):
    """A named, versioned file of principles."""

    name: Name
    title: str = ""
    version: str = ""
    """``1.2.0`` in a released file; empty in a draft."""
    language: str = "en"
    license: str = ""
    note: str = ""
    groups: tuple[Group, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _names_once(self) -> Constitution:
        for kind, names in (
            ("group", [group.id for group in self.groups]),
            ("principle", [principle.id for principle in self.principles]),
        ):
            twice = sorted({name for name in names if names.count(name) > 1})
            if twice:
                raise ValueError(f"{kind} id used more than once: {', '.join(twice)}")
        return self

    @property
    def principles(self) -> tuple[Principle, ...]:
        """All principles, in file order."""
        return tuple(principle for group in self.groups for principle in group.principles)

    def in_scope(self, prompt: Prompt) -> tuple[Group, ...]:
        """The groups of which at least one principle is called for."""
        return tuple(group for group in self.groups if group.in_scope(prompt))
