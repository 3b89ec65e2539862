"""What the stages of a recipe need of the principles that they are given, held to before anything is asked."""

from __future__ import annotations

from collections.abc import Iterable

from constitution.errors import Mistake
from constitution.principles.model import Constitution, Principle
from constitution.recipe.reading import Recipe

REVISING = frozenset({"revise", "rounds"})
ASKING = frozenset({"critique", "rounds"})
"""The stages whose setting ``principles`` says what will be revised for."""


def only_compared(principles: Iterable[Principle]) -> tuple[str, ...]:
    """The ids of those that say which of two answers is better, and not what an answer has to be changed for."""
    return tuple(each.id for each in principles if not (each.rule or (each.critique_request and each.revision_request)))


def hold_to_needs(recipe: Recipe, constitution: Constitution) -> None:
    """Passes when every principle that the recipe will ask about can be asked about in all of its stages.

    A recipe with a stage that revises needs, of each principle, a ``rule``, or a ``critique_request`` with a
    ``revision_request``. Raises ``Mistake`` naming those that have neither.
    """
    if not any(part.name in REVISING for part in recipe.stages):
        return
    settings = [part.settings.get("principles") for part in recipe.stages if part.name in ASKING]
    named = {str(name) for names in settings if isinstance(names, list) for name in names}
    asked = [each for each in constitution.principles if each.id in named or not all(settings)]
    lacking = only_compared(asked)
    if not lacking:
        return
    several = len(lacking) > 1
    others = ", ".join(each.id for each in asked if each.id not in lacking)
    them = "them" if several else "it"
    leave = (
        f", or leave {them} out: take {them} out of the file, or write `critique: {{principles: [{others}]}}` in a "
        "recipe of your own"
    )
    raise Mistake(
        f"{_listed(lacking)} of {constitution.name} {'hold' if several else 'holds'} only a preference_question, which "
        "compares two answers; revise needs to know what an answer must be changed for: a rule, or a critique_request "
        "with a revision_request",
        remedy=f"add a `rule:` to {'each' if several else 'it'}{leave if others else ''}",
    )


def _listed(names: tuple[str, ...]) -> str:
    if len(names) == 1:
        return f"the principle {names[0]}"
    return f"the principles {', '.join(names[:-1])} and {names[-1]}"
