"""The command that goes on where a cap has ended one: the same again, with that cap raised."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence

from constitution.errors import Capped

_DONE = ("--retry-faults",)
"""What the first command did already, and what going on must not do again."""


def going_on(given: Sequence[str], stopped: Capped) -> str:
    """The command that was given, with the cap raised that ended it."""
    flag = f"--{stopped.cap.replace('_', '-')}"
    options = given.index("--") if "--" in given else len(given)  # what follows it is no option
    words = [*_less(given[:options], flag), flag, f"{stopped.raised:.10g}", *given[options:]]
    return shlex.join(["constitution", *words])


def _less(given: Sequence[str], flag: str) -> Iterator[str]:
    """The words without this flag and its value, and without what is done already."""
    words = iter(given)
    for word in words:
        if word == flag:
            next(words, None)
        elif word not in _DONE and not word.startswith(f"{flag}="):
            yield word
