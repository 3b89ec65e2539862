"""Signals: Ctrl-C and SIGTERM end a command with one sentence; while it is still being loaded, they wait."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

Action = Callable[[int, FrameType | None], object] | int | signal.Handlers | None

NAMES = {signal.SIGINT: "Ctrl-C", signal.SIGTERM: "SIGTERM"}

_heard: list[int] = []
"""What arrived since ``held``; the library that reads our arguments drops the error that said it."""


def heard() -> str:
    """The name of the signal that came first."""
    return NAMES[signal.Signals(_heard[0])] if _heard else NAMES[signal.SIGINT]


@contextmanager
def held() -> Iterator[None]:
    """A signal that comes inside raises ``KeyboardInterrupt`` at the end; a second one kills.

    An import that is broken off can leave anything behind, so it is let finish.
    """
    _heard.clear()
    _listen(_wait)
    yield
    _listen(_interrupt)
    if _heard:
        raise KeyboardInterrupt(heard())


@contextmanager
def put_back(*, ending: bool) -> Iterator[None]:
    """Afterwards the signals do what they did before, or, where the process is ``ending``, kill it silently."""
    before = {number: signal.getsignal(number) for number in NAMES}
    try:
        yield
    finally:
        for number, action in before.items():
            if action is not signal.SIG_IGN:
                _set(number, signal.SIG_DFL if ending else action)


def _listen(act: Action) -> None:
    """Our action for each signal, unless whoever started us wants it ignored, as ``nohup`` does."""
    for number in NAMES:
        if signal.getsignal(number) is not signal.SIG_IGN:
            _set(number, act)


def _set(number: signal.Signals, act: Action) -> None:
    try:
        signal.signal(number, act)
    except ValueError:
        return  # in a thread of somebody else's program; the signals are theirs


def _wait(number: int, _frame: FrameType | None) -> None:
    if _heard:
        signal.signal(number, signal.SIG_DFL)
        signal.raise_signal(number)
    _heard.append(number)


def _interrupt(number: int, _frame: FrameType | None) -> None:
    _heard.append(number)
    raise KeyboardInterrupt(NAMES[signal.Signals(number)])
