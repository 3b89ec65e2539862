"""Held: how programs know that another one, still alive, writes to a temporary folder."""

from __future__ import annotations

import errno
import fcntl
import os
from contextlib import suppress
from pathlib import Path


def hold(new: Path) -> int:
    """An open handle by which other programs know that somebody writes to this temporary folder, until it is closed."""
    handle = os.open(new, os.O_RDONLY)
    with suppress(OSError):  # a file system that has no locks
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    return handle


def held(new: Path) -> bool:
    """Whether another program writes to this temporary folder."""
    try:
        handle = os.open(new, os.O_RDONLY)
    except OSError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError as error:
        return error.errno in (errno.EWOULDBLOCK, errno.EAGAIN)
    finally:
        os.close(handle)
    return False
