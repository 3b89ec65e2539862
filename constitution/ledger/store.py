"""An open ledger: replies by the digest of their request, attempts as they went, requests that were set aside."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from constitution.core.digest import DIGEST_VERSION
from constitution.errors import Stopped
from constitution.ledger.kept import Attempt, Entry, read_back

RESERVE = 32 * 2**20
"""Bytes that must be free on the disk before a call goes out: its reply must find room."""
WAIT = 15.0
"""Seconds to wait for another program that has locked the file."""

KEEP = "INSERT OR IGNORE INTO replies VALUES (?, ?, ?, ?, ?, ?)"


class Ledger:
    """Reading is by digest; each write is on disk before the call returns."""

    def __init__(
        self, writer: sqlite3.Connection, reader: sqlite3.Connection, path: Path | None, lock: IO[str] | None = None
    ) -> None:
        self._writer = writer
        self._reader = reader  # of its own, so that a look-up never waits for a write to reach the disk
        self._path = path
        self._lock = lock

    def get(self, digest: str) -> Entry | None:
        """What was answered to this request, if it was ever answered; raises ``BadFile`` where the file is damaged."""
        row = self._row(
            "SELECT digest, model, reply, time, attempts FROM replies WHERE digest = ? AND digest_version = ?",
            digest, DIGEST_VERSION,
        )  # fmt: skip
        return None if row is None else Entry(row[0], row[1], read_back(row[2], row[0], self._path), row[3], row[4])

    def quarantined(self, digest: str) -> str | None:
        """Why this request is not to be sent: it was erased, or the provider said that it will not take it."""
        gone = self._row("SELECT time FROM erased WHERE digest = ? AND lifted IS NULL", digest)
        if gone is not None:
            return f"erased on {gone[0][:10]}; to ask it again: constitution tools ledger forget --undo {digest}"
        row = self._row("SELECT reason FROM quarantine WHERE digest = ?", digest)
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

    def begin(self, attempts: Iterable[Attempt]) -> None:
        """Note calls that are about to go out; raises ``Stopped`` where the disk is too full for their replies."""
        if self._path is not None and shutil.disk_usage(self._path.parent).free < RESERVE:
            raise Stopped("the disk is nearly full", where=str(self._path.parent), remedy="free some space")
        with self._writing():
            self._writer.executemany(
                "INSERT INTO attempts (number, digest, time) VALUES (?, ?, ?)",
                [(attempt.number, attempt.digest, attempt.time) for attempt in attempts],
            )

    def end(self, attempts: Iterable[Attempt]) -> None:
        """Note how attempts ended; a quarantined one sets its request aside."""
        ended = list(attempts)
        with self._writing():
            self._writer.executemany(
                "UPDATE attempts SET outcome = ?, detail = ?, body = ? WHERE number = ?",
                [(a.outcome, a.detail, a.body[: 2**16] or None, a.number) for a in ended],
            )
            self._writer.executemany(
                "INSERT OR REPLACE INTO quarantine VALUES (?, ?, ?)",
                [(a.digest, a.detail, a.time) for a in ended if a.outcome == "quarantined"],
            )

    def keep(self, entries: Iterable[tuple[Entry, int]]) -> frozenset[int]:
        """Keep replies, each with the number of the attempt that brought it; of two for one request the first stays.

        Returns the numbers of those that are duplicates.
        """
        rows = [((e.digest, DIGEST_VERSION, e.model, e.reply.model_dump_json(exclude_defaults=True), e.time,
                  e.attempts), number) for e, number in entries]  # fmt: skip
        with self._writing():
            kept = {number: self._writer.execute(KEEP, row).rowcount == 1 for row, number in rows}
            self._writer.executemany(
                "UPDATE attempts SET outcome = ? WHERE number = ?",
                [("kept" if first else "duplicate", number) for number, first in kept.items()],
            )
        return frozenset(number for number, first in kept.items() if not first)

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

    def _row(self, question: str, *given: str | int) -> tuple[Any, ...] | None:
        try:
            found: tuple[Any, ...] | None = self._reader.execute(question, given).fetchone()
        except sqlite3.DatabaseError as error:
            raise unusable(error, self._path, "read") from error
        return found

    def _number(self, question: str, *given: str | int) -> int:
        row = self._row(question, *given)
        return int(row[0]) if row else 0

    @contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            with self._writer:
                yield
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
