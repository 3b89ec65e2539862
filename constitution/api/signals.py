"""Signals inside an event loop: Ctrl-C and SIGTERM become calls, and afterwards do what they did before."""

from __future__ import annotations

import asyncio
import signal
import socket
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from constitution.engine.signals import NAMES, listen, listening, unlisten

PATIENCE = 2
"""So many signals are left to the loop; a further one does what it would without it."""


@contextmanager
def on_signals(act: Callable[[str], None]) -> Iterator[None]:
    """Inside, each signal calls ``act`` with its name; one that whoever started us wants ignored stays so.

    A signal that comes too late to be answered inside does afterwards what it did before. Outside the main thread
    nothing is heard.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    ear = _Ear(act, asyncio.get_running_loop())
    with _awake(ear.loop):
        listen(ear.hear)
        try:
            yield
        finally:
            unlisten(ear.hear)
    ear.pass_on()


class _Ear:
    """Hands signals to a loop, where they may wait for what is being done there."""

    def __init__(self, act: Callable[[str], None], loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self._act = act
        self._without = listening()
        self._heard = 0
        self._waiting: deque[str] = deque()

    def hear(self, name: str) -> None:
        """Called by the handler, between any two steps of the program."""
        self._heard += 1
        if self._heard > PATIENCE:
            self._elsewhere(name)
        self._waiting.append(name)
        self.loop.call_soon_threadsafe(self._answer)

    def pass_on(self) -> None:
        """A first signal that nobody inside has answered is not lost."""
        if self._heard and len(self._waiting) == self._heard:
            self._elsewhere(self._waiting[0], again=True)

    def _answer(self) -> None:
        if self._waiting:
            self._act(self._waiting.popleft())

    def _elsewhere(self, name: str, *, again: bool = False) -> None:
        if self._without is not None:
            self._without(name)
        elif again:
            signal.raise_signal(next(number for number, each in NAMES.items() if each == name))
        else:
            raise KeyboardInterrupt(name)


@contextmanager
def _awake(loop: asyncio.AbstractEventLoop) -> Iterator[None]:
    """Inside, a signal wakes the loop, even one that comes just before the loop goes to sleep."""
    near, far = socket.socketpair()
    with near, far:
        near.setblocking(False)
        far.setblocking(False)
        others = signal.set_wakeup_fd(far.fileno(), warn_on_full_buffer=False)
        if others != -1:  # it is woken already, by whoever listens in this loop for signals of their own
            signal.set_wakeup_fd(others)
            yield
            return
        loop.add_reader(near, near.recv, 4096)
        try:
            yield
        finally:
            signal.set_wakeup_fd(-1)
            loop.remove_reader(near)
