"""Wire formats, one a file: JSON of the wire to a neutral request, a neutral reply to JSON of the wire."""

from __future__ import annotations

from constitution.providers.simulator.serving.wires.chat import CHAT
from constitution.providers.simulator.serving.wires.messages import MESSAGES
from constitution.providers.simulator.serving.wires.wire import Wire

WIRES: tuple[Wire, ...] = (CHAT, MESSAGES)
"""A new wire is one file beside this one and one name here."""
