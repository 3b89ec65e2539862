"""Answers any number of requests, in batches as large as the memory takes."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from constitution.core.asking import Reply, Request
from constitution.errors import CallFailed, Quarantined
from constitution.providers.transformers.generating import Row, generate, row_of
from constitution.providers.transformers.loading import Loaded


class Answering:
    """A loaded model, and how many rows it has lately been able to hold at once."""

    def __init__(self, loaded: Loaded, most: int, given_up: Callable[[], bool]) -> None:
        self._loaded = loaded
        self._most = self._batch = most
        self._given_up = given_up

    def outcomes(self, requests: Sequence[Request]) -> list[Reply | CallFailed]:
        """A reply or the failure of each request, by position."""
        found = [row_of(request, self._loaded) for request in requests]
        replies = iter(self._replies([row for row in found if isinstance(row, Row)]))
        return [next(replies) if isinstance(row, Row) else row for row in found]

    def _replies(self, rows: list[Row]) -> list[Reply | CallFailed]:
        """The outcomes by position; a batch that does not fit the memory is asked in halves, down to one row."""
        outcomes: list[Reply | CallFailed] = []
        while rest := rows[len(outcomes) :]:
            some = rest[: self._batch]
            try:
                outcomes += generate(self._loaded, some, self._given_up)
                self._batch = min(self._most, self._batch + 1)
                continue
            except (RuntimeError, MemoryError) as error:
                if not short_of_memory(error):
                    raise
            # Only here, where the error no longer holds on to the batch, is its memory free again.
            if len(some) > 1:
                self._batch = len(some) // 2
            else:
                device = self._loaded.device
                outcomes.append(Quarantined(f"the memory of the {device} is too small for this question alone"))
        return outcomes


def short_of_memory(error: Exception) -> bool:
    """Whether a computation failed for want of memory; torch has a type for that on a GPU alone."""
    import torch

    said = str(error)
    known = isinstance(error, (MemoryError, torch.OutOfMemoryError))
    return known or "can't allocate memory" in said or "not enough memory" in said
