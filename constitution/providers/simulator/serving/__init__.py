"""The simulator behind an address: both wire formats over HTTP, with faults on demand and a count of what was paid."""

from __future__ import annotations

from constitution.providers.simulator.serving.behaviour import Behaviour, behaviour
from constitution.providers.simulator.serving.listening import listening, opened, serving, url_of

__all__ = ["Behaviour", "behaviour", "listening", "opened", "serving", "url_of"]
