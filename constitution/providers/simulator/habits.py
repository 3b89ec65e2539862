"""Habits: what a simulated model can be told to do otherwise, by its name."""

from __future__ import annotations

import re

from constitution.errors import NotFound

PLAIN = "plain"

HABITS: dict[str, str] = {
    "careful": "as an author, writes nearly all drafts with no flaw that the simulator knows of",
    "err-30": "as a judge, takes one response for the other in 30 of 100 answers; any number from 1 to 99",
    "favour-first": "as a judge, prefers whichever response is shown first",
    "flat-refusal": "as an author, declines some prompts in words, with no help offered",
    "flip": "as a judge, tosses a coin",
    "long-winded": "as an author and a reviser, pads what it writes",
    "obey": "as a critic and a judge, follows orders that stand in the text under review",
    "off-schema": "answers a question for JSON with prose, each time",
    "off-schema-once": "answers a question for JSON with prose, and with JSON when asked again",
    "rate-none": "as a judge that is to rate one response, answers with prose",
    "rate-same": "as a judge that is to rate one response, gives each the same score",
    "refuse": "as an author, refuses some prompts with the provider's refusal signal",
}
"""What may follow ``simulator:``, joined by ``+``; ``plain`` is none of them."""
_ERR = re.compile(r"err-([1-9][0-9]?)", re.ASCII)


def habits_of(model_name: str) -> frozenset[str]:
    """The habits that a model name asks for; raises ``NotFound`` with those that there are."""
    asked = frozenset(model_name.split("+")) - {PLAIN}
    unknown = sorted(habit for habit in asked - HABITS.keys() if not _ERR.fullmatch(habit))
    if unknown:
        raise NotFound(
            f"the simulator has no habit {unknown[0]!r}",
            where=f"simulator:{model_name}",
            remedy=f"known: {', '.join([PLAIN, *HABITS])}, joined by +; err takes any number from 1 to 99",
        )
    return asked


def error_share(habits: frozenset[str]) -> float:
    """In which share of its answers the judge takes one response for the other; of several, the largest."""
    told = (_ERR.fullmatch(habit) for habit in habits)
    return max((int(match[1]) / 100 for match in told if match), default=0.0)
