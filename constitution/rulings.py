"""The file of people's rulings: JSON Lines, append only, beside the project and never inside a dataset folder."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterable
from pathlib import Path

from pydantic import ValidationError

from constitution.core.rulings import FORMAT, Ruling, Rulings
from constitution.errors import BadFile, Mistake

FILE = "rulings.jsonl"
LONGEST = 100_000
"""Characters of one line; a longer one is no ruling."""


def read_rulings(path: Path) -> Rulings:
    """What people ruled, in the order of the file; nothing where there is no file.

    Raises ``BadFile`` with ``file:line`` for a line that is no ruling: a verdict of a person is never passed over.
    """
    if not path.exists():
        return Rulings()
    try:
        text = path.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadFile(f"cannot be read: {error}", where=f"{path}:1:1", remedy=_MEND) from error
    lines = enumerate(text.split("\n"), 1)
    return Rulings(tuple(_ruling(line, f"{path}:{number}:1") for number, line in lines if line.strip()))


def append_rulings(path: Path, rulings: Iterable[Ruling]) -> tuple[Ruling, ...]:
    """The file holds these rulings after those that it held; returns the ones that are new.

    A ruling that says nothing new of its subject is not written again. Nothing is written if anything in the file
    cannot be read. Raises ``BadFile`` and, where the file cannot be written, ``Mistake``.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            held = {ruling.subject: ruling for ruling in read_rulings(path).held}
            new = tuple(ruling for ruling in rulings if not _same(held.get(ruling.subject), ruling))
            _hold_to_length(new)
            file.seek(0, os.SEEK_END)
            whole = b"" if _ends_a_line(path) else b"\n"
            file.write(whole + b"".join(_line(ruling) for ruling in new))
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise Mistake(
            f"the rulings cannot be written: {error.strerror or error}",
            where=str(path),
            remedy="name a file that you may write to with --rulings",
        ) from error
    return new


_MEND = "restore the line from version control, or remove it if nobody stands by it"


def _hold_to_length(rulings: Iterable[Ruling]) -> None:
    """Passes where each can be read again; raises ``Mistake``, and nothing is written."""
    for ruling in rulings:
        if len(_line(ruling).decode()) > LONGEST:
            raise Mistake(
                f"a ruling on {ruling.prompt_id} has more than {LONGEST:,} characters",
                remedy="give a shorter reason or quote",
            )


def _same(old: Ruling | None, new: Ruling) -> bool:
    """Whether the new ruling says of its subject what the old one did, whatever the day and whatever a model said."""
    return old is not None and old.but(date=new.date, said=new.said) == new


def _ends_a_line(path: Path) -> bool:
    with path.open("rb") as file:
        if file.seek(0, os.SEEK_END) == 0:
            return True
        file.seek(-1, os.SEEK_END)
        return file.read(1) == b"\n"


def _line(ruling: Ruling) -> bytes:
    said = {"format": FORMAT, **ruling.as_json()}
    return (json.dumps(said, ensure_ascii=False, sort_keys=True) + "\n").encode()


def _ruling(line: str, where: str) -> Ruling:
    if len(line) > LONGEST:
        raise BadFile(f"the line has more than {LONGEST:,} characters", where=where, remedy=_MEND)
    try:
        return Ruling.model_validate(json.loads(line))
    except json.JSONDecodeError as error:
        raise BadFile(f"not JSON: {error.msg}", where=f"{where[:-2]}:{error.colno}", remedy=_MEND) from error
    except (ValidationError, RecursionError, ValueError) as error:
        raise BadFile(_what(error), where=where, remedy=_MEND) from error


def _what(error: Exception) -> str:
    """What is wrong with the line, without its contents."""
    if isinstance(error, ValidationError):
        first = error.errors()[0]
        return f"no ruling: {' '.join(map(str, first['loc']))} {first['msg']}".replace("  ", " ")
    return f"no ruling: {error}"
