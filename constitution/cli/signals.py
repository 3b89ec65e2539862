"""Signals of a command: whatever it is at, Ctrl-C and SIGTERM end it with one sentence, and never without."""

from __future__ import annotations

import atexit
import os
import sys
import threading
from collections.abc import Callable, Sequence

from constitution.engine.signals import NAMES, Act, ignore, listen

_heard: list[str] = []
"""What came while the command was loaded, was at work outside of the engine, or said its last words."""


def heard() -> str:
    """The name of the signal that came first."""
    return _heard[0] if _heard else next(iter(NAMES.values()))


def loading(given: Sequence[str]) -> None:
    """From now on, and as long as this process lives, no signal is lost and none ends it without a word.

    An import is let finish: the first signal waits for ``loaded``, the second ends the process at once.
    """
    if threading.current_thread() is not threading.main_thread():
        return  # somebody else's program; the signals are theirs
    _stage[0] = _wait(given)
    listen(lambda name: _stage[0](name))
    # By then all threads have ended; a moment later Python itself would let signals kill again.
    atexit.register(ignore)


def loaded(last_words: Callable[[], int]) -> None:
    """From now on a signal ends the process at once, with last words that return its exit code.

    Nothing is raised, for an exception may get lost in the middle of any program; and nothing is cleaned up, for
    what is on the disk is made to bear a kill at any time.
    """

    def leave(name: str) -> None:
        _heard.append(name)
        _stage[0] = _let_end
        os._exit(_said(last_words))

    _stage[0] = leave
    if _heard:
        _stage[0] = _let_end
        os._exit(_said(last_words))


def ending() -> None:
    """From now on the last words are being said: the first signal lets them be said, the second ends the process."""
    _stage[0] = _let_end


def _said(last_words: Callable[[], int]) -> int:
    if sys.stderr is not None and sys.stderr.isatty():
        _tell(2, "\r\x1b[2K\x1b[?25h")  # a live block may stand there, and hides the cursor
    try:
        return last_words()
    except RuntimeError:  # the signal came in the middle of writing to the same stream
        return _bare(())


def _wait(given: Sequence[str]) -> Act:
    def wait(name: str) -> None:
        _heard.append(name)
        if len(_heard) > 1:
            os._exit(_bare(given))

    return wait


def _let_end(name: str) -> None:
    _heard.append(name)
    if len(_heard) > 1:
        os._exit(130)


def _bare(given: Sequence[str]) -> int:
    """The last words of a command that has nothing yet to say them with."""
    what = f"stopped by {heard()}; run the same command again"
    if "--json" in given:
        error = f'{{"kind": "interrupted", "message": "{what}"}}'
        _tell(1, f'{{"schema": "constitution/usage/1", "ok": false, "exit": 130, "data": {{}}, "errors": [{error}]}}\n')
    else:
        _tell(2, f"error: {what}\n")
    return 130


def _tell(number: int, text: str) -> None:
    try:
        os.write(number, text.encode("ascii"))
    except OSError:
        return  # nobody is left to be told


_stage: list[Act] = [_let_end]
"""What a signal does just now."""
