"""The provider: names checked before anything is asked, requests handed to the thread of their model."""

from __future__ import annotations

import asyncio
import os
from concurrent.futures import Future
from importlib.util import find_spec

from constitution.core.asking import Reply, Request
from constitution.errors import Mistake
from constitution.providers.transformers.batching import Batcher
from constitution.providers.transformers.location import fingerprint, location_of

BATCH = "CONSTITUTION_LOCAL_BATCH"
"""Environment variable: how many requests are answered together at most."""
THREADS = "CONSTITUTION_LOCAL_THREADS"
"""Environment variable: how many threads torch computes with on a CPU; more also change the last bits of sums."""


class Transformers:
    """Local models by folder or hub name, each loaded once, when it is first asked.

    The same request gets the same reply, whatever else is in its batch: a token is drawn by a hash of the
    request, never by a generator that others move on. What remains is arithmetic: a longer neighbour changes
    the order of sums by the last bits, which in float32 hardly ever and in bfloat16 now and then turns a choice
    between two almost equal tokens. Who wants none of that sets ``CONSTITUTION_LOCAL_BATCH=1``.

    There is no structured output here: a schema is told to the model in words, and a reply that does not keep
    it is asked for once more by the stages, like anybody's.
    """

    def __init__(self, *, batch: int | None = None, pause: float = 0.03) -> None:
        self._batch = batch or _number(BATCH, 16)
        self._threads = _number(THREADS, 1)
        self._pause = pause
        """Seconds without a new request after which a batch begins."""
        self._batchers: dict[str, Batcher] = {}
        self._asked: dict[str, Future[Reply]] = {}

    def check(self, model: str) -> None:
        """Raises ``Mistake`` for a name that can be no model, and where torch or transformers are not installed."""
        location_of(model)
        for library in ("torch", "transformers"):
            if find_spec(library) is None:
                raise Mistake(
                    f"to use transformers:{model}, {library} must be installed",
                    remedy="pip install 'constitution[train]'",
                )

    def ready(self) -> None:
        """No key is wanted."""

    def pinned(self, model: str) -> str:
        """A folder's name with its fingerprint behind it: trained again, it is another model."""
        location = location_of(model)
        if location.folder is None or location.pin:
            return model
        return f"{model}@{fingerprint(location.folder)[:12]}"

    def untaken(self, model: str) -> frozenset[str]:
        """Log-probabilities are not handed out."""
        return frozenset({"logprobs"})

    def allowance(self) -> None:
        """A model in this process may be asked without end."""

    async def answer(self, request: Request) -> Reply:
        """The answer of the request's model; an attempt that was given up is joined by the next, not begun anew.

        Raises ``Quarantined`` for a question that is too long, too large, or of a shape that the model's chat
        template does not take; ``BadFile`` and ``ProviderGone`` for a model that cannot be loaded.
        """
        asked = self._asked.get(request.digest)
        if asked is None:
            asked = self._asked[request.digest] = self._batcher(request.model_name).ask(request)
        try:
            return await asyncio.shield(asyncio.wrap_future(asked))
        finally:
            if asked.done():
                self._asked.pop(request.digest, None)

    async def close(self) -> None:
        """Let go of the models; what is being written is cut off."""
        # The last goes first, so that torch has as many threads in the end as before the first.
        for batcher in reversed(self._batchers.values()):
            await asyncio.to_thread(batcher.close)
        self._batchers.clear()
        self._asked.clear()

    def _batcher(self, model: str) -> Batcher:
        if model not in self._batchers:
            self.check(model)
            at = location_of(model)
            self._batchers[model] = Batcher(at, batch=self._batch, threads=self._threads, pause=self._pause)
        return self._batchers[model]


def _number(variable: str, otherwise: int) -> int:
    given = os.environ.get(variable, "").strip() or str(otherwise)
    if not given.isdigit() or int(given) < 1:
        raise Mistake(f"{variable} is {given!r}", remedy="it takes a number from 1 on")
    return int(given)
