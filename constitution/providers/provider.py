"""What a provider is: anything that answers one request with one reply."""

from __future__ import annotations

from typing import Protocol

from constitution.core.asking import Reply, Request
from constitution.providers.allowances import Allowance


class Provider(Protocol):
    """One attempt a call; retries, limits and the ledger are the engine's.

    ``answer`` raises ``Transient`` for what another attempt may mend, ``Quarantined`` when the request
    itself is refused (4xx), and ``ProviderGone`` when no request will be answered any more.
    """

    def check(self, model: str) -> None:
        """Raises ``Mistake`` for a model that can be seen not to exist, before anything is asked."""
        ...

    def ready(self) -> None:
        """Raises ``MissingKey`` where a key is wanted and not there."""
        ...

    def pinned(self, model: str) -> str:
        """The model's name with what tells it from others that may come to bear the same name: it is asked for by this.

        A reply in the ledger answers only for the very model that gave it.
        """
        ...

    def untaken(self, model: str) -> frozenset[str]:
        """Names of request settings that this model does not take: ``temperature``, ``top_p``, ``logprobs``."""
        ...

    def allowance(self) -> Allowance | None:
        """What the provider said may still be asked, for whoever looks as soon as a call has been answered or failed.

        It was said of the model of that call, and None where nothing was.
        """
        ...

    async def answer(self, request: Request) -> Reply:
        """The model's answer to this request."""
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...
