"""One thread a model: it loads the model, gathers the requests that wait, and has them answered together."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future

from constitution.core.asking import Reply, Request
from constitution.errors import CallFailed
from constitution.providers.transformers.answering import Answering
from constitution.providers.transformers.loading import load
from constitution.providers.transformers.location import Location

ALONE = threading.Lock()
"""Held while a model is loaded or writes: loading changes settings of torch that hold for the whole process."""

Waiting = tuple[Request, Future[Reply]]


class Batcher:
    """Takes requests from any thread; each future holds the reply or the failure of its own request."""

    def __init__(self, at: Location, *, batch: int, threads: int, pause: float) -> None:
        self._at = at
        self._most = batch
        self._threads = threads
        self._pause = pause
        self._waiting: queue.SimpleQueue[Waiting | None] = queue.SimpleQueue()
        self._over = threading.Event()
        self._restore: Callable[[], None] = lambda: None
        self._thread = threading.Thread(target=self._work, name="transformers", daemon=True)
        self._thread.start()

    def ask(self, request: Request) -> Future[Reply]:
        """The reply to come."""
        answer: Future[Reply] = Future()
        self._waiting.put((request, answer))
        return answer

    def close(self) -> None:
        """End at the next token; what still waits is cancelled."""
        self._over.set()
        self._waiting.put(None)
        self._thread.join()

    def _work(self) -> None:
        answering: Answering | None = None
        while gathered := self._gathered():
            try:
                with ALONE:
                    answering = answering or self._loaded()
                    outcomes = answering.outcomes([request for request, _ in gathered])
            except Exception as error:  # whatever it is, it belongs to those who wait, or they would wait for ever
                for _, answer in gathered:
                    answer.set_exception(error)
                continue
            for (_, answer), outcome in zip(gathered, outcomes, strict=True):
                self._settle(answer, outcome)
        self._restore()

    def _loaded(self) -> Answering:
        import torch

        before = torch.get_num_threads()
        self._restore = lambda: torch.set_num_threads(before)
        torch.set_num_threads(self._threads)
        return Answering(load(self._at), self._most, self._over.is_set)

    def _settle(self, answer: Future[Reply], outcome: Reply | CallFailed) -> None:
        if self._over.is_set():
            answer.cancel()  # the text may have been cut off
        elif isinstance(outcome, CallFailed):
            answer.set_exception(outcome)
        else:
            answer.set_result(outcome)

    def _gathered(self) -> list[Waiting]:
        """The next batch: the first that waits, and whoever comes until nobody has come for a moment."""
        gathered: list[Waiting] = []
        while len(gathered) < self._most:
            try:
                waiting = self._waiting.get(timeout=self._pause if gathered else None)
            except queue.Empty:
                break
            if waiting is not None:
                gathered.append(waiting)
            if self._over.is_set():
                return self._dismissed(gathered)
        return gathered

    def _dismissed(self, gathered: list[Waiting]) -> list[Waiting]:
        """Nobody: all that wait are told that no answer comes."""
        while not self._waiting.empty():
            if (waiting := self._waiting.get()) is not None:
                gathered.append(waiting)
        for _, answer in gathered:
            answer.cancel()
        return []
