"""Signals inside an event loop: Ctrl-C and SIGTERM become calls, and afterwards do what they did before."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

NAMES = {signal.SIGINT: "Ctrl-C", signal.SIGTERM: "SIGTERM"}


@contextmanager
def on_signals(act: Callable[[str], None]) -> Iterator[None]:
    """Inside, each signal calls ``act`` with its name; one that whoever started us wants ignored stays so.

    Outside the main thread nothing is heard.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    loop = asyncio.get_running_loop()
    with contextlib.ExitStack() as restore:
        for number, name in NAMES.items():
            before = signal.getsignal(number)
            if before not in (signal.SIG_IGN, None):
                loop.add_signal_handler(number, act, name)
                restore.callback(signal.signal, number, before)
                restore.callback(loop.remove_signal_handler, number)
        yield
