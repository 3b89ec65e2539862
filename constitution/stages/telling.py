"""Telling: a system message put before the prompt's own, which tells the author how to answer, and by what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from constitution.core.chance import rendezvous
from constitution.core.records import Message, PrincipleRef, Prompt
from constitution.core.templates import Template
from constitution.errors import Mistake
from constitution.principles.model import Principle
from constitution.principles.precedence import told_together
from constitution.stages.brief import Brief
from constitution.stages.critique import asked_of, hold_to_known

Told = Literal["one", "group", "all"]


@dataclass(frozen=True)
class Words:
    """What one prompt is answered under."""

    system: str
    principles: tuple[PrincipleRef, ...] = ()
    groups: tuple[str, ...] = ()

    def before(self, messages: tuple[Message, ...]) -> tuple[Message, ...]:
        """The conversation with these words first, joined to its own system message where it begins with one."""
        first = messages[0]
        if first.role != "system":
            return (Message(role="system", content=self.system), *messages)
        return (first.but(content=f"{self.system}\n\n{first.content}"), *messages[1:])


@dataclass(frozen=True)
class Telling:
    """A template of one system message, and which principles stand in its slot ``principles``, if it has that one."""

    brief: Brief
    template: Template
    told: Told
    only: tuple[str, ...] = ()

    @classmethod
    def of(cls, brief: Brief, name: str, told: Told, only: tuple[str, ...]) -> Telling:
        """Raises ``NotFound`` for a template or principle that there is not, ``Mistake`` for a template of another
        shape."""
        template = brief.template(name)
        hold_to_known(brief.constitution, only)
        if [role for role, _ in template.parts] != ["system"] or not template.slots <= {"principles"}:
            raise Mistake(
                f"the template {name!r} is no wording of a system message",
                remedy="it must be one '=== system ===' part, with {{principles}} as its only slot or none",
            )
        return cls(brief, template, told, only)

    def words(self, prompt: Prompt) -> Words | None:
        """What is told before this prompt; None where the template names principles and none is in scope."""
        if not self.template.slots:
            return Words(self.template.fill()[0].content)
        asked = asked_of(
            self.brief.constitution,
            prompt,
            seed=self.brief.seed,
            groups="all" if self.told == "all" else "one",
            only=self.only,
        )
        principles = [principle for group in asked.values() for principle in group]
        if not principles:
            return None
        told = self._one(prompt, principles) if self.told == "one" else principles
        text = self.template.fill(principles=told_together(told))[0].content
        return Words(text, tuple(principle.ref for principle in told), tuple(asked))

    def _one(self, prompt: Prompt, principles: list[Principle]) -> list[Principle]:
        chosen = rendezvous(self.brief.seed, prompt.id, [principle.id for principle in principles])
        return [principle for principle in principles if principle.id == chosen]
