"""Strangers: an answer that calls itself by another family's name than the model that was asked for."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache

from constitution.core.asking import Reply, Request
from constitution.errors import Stopped

UNSAID = ("", "unknown")
"""What stands for a name where the server gave none."""


class Strangers:
    """Counts the answers of a run that came from models of another family."""

    def __init__(self, *, pinned: bool = False) -> None:
        self.met: Counter[tuple[str, str]] = Counter()
        """(model asked for, name that the answering model gave itself) to replies."""
        self._pinned = pinned

    def notes(self) -> tuple[str, ...]:
        """A sentence for each pair of names that do not belong together."""
        return tuple(
            f"{asked} was asked, and {returned} answered, {count} time{'s' if count > 1 else ''}"
            for (asked, returned), count in sorted(self.met.items())
        )

    def look(self, request: Request, reply: Reply) -> Stopped | None:
        """Why the run must end, where models are pinned and this answer is by another one."""
        if not is_stranger(request.model_name, reply.model_returned):
            return None
        self.met[request.model, reply.model_returned] += 1
        return (
            Stopped(
                f"{request.model} was asked, and {reply.model_returned} answered",
                remedy="ask for that model by its name, or let any model answer by leaving out --pin-model",
            )
            if self._pinned
            else None
        )


@lru_cache(maxsize=256)
def is_stranger(asked: str, returned: str) -> bool:
    """Whether neither name is the beginning of the other, apart from folders, providers and ``latest``.

    >>> is_stranger("claude-x", "claude-x-20260101"), is_stranger("claude-x", "gpt-y")
    (False, True)
    """
    if returned in UNSAID:
        return False
    ours = _family(asked)
    return not any(ours.startswith(theirs) or theirs.startswith(ours) for theirs in _spellings(returned))


def _spellings(returned: str) -> tuple[str, ...]:
    """The name, and what it may be without the provider that some servers put before it."""
    return _family(returned), _family(returned.partition(":")[2] or returned)


def _family(name: str) -> str:
    """The last part of a path, in small letters, without the alias of a newest version."""
    last = name.rstrip("/").rpartition("/")[2].casefold()
    for alias in ("-latest", ":latest"):
        last = last.removesuffix(alias)
    return last
