"""The order in which stages make sense: a recipe that could never come to a pair is refused before it is paid for."""

from __future__ import annotations

from constitution.core.places import Document
from constitution.recipe.reading import Recipe
from constitution.stages import STAGES

ANSWERS = frozenset({"draft", "given"})
"""The stages that bring a first response."""
LOOKING = frozenset({"critique", "rounds", "revise", "recheck", "rate", "intent", "judge"})
"""The stages that ask about a response."""
WAY = ("judge", "pair", "screen")
"""The way of two responses to a row: each of these has the others in this order."""


def hold_to_order(recipe: Recipe, document: Document) -> None:
    """Passes when a response is there before somebody is asked about it, and what is judged is paired and screened.

    Raises ``BadFile`` at the stage that comes too early, or whose next one is missing. A recipe that judges nothing is
    let be: its answers and critiques are in the trails. So is one with a stage from outside, which may do anything.
    """
    names = [part.name for part in recipe.stages]
    if not set(names) <= STAGES.keys():
        return
    for place, part in enumerate(recipe.stages):
        at = ("stages", place, part.name)
        if part.name in LOOKING and not ANSWERS & set(names[:place]):
            remedy = "put draft before it, or given where the prompts bring their answers"
            raise document.bad(at, f"{part.name} needs an answer to look at", remedy=remedy, key=True)
        if part.name not in WAY:
            continue
        step = WAY.index(part.name)
        before, after = WAY[:step], WAY[step + 1 :]
        missing = [name for name in before if name not in names[:place]] or [
            name for name in after if name not in names[place + 1 :]
        ]
        if missing:
            raise document.bad(
                at,
                f"{part.name} without {missing[0]} {'before' if missing[0] in before else 'after'} it comes to no pair",
                remedy=f"the way to a row is {', '.join(WAY)}, in this order",
                key=True,
            )
