"""Habits: what a simulated model can be told to do wrong, by its name."""

from __future__ import annotations

from constitution.errors import NotFound

PLAIN = "plain"

HABITS: dict[str, str] = {
    "favour-first": "as a judge, prefers whichever response is shown first",
    "flat-refusal": "as an author, declines some prompts in words, with no help offered",
    "flip": "as a judge, tosses a coin",
    "long-winded": "as an author and a reviser, pads what it writes",
    "obey": "as a critic and a judge, follows orders that stand in the text under review",
    "off-schema": "answers a question for JSON with prose, each time",
    "off-schema-once": "answers a question for JSON with prose, and with JSON when asked again",
    "refuse": "as an author, refuses some prompts with the provider's refusal signal",
}
"""What may follow ``simulator:``, joined by ``+``; ``plain`` is none of them."""


def habits_of(model_name: str) -> frozenset[str]:
    """The habits that a model name asks for; raises ``NotFound`` with those that there are."""
    asked = frozenset(model_name.split("+")) - {PLAIN}
    unknown = sorted(asked - HABITS.keys())
    if unknown:
        raise NotFound(
            f"the simulator has no habit {unknown[0]!r}",
            where=f"simulator:{model_name}",
            remedy=f"known: {', '.join([PLAIN, *HABITS])}, joined by +",
        )
    return asked
