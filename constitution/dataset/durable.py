"""Durable writes: a file counts when it and its folder are on the disk; a full disk becomes one clear sentence."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from constitution.errors import Stopped

REMEDY = {
    errno.ENOSPC: "make room and run again",
    errno.EDQUOT: "make room and run again",
    errno.EROFS: "name a folder that can be written, and run again",
    errno.EACCES: "make it and the folder above it writable, or name another one, and run again",
    errno.EPERM: "make it and the folder above it writable, or name another one, and run again",
}


@contextmanager
def disk_troubles(doing: str, where: Path) -> Iterator[None]:
    """Whatever the system refuses inside becomes ``Stopped``, with what to do about it."""
    try:
        yield
    except OSError as error:
        what = error.strerror or str(error)
        raise Stopped(
            f"could not {doing}: {what}",
            where=str(where),
            remedy=f"{REMEDY.get(error.errno or 0, 'mend this and run again')}; every reply that was paid for is kept",
        ) from error


def write_new(path: Path, content: bytes) -> None:
    """A new file with this content, on the disk."""
    with open(path, "xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def write_over(path: Path, content: bytes) -> None:
    """The file holds this content, or what it held before: never a part of it."""
    beside = path.with_name(path.name + ".new")
    beside.unlink(missing_ok=True)
    try:
        write_new(beside, content)
        os.replace(beside, path)
    except OSError:
        with suppress(OSError):
            beside.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """The names in the folder are on the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
