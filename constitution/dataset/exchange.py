"""Exchange: a new folder takes the place of an old one; whoever looks finds one of them whole."""

from __future__ import annotations

import ctypes
import errno
import os
import shutil
from contextlib import suppress
from pathlib import Path

from constitution.dataset.durable import sync_folder

_AT_FDCWD = -100
_RENAME_EXCHANGE = 2
_CANNOT = (errno.ENOSYS, errno.EINVAL, errno.EOPNOTSUPP)


def put_in_place(new: Path, out: Path, aside: Path) -> None:
    """``out`` is what ``new`` was, and the old folder is gone.

    Where the system cannot exchange two folders in one step, the old one stands at ``aside`` for a moment;
    a run that is killed in that moment leaves it there, to be put back by the next.
    """
    old = new
    if not out.exists():
        os.rename(new, out)
    elif not swap(new, out):
        os.rename(out, aside)
        try:
            os.rename(new, out)
        except OSError:
            os.rename(aside, out)
            raise
        old = aside
    sync_folder(out.parent)
    # The new folder stands; what is left of the old one is cleared away by the next run at the latest.
    with suppress(OSError):
        clear(old)


def clear(folder: Path) -> None:
    """The folder and all in it are gone, if it was there."""
    if folder.exists():
        shutil.rmtree(folder)


def swap(one: Path, other: Path) -> bool:
    """Both names have changed places in one step; False where this system or file system cannot do that."""
    library = ctypes.CDLL(None, use_errno=True)
    try:
        renameat2 = library.renameat2
    except AttributeError:
        return False
    if renameat2(_AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other), _RENAME_EXCHANGE) == 0:
        return True
    number = ctypes.get_errno()
    if number in _CANNOT:
        return False
    raise OSError(number, os.strerror(number), str(other))
