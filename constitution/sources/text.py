"""Text of a file: its lines, bounded and in UTF-8, and the JSON that stands in them."""

from __future__ import annotations

import json
import os
import stat
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from constitution.errors import BadFile

MEND = "mend or remove this line; nothing was asked"
MAX_NAMED = 120
"""Characters of a key that are said."""


def lines(path: Path, *, most: int) -> Iterator[tuple[str, str]]:
    """Each line with its line end, after its place as ``file:line``; a byte order mark is passed over.

    Raises ``BadFile`` for a file that cannot be read, a line of more than ``most`` bytes and one that is not UTF-8.
    """
    with opened(path) as file:
        for number in range(1, 2**63):
            line = file.readline(most + 2)
            if not line:
                return
            where = f"{path}:{number}"
            if len(line.rstrip(b"\r\n")) > most:
                raise BadFile(
                    f"the line is longer than {most:,} bytes", where=where, remedy="shorten or split this prompt"
                )
            yield where, decoded(line, where, first=number == 1)


@contextmanager
def opened(path: Path) -> Iterator[IO[bytes]]:
    """The file, open to be read.

    Raises ``BadFile`` for one that cannot be read, also while it is being read, and for what is no plain file: a
    pipe may keep us waiting for ever.
    """
    if "\0" in str(path):
        raise BadFile("no file has a NUL character in its name", where=brief(str(path)), remedy="check the path")
    try:
        with open(path, "rb", opener=_at_once) as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise BadFile(
                    "it is a pipe or a device, not a file", where=str(path), remedy="write it to a file first"
                )
            yield file
    except OSError as error:
        raise unreadable(path, error) from error


def _at_once(path: str, flags: int) -> int:
    """Opening a pipe would wait for somebody to write into it."""
    return os.open(path, flags | os.O_NONBLOCK)


def decoded(data: bytes, where: str, *, first: bool) -> str:
    """The bytes as text; raises ``BadFile`` where they are not UTF-8."""
    try:
        return data.decode("utf-8-sig" if first else "utf-8")
    except UnicodeDecodeError as error:
        raise BadFile(f"byte {error.start + 1} is not UTF-8", where=where, remedy="save the file as UTF-8") from error


def unreadable(path: Path, error: OSError) -> BadFile:
    """What is said of a file that the system does not give."""
    return BadFile(f"cannot be read: {error.strerror or error}", where=str(path), remedy="check the path")


def brief(key: str) -> str:
    """A key as it is said in a sentence: on one line, without what cannot be seen, and not without end.

    >>> brief("a\\nb"), brief("a" * 500)[-3:]
    ('a\\\\nb', 'aa…')
    """
    shown = "".join(each if each.isprintable() else ascii(each)[1:-1] for each in key[:MAX_NAMED])
    return f"{shown}…" if len(key) > MAX_NAMED else shown


def parsed(text: str, where: str, *, key: str = "", remedy: str = MEND, lined: bool = False) -> Any:
    """The value of a JSON text, in which no key stands twice.

    Raises ``BadFile``: ``key`` is what the text is called, ``lined`` says that it has lines of its own to count.
    """
    called = f"{key}: " if key else ""
    try:
        return _ONCE.decode(text) if not text.startswith("\ufeff") else json.loads(text, object_pairs_hook=_once)
    except RecursionError as error:
        raise BadFile(f"{called}nested too deeply", where=where, remedy="flatten the row") from error
    except json.JSONDecodeError as error:
        line = f":{error.lineno}" if lined else ""
        place = where if key else f"{where}{line}:{error.colno}"
        raise BadFile(f"{called}not JSON: {error.msg}", where=place, remedy=remedy) from error
    except ValueError as error:
        raise BadFile(f"{called}{error}", where=where, remedy=remedy) from error


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = Counter(key for key, _ in pairs)
        twice = next(key for key, count in keys.items() if count > 1)
        raise ValueError(f"the key '{brief(twice)}' stands twice")
    return found


_ONCE = json.JSONDecoder(object_pairs_hook=_once)
"""Made once: ``json.loads`` with the same wish would make one for each row."""
