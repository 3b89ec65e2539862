"""Whether a ledger is as it was written: the file, its tables, every reply and every attempt; nothing is changed."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import get_args

from pydantic import ValidationError

from constitution.core.asking import Reply
from constitution.core.digest import DIGEST_VERSION
from constitution.errors import BadFile
from constitution.ledger.kept import Outcome
from constitution.ledger.opening import MIGRATIONS, reading
from constitution.ledger.packing import Damaged, Packing, packing_of
from constitution.ledger.store import in_use

MOST = 100
"""Findings of one kind that are named; of the others the number is said."""

_DIGEST = re.compile("[0-9a-f]{64}")


@dataclass(frozen=True)
class Checked:
    """What was looked at, and what is wrong with it."""

    replies: int
    attempts: int
    version: int
    findings: tuple[str, ...]


def check(path: Path) -> Checked:
    """The ledger at this path, looked through from end to end.

    A file that cannot be read as a ledger is itself a finding. That a reply belongs to its request cannot be seen
    here: of a request the digest alone is kept. Raises ``NotFound``, and ``Stopped`` where another program has
    locked the file.
    """
    try:
        with reading(path) as db:
            try:
                return _looked_through(db)
            except sqlite3.DatabaseError as error:
                if in_use(error):
                    raise
                return Checked(0, 0, 0, (f"the file is damaged: {error}",))
    except BadFile as error:
        return Checked(0, 0, 0, (str(error.what),))


def _looked_through(db: sqlite3.Connection) -> Checked:
    version = int(db.execute("PRAGMA main.user_version").fetchone()[0])
    damage = [f"the file is damaged: {line}" for (line,) in db.execute(f"PRAGMA integrity_check({MOST})")
              if line != "ok"]  # fmt: skip
    tables = list(_tables(db, version))
    if tables:
        return Checked(0, 0, version, tuple(damage + tables))
    (replies,), (attempts,) = (
        db.execute(f"SELECT COUNT(*) FROM {name}").fetchone() for name in ("replies", "attempts")
    )
    contents = [*_few(_replies(db), "replies"), *_few(_attempts(db), "attempts"), *_few(_others(db), "all else")]
    return Checked(replies, attempts, version, tuple(damage + contents))


def _tables(db: sqlite3.Connection, version: int) -> Iterator[str]:
    """What differs from the tables that the migrations make up to this version."""
    made = sqlite3.connect(":memory:")
    for script in MIGRATIONS[:version]:
        made.executescript(script)
    for (name,) in made.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").fetchall():
        wanted, found = ([row[1] for row in each.execute(f"PRAGMA main.table_info({name})")] for each in (made, db))
        if not found:
            yield f"the table {name} is missing"
        elif found != wanted:
            yield f"the table {name} has the columns {', '.join(found)} instead of {', '.join(wanted)}"
    made.close()


def _replies(db: sqlite3.Connection) -> Iterator[str]:
    packing = packing_of(db)
    for digest, version, model, kept, time, attempts in db.execute("SELECT * FROM replies ORDER BY digest"):
        wrong = [
            *_key(digest),
            *(
                []
                if version in range(1, DIGEST_VERSION + 1)
                else [f"its digest is of version {version}, which is not known"]
            ),
            *([] if all(str(model).partition(":")) else [f"its model is {model!r}, not PROVIDER:MODEL"]),
            *_moment(time),
            *([] if isinstance(attempts, int) and attempts >= 1 else [f"it came after {attempts} attempts"]),
            *_read_back(kept, packing),
        ]
        yield from (f"reply {digest}: {what}" for what in wrong)


def _read_back(kept: str | bytes, packing: Packing) -> Iterator[str]:
    try:
        Reply.model_validate_json(packing.unpack(kept))
    except Damaged as error:
        yield f"it cannot be read back: {error}"
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        yield f"it cannot be read back: {place + ': ' if place else ''}{first['msg']}"


def _attempts(db: sqlite3.Connection) -> Iterator[str]:
    known = get_args(Outcome)
    for number, digest, time, outcome in db.execute("SELECT number, digest, time, outcome FROM attempts"):
        wrong = [*_key(digest), *_moment(time)]
        if outcome is not None and outcome not in known:
            wrong.append(f"it ended as {outcome!r}, which is not one of {', '.join(known)}")
        yield from (f"attempt {number}: {what}" for what in wrong)
    gone = db.execute(
        "SELECT number, digest FROM attempts WHERE outcome IN ('kept', 'duplicate')"
        " AND digest NOT IN (SELECT digest FROM replies) AND digest NOT IN (SELECT digest FROM erased)"
    )
    yield from (f"attempt {number}: its reply {digest} is missing" for number, digest in gone)


def _others(db: sqlite3.Connection) -> Iterator[str]:
    for name in ("quarantine", "erased"):
        for digest, time in db.execute(f"SELECT digest, time FROM {name} ORDER BY digest"):
            yield from (f"{name} {digest}: {what}" for what in (*_key(digest), *_moment(time)))
    for number, dictionary in db.execute("SELECT id, dictionary FROM dictionaries ORDER BY id"):
        try:
            Packing(lambda _: None).use(number, dictionary)
        except Damaged as error:
            yield str(error)
    back = db.execute("SELECT digest FROM erased WHERE lifted IS NULL AND digest IN (SELECT digest FROM replies)")
    yield from (f"erased {digest}: a reply to it is there all the same" for (digest,) in back)


def _key(digest: object) -> Iterator[str]:
    if not isinstance(digest, str) or not _DIGEST.fullmatch(digest):
        yield "its key is no digest of 64 hex digits"


def _moment(time: object) -> Iterator[str]:
    try:
        datetime.fromisoformat(str(time))
    except ValueError:
        yield f"its time is {time!r}, which is no time"


def _few(findings: Iterator[str], of: str) -> Iterator[str]:
    """The first of them, and how many more there are."""
    for number, finding in enumerate(findings):
        if number == MOST:
            yield f"and {1 + sum(1 for _ in findings):,} more findings about {of}"
            return
        yield finding
