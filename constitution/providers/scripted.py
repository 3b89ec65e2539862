"""Scripted: a provider made of any function, for tests and for trying things in Python."""

from __future__ import annotations

from collections.abc import Callable

from constitution.core.asking import Reply, Request
from constitution.errors import CallFailed, Mistake

_REMEDY = "scripted is for Python, as Scripted(function); on the command line use simulator:plain"


class Scripted:
    """Answers each request with what the function returns; text alone is a whole reply."""

    def __init__(self, function: Callable[[Request], Reply | CallFailed | str] | None = None) -> None:
        self.function = function
        self.asked: list[Request] = []
        """Every request that came, in order."""

    def check(self, model: str) -> None:
        """Raises ``Mistake`` where there is no function, as on the command line."""
        if self.function is None:
            raise Mistake(f"scripted:{model} has no function to answer with", remedy=_REMEDY)

    def ready(self) -> None:
        """No key is wanted."""

    def pinned(self, model: str) -> str:
        """A function is what it is."""
        return model

    def untaken(self, model: str) -> frozenset[str]:
        """A function takes whatever it is given."""
        return frozenset()

    def allowance(self) -> None:
        """A function may be asked without end."""

    async def answer(self, request: Request) -> Reply:
        """The function's reply; raises the ``CallFailed`` it returns, and ``Mistake`` where there is no function."""
        if self.function is None:
            raise Mistake(f"{request.model!r} has no function to answer with", remedy=_REMEDY)
        self.asked.append(request)
        said = self.function(request)
        if isinstance(said, CallFailed):
            raise said
        return Reply(text=said, model_returned=f"scripted:{request.model_name}") if isinstance(said, str) else said

    async def close(self) -> None:
        """There is nothing to let go of."""
