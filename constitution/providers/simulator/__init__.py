"""The simulator stands in for a model where there is no key and no network; it is a program and says so."""

from __future__ import annotations

from constitution.providers.simulator.answering import Simulator, reply_to
from constitution.providers.simulator.habits import HABITS, habits_of

__all__ = ["HABITS", "Simulator", "habits_of", "reply_to"]
