"""Takes replies out of a ledger for good: what no longer serves, and what a person asks to have removed."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from constitution.errors import Mistake, NotFound, Stopped
from constitution.ledger.learning import repack
from constitution.ledger.opening import reading, tending
from constitution.ledger.survey import size_of


@dataclass(frozen=True, kw_only=True)
class Unwanted:
    """What is to go: replies of these kinds, or with ``quarantine`` requests that were set aside."""

    before: str | None = None
    """Only what came before this time, RFC 3339 in UTC."""
    model: str | None = None
    """Only replies of this ``provider:model``."""
    quarantine: bool = False

    def __post_init__(self) -> None:
        """Raises ``Mistake`` where nothing is named, or a model for what was set aside."""
        if self.before is None and self.model is None and not self.quarantine:
            raise Mistake(
                "it is not said what is to go, and a ledger holds what was paid for",
                remedy="name --older-than DAYS, --model PROVIDER:MODEL or --quarantine",
            )
        if self.quarantine and self.model is not None:
            raise Mistake(
                "--quarantine and --model do not go together: of a request that was set aside its model is not kept",
                remedy="leave one of them out",
            )


@dataclass(frozen=True, kw_only=True)
class Pruned:
    """What goes, or went."""

    replies: int
    attempts: int
    """Notes of attempts: of those replies, and of calls that failed."""
    set_aside: int
    """Requests that a run would ask again."""
    freed: int = 0
    """Bytes that the file is smaller by."""

    @property
    def nothing(self) -> bool:
        """Whether there is nothing to remove."""
        return not (self.replies or self.attempts or self.set_aside)


@dataclass(frozen=True, kw_only=True)
class Erased:
    """What was erased."""

    requests: tuple[str, ...]
    """Digests that are not asked again from now on."""
    already: int
    """How many of them had been erased before."""
    replies: int
    """Replies that were there and are gone."""
    attempts: int
    """Attempts of which what came back is gone; that they were made stays noted."""


def prune(path: Path, unwanted: Unwanted, *, really: bool) -> Pruned:
    """What is unwanted is gone and the file has shrunk; unless ``really``, only what would go is said.

    Raises ``Occupied`` where it is meant and a run holds the ledger; ``NotFound``, ``Stopped``.
    """
    if not really:
        with reading(path) as db:
            return _counted(db, unwanted)
    with tending(path) as db:
        before, gone = size_of(path), _counted(db, unwanted)
        replies, attempts, set_aside = _conditions(unwanted)
        given = {"before": unwanted.before, "model": unwanted.model}
        with db:
            for table, condition in (("attempts", attempts), ("replies", replies), ("quarantine", set_aside)):
                db.execute(f"DELETE FROM {table} WHERE {condition}", given)
            if gone.replies:
                repack(db)
        shrink(db, path)
    return Pruned(
        replies=gone.replies, attempts=gone.attempts, set_aside=gone.set_aside, freed=max(0, before - size_of(path))
    )


def erase(path: Path, digests: Sequence[str], *, because: str, time: str) -> Erased:
    """No byte of the replies to these requests is left in the file; a tombstone keeps them from being asked again.

    Done even where nothing is there any more: then the file is swept again. Raises ``Occupied`` while a run holds
    the ledger, ``NotFound`` where there is no ledger, ``Stopped`` where another program reads it or the disk is full.
    """
    with tending(path) as db:
        wanted = [(digest,) for digest in dict.fromkeys(digests)]
        db.execute("CREATE TEMP TABLE wanted (digest TEXT PRIMARY KEY)")
        with db:
            db.executemany("INSERT INTO wanted VALUES (?)", wanted)
        already = _count(db, "erased WHERE lifted IS NULL AND digest IN wanted")
        with db:
            replies = db.execute("DELETE FROM replies WHERE digest IN wanted").rowcount
            db.execute("DELETE FROM quarantine WHERE digest IN wanted")
            attempts = db.execute(
                "UPDATE attempts SET detail = NULL, body = NULL"
                " WHERE digest IN wanted AND (detail IS NOT NULL OR body IS NOT NULL)"
            ).rowcount
            db.execute(
                "INSERT INTO erased SELECT digest, ?, ?, NULL FROM wanted WHERE true ON CONFLICT (digest) DO UPDATE"
                " SET time = excluded.time, because = excluded.because, lifted = NULL WHERE lifted IS NOT NULL",
                (time, because),
            )
            repack(db)
        shrink(db, path)
    return Erased(requests=tuple(digest for (digest,) in wanted), already=already, replies=replies, attempts=attempts)


def lift(path: Path, digests: Sequence[str], *, time: str) -> tuple[str, ...]:
    """These requests may be asked again, and those that were erased together with them; their replies stay gone.

    Returns the digests of all of them; that they were erased stays noted. Raises ``NotFound`` where one that is named
    is not erased; then none is lifted.
    """
    together = "SELECT digest FROM erased WHERE lifted IS NULL AND time = (SELECT time FROM erased WHERE digest = ?)"
    found: dict[str, None] = {}
    with tending(path) as db, db:
        for digest in digests:
            batch = [name for (name,) in db.execute(f"{together} ORDER BY digest", (digest,))]
            if digest not in batch:
                raise NotFound(
                    f"nothing under the digest {digest!r} is erased",
                    where=str(path),
                    remedy="copy the whole digest from the reason of the fault",
                )
            found.update(dict.fromkeys(batch))
        db.executemany("UPDATE erased SET lifted = ? WHERE digest = ?", [(time, digest) for digest in found])
    return tuple(found)


def shrink(db: sqlite3.Connection, path: Path) -> None:
    """What was deleted stands neither in the file nor in the write-ahead log beside it, and its room is given back.

    Raises ``Stopped`` where another program reads the ledger, since it then keeps the log as it is.
    """
    db.execute("VACUUM")
    busy = db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    if busy:
        raise Stopped(
            "another program reads the ledger, so that what was deleted may still stand in the -wal file beside it",
            where=str(path),
            remedy="end that program, then run the same command again",
        )


def _conditions(unwanted: Unwanted) -> tuple[str, str, str]:
    """Which replies, attempts and requests set aside: the SQL of each, with ``:before`` and ``:model``."""
    old = "time < :before" if unwanted.before is not None else "true"
    if unwanted.quarantine:
        loose = f"outcome = 'quarantined' AND digest IN (SELECT digest FROM quarantine WHERE {old})"
        return "false", loose, old
    replies = f"{old} AND model = :model" if unwanted.model is not None else old
    attempts = f"digest IN (SELECT digest FROM replies WHERE {replies})"
    if unwanted.model is None:
        # One that may have been paid for unheard stays: it is money that nobody has explained yet.
        attempts += f" OR ({old} AND outcome IN ('failed', 'broken') AND digest NOT IN (SELECT digest FROM replies))"
    return replies, attempts, "false"


def _counted(db: sqlite3.Connection, unwanted: Unwanted) -> Pruned:
    given = {"before": unwanted.before, "model": unwanted.model}
    replies, attempts, set_aside = (
        _count(db, f"{table} WHERE {condition}", given)
        for table, condition in zip(("replies", "attempts", "quarantine"), _conditions(unwanted), strict=True)
    )
    return Pruned(replies=replies, attempts=attempts, set_aside=set_aside)


def _count(db: sqlite3.Connection, what: str, given: dict[str, str | None] | None = None) -> int:
    return int(db.execute(f"SELECT COUNT(*) FROM {what}", given or {}).fetchone()[0])
