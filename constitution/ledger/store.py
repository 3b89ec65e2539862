"""An open ledger: replies by the digest of their request, attempts as they went, requests that were set aside."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from constitution.core.digest import DIGEST_VERSION
from constitution.errors import Stopped
from constitution.ledger import statements
from constitution.ledger.kept import Attempt, Entry, read_back
from constitution.ledger.learning import Learner
from constitution.ledger.packing import packing_of
from constitution.ledger.room import Room

RESERVE = 32 * 2**20
"""Bytes that must be free on the disk before a call goes out: its reply must find room."""
WAIT = 15.0
"""Seconds to wait for another program that has locked the file."""


class Ledger:
    """Reading is by digest; each write is on disk before the call returns."""

    def __init__(
        self, writer: sqlite3.Connection, reader: sqlite3.Connection, path: Path | None, lock: IO[str] | None = None
    ) -> None:
        self._writer = writer
        self._reader = reader  # of its own, so that a look-up never waits for a write to reach the disk
        self._path = path
        self._lock = lock
        self._packer, self._unpacker = packing_of(writer), packing_of(reader)
        self._learner = Learner(writer, self._packer)
        self._room = None if path is None else Room(path.parent)

    def get(self, digest: str) -> Entry | None:
        """What was answered to this request, if it was ever answered; raises ``BadFile`` where the file is damaged."""
        row = self._row(statements.GET, digest)
        if row is None:
            return None
        model, kept, when, attempts = row
        return Entry(digest, model, read_back(kept, digest, self._unpacker, self._path), when, attempts)

    def quarantined(self, digest: str) -> str | None:
        """Why this request is not to be sent: it was erased, or the provider said that it will not take it."""
        row = self._row(statements.REFUSED, digest)
        return None if row is None else str(row[0])

    def erased(self, digest: str) -> str | None:
        """Why this request is not to be sent even where those are tried again that a provider would not take."""
        row = self._row(statements.ERASED, digest)
        return None if row is None else str(row[0])

    def last_attempt(self) -> int:
        """The highest number that an attempt has."""
        return self._number("SELECT COALESCE(MAX(number), 0) FROM attempts")

    def replies(self) -> int:
        """How many replies are kept."""
        return self._number("SELECT COUNT(*) FROM replies")

    def set_aside(self) -> int:
        """How many requests are quarantined."""
        return self._number("SELECT COUNT(*) FROM quarantine")

    def unsettled(self, after: int = 0) -> int:
        """How many requests were sent and have neither reply nor end: they may have been paid for without an answer.

        Attempts up to number ``after`` do not count.
        """
        return self._number(
            "SELECT COUNT(DISTINCT digest) FROM attempts WHERE outcome IS NULL AND number > ?"
            " AND digest NOT IN (SELECT digest FROM replies)",
            after,
        )

    def unheard(self, after: int = 0) -> int:
        """How many calls were sent and have no end: each may have been paid for, even if a later one was answered.

        Attempts up to number ``after`` do not count.
        """
        return self._number(statements.UNHEARD, after)

    def begin(self, attempts: Sequence[Attempt]) -> None:
        """Note calls that are about to go out; raises ``Stopped`` where the disk is too full for their replies."""
        self.write(begun=attempts)

    def end(self, attempts: Sequence[Attempt]) -> None:
        """Note how attempts ended; a quarantined one sets its request aside."""
        self.write(ended=attempts)

    def keep(self, entries: Sequence[tuple[Entry, int]]) -> frozenset[int]:
        """Keep replies, each with the number of the attempt that brought it; of two for one request the first stays.

        Returns the numbers of those that are duplicates.
        """
        return self.write(kept=entries)

    def write(
        self,
        *,
        begun: Sequence[Attempt] = (),
        kept: Sequence[tuple[Entry, int]] = (),
        ended: Sequence[Attempt] = (),
    ) -> frozenset[int]:
        """All of this is on disk, by one commit, or nothing is; returns the numbers of attempts that are duplicates.

        See ``begin``, ``keep`` and ``end``. Raises ``Stopped`` where the ledger cannot be written.
        """
        if begun and self._room is not None and self._room.is_less_than(RESERVE):
            raise Stopped("the disk is nearly full", where=str(self._room.folder), remedy="free some space")
        if kept:
            with self._writing():
                self._learner.before(len(kept))
        rows = [(self._row_of(entry), number) for entry, number in kept]
        if self._room is not None:
            self._room.shrinks(len(begun) + len(kept) + len(ended), sum(len(row[3]) for row, _ in rows))
        with self._writing() as db:
            if begun:
                db.executemany(statements.BEGIN, [(attempt.number, attempt.digest, attempt.time) for attempt in begun])
            first = {number: db.execute(statements.KEEP, row).rowcount == 1 for row, number in rows}
            if first:
                db.executemany(
                    statements.SETTLE, [("kept" if one else "duplicate", number) for number, one in first.items()]
                )
            if ended:
                db.executemany(
                    statements.END, [(a.outcome, a.detail, a.body[: 2**16] or None, a.number) for a in ended]
                )
                aside = [(a.digest, a.detail, a.time) for a in ended if a.outcome == "quarantined"]
                db.executemany(statements.SET_ASIDE, aside)
        return frozenset(number for number, one in first.items() if not one)

    def forget_quarantine(self) -> None:
        """Let quarantined requests be asked again; those that were erased stay erased."""
        with self._writing():
            self._writer.execute("DELETE FROM quarantine")

    def close(self) -> None:
        """Let go of the file and of the lock."""
        self._reader.close()
        self._writer.close()
        if self._lock is not None:
            self._lock.close()

    def _row_of(self, entry: Entry) -> tuple[str, int, str, str | bytes, str, int]:
        text = entry.reply.model_dump_json(exclude_defaults=True)
        return entry.digest, DIGEST_VERSION, entry.model, self._packer.pack(text), entry.time, entry.attempts

    def _row(self, question: str, *given: str | int) -> tuple[Any, ...] | None:
        try:
            rows = self._reader.execute(question, given).fetchall()
        except sqlite3.DatabaseError as error:
            raise unusable(error, self._path, "read") from error
        return rows[0] if rows else None

    def _number(self, question: str, *given: str | int) -> int:
        row = self._row(question, *given)
        return int(row[0]) if row else 0

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        try:
            with self._writer:
                yield self._writer
        except sqlite3.DatabaseError as error:
            raise unusable(error, self._path, "written") from error


def in_use(error: sqlite3.DatabaseError) -> bool:
    """Whether another program has locked the file."""
    # Errors that are not SQLite's own, such as a text that is no UTF-8, have no name.
    return getattr(error, "sqlite_errorname", "").startswith(("SQLITE_BUSY", "SQLITE_LOCKED"))


def unusable(error: sqlite3.DatabaseError, path: Path | None, how: str) -> Stopped:
    """Why the ledger cannot be opened, read or written, and what to do."""
    where = "" if path is None else str(path)
    if in_use(error):
        return Stopped(
            f"the ledger cannot be {how}: another program has kept it locked for {WAIT:g} s",
            where=where,
            remedy="end what holds it, such as a sqlite3 shell or a backup, then run the same command again",
        )
    remedy = "free space or fix the permissions, then run the same command again"
    return Stopped(f"the ledger cannot be {how}: {error}", where=where, remedy=remedy)
