"""The simulator stands in for a model where there is no key and no network; it is a program and says so."""

from __future__ import annotations

from constitution.core.asking import Reply, Request
from constitution.providers.simulator.habits import HABITS, habits_of
from constitution.providers.simulator.program import Simulator

__all__ = ["HABITS", "Simulator", "habits_of", "reply_to"]


def reply_to(request: Request) -> Reply:
    """What the simulated model answers; raises ``NotFound`` for a habit that there is not."""
    from constitution.providers.simulator import answering  # when first used: it takes long to load

    return answering.reply_to(request)
