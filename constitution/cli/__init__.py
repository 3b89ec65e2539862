"""The command line: thin, one file a verb family."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from constitution.cli.signals import loaded, loading

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; neither an error nor a signal leaves here as a traceback.

    Without arguments those of the process are taken, which is then about to end: its signals are ours for good.
    With arguments the signals stay with the program that calls.
    """
    if arguments is not None:
        return _called(list(arguments))
    given = sys.argv[1:]
    loading(given)
    # Not above: this is where nearly all the time before the first question goes.
    from constitution.cli import door

    loaded(lambda: door.cut_short(given))
    return door.enter(given)


def _called(given: Sequence[str]) -> int:
    from constitution.cli import door

    try:
        return door.enter(given)
    except KeyboardInterrupt:
        return door.cut_short(given)
