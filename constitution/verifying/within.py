"""Within: files of a folder that somebody else made, read only where they are plain files inside it."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from constitution.errors import BadFile, NotFound


def within(folder: Path, name: str) -> Path:
    """The plain file of this name in the folder.

    Raises ``NotFound`` where there is none, and ``BadFile`` for a name that leads out of the folder, for a link and
    for anything else that is no plain file: it is not opened.
    """
    pure = PurePosixPath(name)
    if not pure.parts or pure.is_absolute() or ".." in pure.parts or "\0" in name or "\\" in name:
        raise BadFile("is a name that leads out of the folder; it was not read", where=name)
    path, mode = folder, 0
    for part in pure.parts:
        path = path / part
        try:
            mode = os.lstat(path).st_mode
        except (FileNotFoundError, NotADirectoryError):
            raise NotFound("is not there", where=name) from None
        except (OSError, ValueError) as error:
            raise BadFile(f"cannot be looked at: {error}", where=name) from None
        if stat.S_ISLNK(mode):
            raise BadFile("is a link, and links are not followed", where=name,
                          remedy="copy the folder with the files that its links lead to")  # fmt: skip
    if not stat.S_ISREG(mode):
        raise BadFile("is no plain file; it was not read", where=name)
    return path


def content_of(folder: Path, name: str) -> bytes:
    """What the file holds; raises as ``within`` does, and ``BadFile`` where it cannot be read."""
    try:
        return within(folder, name).read_bytes()
    except OSError as error:
        raise BadFile(f"cannot be read: {error.strerror}", where=name) from error


def names_in(folder: Path) -> Iterator[str]:
    """Every file, link and pipe below the folder, by its path in it; no link is followed."""
    for above, folders, files in os.walk(folder):
        folders.sort()
        linked = [name for name in folders if os.path.islink(os.path.join(above, name))]
        for name in sorted([*files, *linked]):
            yield Path(above, name).relative_to(folder).as_posix()
