"""The terminal: colour only where it is wanted, and foreign text that can neither command nor disguise."""

from __future__ import annotations

import io
import os
import re
import shutil
import sys
from typing import TextIO

from rich.console import Console, RenderableType

from constitution.core.unseen import escaped, safe
from constitution.errors import Stopped

__all__ = ["coloured", "forgiving", "one_line", "rendered", "safe", "short", "write"]

WIDEST = 100
"""Columns at most: longer lines are hard to read."""


def one_line(text: str) -> str:
    r"""The same on a single line: newlines and tabs are written as escapes too.

    >>> one_line("a\nb")
    'a\\nb'
    """
    return re.sub("[\n\t]", escaped, safe(text))


def short(text: str, length: int) -> str:
    """The text on a line of at most this many characters."""
    flat = safe(" ".join(text.split()))
    return flat if len(flat) <= length else flat[: length - 1].rstrip() + "…"


def coloured(stream: TextIO, asked: bool | None = None) -> bool:
    """Whether to write colours: as asked, else by NO_COLOR, FORCE_COLOR and what the stream is."""
    if asked is not None:
        return asked
    if os.environ.get("NO_COLOR"):
        return False
    forced = os.environ.get("FORCE_COLOR", "")
    if forced:
        return forced not in ("0", "false")
    return stream.isatty() and os.environ.get("TERM") != "dumb"


def rendered(*parts: RenderableType, colour: bool) -> str:
    """The parts as text for the terminal, each from a new line on; without colour there is no escape in it."""
    sheet = io.StringIO()
    console = Console(
        file=sheet,
        width=min(WIDEST, shutil.get_terminal_size((WIDEST, 24)).columns),
        force_terminal=colour,
        color_system="standard" if colour else None,
        no_color=not colour,
        legacy_windows=False,
        markup=False,
        emoji=False,
        highlight=False,
    )
    for part in parts:
        console.print(part)
    # Cells of a table are padded with spaces: lines copied from a terminal should not end in them.
    return "".join(f"{line.rstrip()}\n" for line in sheet.getvalue().split("\n")[:-1])


def write(stream: TextIO, text: str) -> None:
    """The text is written, or nobody reads it any more: a closed pipe is no error.

    Raises ``Stopped`` where it cannot be written, as on a full disk.
    """
    try:
        stream.write(text)
        stream.flush()
    except OSError as error:
        # What Python still wants to flush at its end must go somewhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
        if not isinstance(error, BrokenPipeError):
            what = f"the output cannot be written: {error.strerror or error}"
            raise Stopped(what, remedy="send it elsewhere; what was paid for is kept") from error


def forgiving() -> None:
    """Characters that the terminal's encoding lacks are written as escapes, where they would have ended us.

    A stream that was closed before we began takes what is written to it.
    """
    sys.stdout = sys.stdout or open(os.devnull, "w")  # noqa: SIM115 - it stays open as long as the process
    sys.stderr = sys.stderr or open(os.devnull, "w")  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
