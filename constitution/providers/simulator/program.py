"""The simulator as a provider; what it knows is loaded with the first question."""

from __future__ import annotations

import asyncio

from constitution.core.asking import Reply, Request
from constitution.providers.simulator.habits import habits_of


class Simulator:
    """Stands in for a model: a program without memory that answers the same request the same way."""

    def __init__(self, *, latency: float = 0.0) -> None:
        self.latency = latency
        """Seconds that each answer takes."""

    def check(self, model: str) -> None:
        """Raises ``NotFound`` for a habit that there is not."""
        habits_of(model)

    def ready(self) -> None:
        """No key is wanted."""

    def pinned(self, model: str) -> str:
        """The simulator is this very program."""
        return model

    def untaken(self, model: str) -> frozenset[str]:
        """A program takes whatever it is given."""
        return frozenset()

    def allowance(self) -> None:
        """A program may be asked without end."""

    async def answer(self, request: Request) -> Reply:
        """The reply, after the latency; raises ``NotFound`` for a habit that there is not."""
        if self.latency > 0:
            await asyncio.sleep(self.latency)
        # Only now: all it knows of flaws takes longer to load than a hundred prompts to replay, which ask nothing.
        from constitution.providers.simulator.answering import reply_to

        return reply_to(request)

    async def close(self) -> None:
        """There is nothing to let go of."""
