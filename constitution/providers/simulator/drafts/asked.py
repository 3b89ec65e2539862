"""The draft as it was asked for: plain, keeping principles, breaking them, or declining."""

from __future__ import annotations

from constitution.providers.simulator.critic import breaks
from constitution.providers.simulator.drafts.author import plain_draft
from constitution.providers.simulator.drafts.breaking import broken
from constitution.providers.simulator.drafts.learning import GENERAL
from constitution.providers.simulator.drafts.refusals import refusal
from constitution.providers.simulator.drafts.topic import topic_of
from constitution.providers.simulator.drafts.wishes import wish_of
from constitution.providers.simulator.flaws import FLAWS, flaws_for
from constitution.providers.simulator.reviser import without_flaws
from constitution.providers.simulator.seeds import Seed
from constitution.providers.simulator.tasks import DraftTask, Norm

FLAT = 0.5
"""Share of the drafts that the habit ``flat-refusal`` turns into refusals."""
CAREFUL = 0.95
"""Share of the drafts of the habit ``careful`` that have no known flaw."""
KEPT = 0.95
"""Share of the drafts that keep the principles they were told to keep."""
BROKEN = 0.9
"""Share of the drafts that break a principle they were told to break, where a way to break one is known."""


def draft(task: DraftTask, habits: frozenset[str], seed: Seed) -> str:
    """An answer to the last thing the user said, as the system message asks for it; another draw gives another."""
    if "flat-refusal" in habits and seed.share("flat") < FLAT:
        return f"I cannot help with {topic_of(task.talk.last).thing}."
    text = _as_wished(task, habits, seed)
    return at_length(text) if "long-winded" in habits else text


def at_length(text: str) -> str:
    """The text and more than it needs."""
    return " ".join((text, *GENERAL))


def _as_wished(task: DraftTask, habits: frozenset[str], seed: Seed) -> str:
    wish = wish_of(task.messages)
    if wish is not None and wish.aim == "decline":
        return refusal(task.talk, seed)
    text = _careful(task, seed) if "careful" in habits else plain_draft(task, seed)
    if wish is not None and wish.aim == "break" and seed.share("break") < BROKEN:
        return broken(text, wish.norms, task.talk, seed) or text
    if wish is not None and wish.aim == "keep" and seed.share("keep") < KEPT:
        return _kept(text, task, wish.norms, seed)
    return text


def _careful(task: DraftTask, seed: Seed) -> str:
    """A draft without a flaw, most of the time; no exception is called upon."""
    if seed.share("careful") >= CAREFUL:
        return plain_draft(task, seed)
    return without_flaws(plain_draft(task, seed, flawless=True), [(flaw, "") for flaw in FLAWS], task.talk, seed)


def _kept(text: str, task: DraftTask, norms: tuple[Norm, ...], seed: Seed) -> str:
    """The text mended until it keeps the principles; how to do the opposite of one is to break it."""
    kinds = [(flaw, norm.exceptions) for norm in norms if not norm.opposite for flaw in flaws_for(norm)]
    for each in (text, plain_draft(task, seed, flawless=True)):
        mended = without_flaws(each, kinds, task.talk, seed)
        if not any(breaks(norm, task.talk, mended) for norm in norms):
            return mended
    return mended
