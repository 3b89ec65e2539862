"""The command line: thin, one file a verb family."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from constitution.cli.signals import held, put_back

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; neither an error nor a signal leaves here as a traceback.

    Without arguments those of the process are taken, which is then about to end.
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    with put_back(ending=arguments is None):
        try:
            with held():
                # Not above: this is where nearly all the time before the first question goes.
                from constitution.cli import door
            return door.enter(given)
        except KeyboardInterrupt:
            return door.cut_short(given)
