"""Work in a thread of its own, for programs whose loop runs already, as notebooks' do: Ctrl-C still reaches it."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import Future, wait
from contextlib import contextmanager, suppress
from contextvars import ContextVar, copy_context
from threading import Thread
from typing import Any, Generic, TypeVar

from constitution.api.signals import PATIENCE
from constitution.errors import Interrupted

T = TypeVar("T")


class Aside(Generic[T]):
    """Work in a thread of its own; whoever waits for it may be interrupted, and hands that on."""

    def __init__(self, work: Coroutine[Any, Any, T]) -> None:
        self._work = work
        self._end: Future[T] = Future()
        self._said: deque[str] = deque()
        self._heeding: tuple[asyncio.AbstractEventLoop, Callable[[str], None]] | None = None

    def finished(self) -> T:
        """What the work comes to; the error that ended it, or ``KeyboardInterrupt`` where nothing was left to stop."""
        # A daemon: a loop that is stuck must not keep the whole process after the third Ctrl-C.
        Thread(target=copy_context().run, args=(self._run,), name="constitution", daemon=True).start()
        interrupt: BaseException | None = None
        for _ in range(PATIENCE):
            try:
                wait([self._end])
                break
            except BaseException as error:  # Ctrl-C, or whatever else the program does at a signal
                self._hand_on("Ctrl-C")
                interrupt = error
        wait([self._end])
        if interrupt is not None and not isinstance(self._end.exception(), Interrupted):
            raise interrupt from self._end.exception()
        return self._end.result()

    @contextmanager
    def heed(self, act: Callable[[str], None]) -> Iterator[None]:
        """Inside, ``act`` is told in the running loop of each interruption, of earlier ones too."""
        loop = asyncio.get_running_loop()
        self._heeding = loop, act
        self._answer()
        try:
            yield
        finally:
            self._heeding = None

    def _run(self) -> None:
        ASIDE.set(self)
        try:
            self._end.set_result(asyncio.run(self._work))
        except BaseException as error:  # whatever it is, it belongs to whoever waits
            self._end.set_exception(error)

    def _hand_on(self, by: str) -> None:
        self._said.append(by)
        if self._heeding is not None:
            with suppress(RuntimeError):  # the loop has just been closed: there is nothing left to stop
                self._heeding[0].call_soon_threadsafe(self._answer)

    def _answer(self) -> None:
        while self._heeding is not None and self._said:
            self._heeding[1](self._said.popleft())


ASIDE: ContextVar[Aside[Any] | None] = ContextVar("aside", default=None)
"""The thread in which this work runs, where it has one of its own."""
