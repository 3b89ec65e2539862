"""What every stage is handed: the principles, who plays which role, the templates, the seed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Annotated

from pydantic import Field

from constitution.core.asking import Request
from constitution.core.judgement import Claim
from constitution.core.rulings import NONE, Rulings
from constitution.core.templates import Template
from constitution.core.trail import Finding, Pair, Trail
from constitution.errors import Mistake, NotFound
from constitution.principles.model import Constitution

AtLeastOne = Annotated[int, Field(ge=1)]
"""A number of tokens or the like, as a recipe may set it."""
Strategy = Callable[[Trail], Claim | None]
Check = Callable[[Pair, Trail], Finding | None]


@dataclass(frozen=True, kw_only=True)
class Brief:
    """Frozen; a stage closes over it."""

    seed: str
    constitution: Constitution
    roles: Mapping[str, str]
    """Role to ``provider:model``."""
    templates: Mapping[str, Template]
    strategy: Strategy
    checks: tuple[Check, ...]
    untaken: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """``provider:model`` to the settings that it does not take."""
    calibration: Mapping[str, float] = field(default_factory=dict)
    """``provider:model`` of a qualified judge to the temperature that makes its probabilities honest."""
    miscalibrated: frozenset[str] = frozenset()
    """Qualified judges whose probabilities no temperature makes honest."""
    rulings: Rulings = NONE
    """What people said of answers and pairs."""
    commands: Mapping[str, str] = field(default_factory=dict)
    """Name of a command to the model ``command:NAME@PIN`` that stands for it."""

    def fitted(self, request: Request) -> Request:
        """The request as its model takes it: settings that would not be sent are no part of the question."""
        return request.without(self.untaken.get(request.model, frozenset()))

    def model(self, role: str) -> str:
        """Who plays this role; raises ``NotFound`` for a role that there is not."""
        if role not in self.roles:
            raise NotFound(f"there is no role {role!r}", remedy=f"known: {', '.join(sorted(self.roles))}")
        return self.roles[role]

    def command(self, name: str) -> str:
        """Who is asked to run this command; raises ``NotFound`` for one that the project does not name."""
        if name not in self.commands:
            known = f"known: {', '.join(sorted(self.commands))}" if self.commands else f"name it as [commands.{name}]"
            raise NotFound(f"constitution.toml names no command {name!r}", remedy=known)
        return self.commands[name]

    def template(self, name: str, *slots: str) -> Template:
        """The template of this name, with exactly these slots if any are given; raises ``Mistake``."""
        if name not in self.templates:
            raise NotFound(f"there is no template {name!r}", remedy=f"known: {', '.join(sorted(self.templates))}")
        found = self.templates[name]
        if slots and found.slots != set(slots):
            missing, foreign = sorted(set(slots) - found.slots), sorted(found.slots - set(slots))
            wrong = [
                f"{what} {', '.join(names)}" for what, names in (("lacks", missing), ("has too", foreign)) if names
            ]
            raise Mistake(
                f"the slots of the template {name!r} are not those of this stage: it {' and '.join(wrong)}",
                remedy=f"it must have {', '.join(slots)}",
            )
        return found
