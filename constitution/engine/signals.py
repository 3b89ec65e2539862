"""Signals: one handler for the whole process; what it does is whatever was said last."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final

Act = Callable[[str], None]
"""What to do about a signal; it is told the name."""

NAMES: Final = {signal.SIGINT: "Ctrl-C", signal.SIGTERM: "SIGTERM"}

# Only these lists change while somebody listens, each in one step. A handler that was taken away to make room for the
# next one would leave a moment in which the signal is lost, or ends the process without a word.
_acts: list[Act] = []
_before: dict[signal.Signals, Callable[[int, FrameType | None], object] | int | None] = {}
_moments: list[str] = []


def listen(act: Act) -> None:
    """From now on each signal calls ``act``, until ``unlisten``; main thread only.

    One that whoever started us wants ignored, as ``nohup`` does, stays ignored.
    """
    _acts.append(act)
    for number in NAMES:
        action = signal.getsignal(number)
        if action not in (signal.SIG_IGN, None, _hear):
            _before[number] = action
            signal.signal(number, _hear)


def unlisten(act: Act) -> None:
    """What was done before ``listen`` is done again; after the last one the signals have their old handlers."""
    if _acts == [act]:
        for number, action in _before.items():
            signal.signal(number, action)
        _before.clear()
    _acts.remove(act)


def listening() -> Act | None:
    """What a signal would call now."""
    return _acts[-1] if _acts else None


def ignore() -> None:
    """From now on the signals that we heard do nothing."""
    for number in _before:
        signal.signal(number, signal.SIG_IGN)


@contextmanager
def moment(when: str) -> Iterator[None]:
    """Inside, ``this_moment`` is this one, such as ``before anything was asked``."""
    _moments.append(when)
    try:
        yield
    finally:
        _moments.pop()


def this_moment() -> str:
    """What to say of the time when a signal comes now; nothing where nobody said."""
    return _moments[-1] if _moments else ""


def _hear(number: int, _frame: FrameType | None) -> None:
    _acts[-1](NAMES[signal.Signals(number)])
