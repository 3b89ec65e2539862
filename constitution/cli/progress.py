"""Progress on standard error: one live block on a terminal, else a line every ten seconds."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console
from rich.live import Live
from rich.text import Text

from constitution.cli.terminal import coloured, one_line, write

if TYPE_CHECKING:
    from constitution.engine.progress import Progress, Watch

PAUSE = 10.0
"""Seconds between lines where nobody can watch a block change."""
BLINK = 0.1
"""Seconds for which a block stays as it is at least."""


def line(progress: Progress) -> str:
    """How far the run is, on one line."""
    parts = [f"{progress.done}/{progress.prompts} {progress.of}"]
    parts += [f"{count} {fate}" for fate, count in sorted(progress.fates.items(), key=lambda each: (-each[1], each[0]))]
    parts += [f"asked {progress.asked}", f"reused {progress.reused}", f"in flight {progress.in_flight}"]
    if progress.waiting:
        parts.append(f"waiting to try again {progress.waiting}")
    if progress.stopping:
        parts.append("stopping once the calls in flight have ended; again to give them up")
    return " · ".join(map(one_line, parts))


@contextmanager
def watching(*, quiet: bool) -> Iterator[Watch | None]:
    """A watcher for a run, or None where nobody wants to know; the live block is gone at the end."""
    if quiet:
        yield None
    elif sys.stderr.isatty():
        with _block() as watch:
            yield watch
    else:
        yield _lines()


def _lines() -> Watch:
    last, stopping = time.monotonic(), False

    def watch(progress: Progress) -> None:
        nonlocal last, stopping
        news = bool(progress.stopping) and not stopping
        if news or time.monotonic() - last >= PAUSE:
            last, stopping = time.monotonic(), bool(progress.stopping)
            write(sys.stderr, line(progress) + "\n")

    return watch


@contextmanager
def _block() -> Iterator[Watch]:
    console = Console(stderr=True, no_color=not coloured(sys.stderr), markup=False, emoji=False, highlight=False)
    now = Text("starting …")
    last = 0.0

    def watch(progress: Progress) -> None:
        # Written down here, not where the block is drawn: that is another thread, and counts change meanwhile.
        nonlocal now, last
        if progress.stopping or time.monotonic() - last >= BLINK:
            last = time.monotonic()
            now = Text(line(progress))

    with Live(get_renderable=lambda: now, console=console, refresh_per_second=4, transient=True):
        yield watch
