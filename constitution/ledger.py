"""The ledger: every reply that was paid for, keyed by the digest of its request; append only, one file."""

from __future__ import annotations

import fcntl
import os
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from constitution.core.asking import Reply
from constitution.core.digest import DIGEST_VERSION
from constitution.errors import BadFile, Occupied, Stopped

MIGRATIONS = (
    """
    CREATE TABLE replies (
        digest TEXT PRIMARY KEY,
        digest_version INTEGER NOT NULL,
        model TEXT NOT NULL,
        reply TEXT NOT NULL,
        time TEXT NOT NULL,
        attempts INTEGER NOT NULL
    ) WITHOUT ROWID;
    CREATE TABLE intents (digest TEXT PRIMARY KEY, time TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE quarantine (digest TEXT PRIMARY KEY, reason TEXT NOT NULL, time TEXT NOT NULL) WITHOUT ROWID;
    """,
)
"""One step each from a version of the file to the next; steps are added, never changed."""


@dataclass(frozen=True)
class Entry:
    """A reply as it is kept: when it came, and after how many attempts."""

    digest: str
    model: str
    reply: Reply
    time: str
    """UTC, RFC 3339."""
    attempts: int = 1


class Ledger:
    """An open ledger. Reading is by digest; each write is on disk before the call returns."""

    def __init__(self, writer: sqlite3.Connection, reader: sqlite3.Connection, lock: IO[str] | None = None) -> None:
        self._writer = writer
        self._reader = reader  # of its own, so that a look-up never waits for a write to reach the disk
        self._lock = lock

    def get(self, digest: str) -> Entry | None:
        """What was answered to this request, if it was ever answered."""
        row = self._reader.execute(
            "SELECT digest, model, reply, time, attempts FROM replies WHERE digest = ? AND digest_version = ?",
            (digest, DIGEST_VERSION),
        ).fetchone()
        return row and Entry(row[0], row[1], Reply.model_validate_json(row[2]), row[3], row[4])

    def quarantined(self, digest: str) -> str | None:
        """Why the provider will not take this request, if it said so."""
        row = self._reader.execute("SELECT reason FROM quarantine WHERE digest = ?", (digest,)).fetchone()
        return row and str(row[0])

    def intend(self, digests: Iterable[tuple[str, str]]) -> None:
        """Note digests and times of requests about to be sent: whatever happens, they may have been paid for."""
        with self._writing():
            self._writer.executemany("INSERT OR REPLACE INTO intents VALUES (?, ?)", digests)

    def keep(self, entries: Iterable[Entry]) -> None:
        """Keep replies; of two for one request the first stays."""
        rows = [(e.digest, DIGEST_VERSION, e.model, e.reply.model_dump_json(exclude_defaults=True), e.time, e.attempts)
                for e in entries]  # fmt: skip
        with self._writing():
            self._writer.executemany("INSERT OR IGNORE INTO replies VALUES (?, ?, ?, ?, ?, ?)", rows)
            self._writer.executemany("DELETE FROM intents WHERE digest = ?", [(row[0],) for row in rows])

    def set_aside(self, digest: str, reason: str, time: str) -> None:
        """Remember a request that the provider will not take."""
        with self._writing():
            self._writer.execute("INSERT OR REPLACE INTO quarantine VALUES (?, ?, ?)", (digest, reason, time))
            self._writer.execute("DELETE FROM intents WHERE digest = ?", (digest,))

    def forget_quarantine(self) -> None:
        """Let quarantined requests be asked again."""
        with self._writing():
            self._writer.execute("DELETE FROM quarantine")

    def unsettled(self) -> int:
        """How many requests were sent and never came to an end: they may have been paid for without an answer."""
        return int(self._reader.execute("SELECT COUNT(*) FROM intents").fetchone()[0])

    def close(self) -> None:
        """Let go of the file and of the lock."""
        self._reader.close()
        self._writer.close()
        if self._lock is not None:
            self._lock.close()

    @contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            with self._writer:
                yield
        except sqlite3.OperationalError as error:
            raise Stopped(
                f"the ledger cannot be written: {error}",
                remedy="free space or fix the permissions, then run the same command again",
            ) from error


def open_ledger(path: Path) -> Ledger:
    """The ledger at this path for reading and writing, made if it is not there.

    Raises ``Occupied`` with the other's process id while another process writes, ``BadFile`` for a file that
    is no ledger of ours, ``Stopped`` when the disk does not take it.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = _locked(path.with_name(path.name + ".lock"))
    except OSError as error:
        raise Stopped(
            f"the ledger cannot be written: {error}", where=str(path), remedy="name another place with --ledger"
        ) from error
    try:
        return Ledger(_connected(path, "rwc"), _connected(path, "rw"), lock)
    except BaseException:
        lock.close()
        raise


def read_ledger(path: Path) -> Ledger:
    """The ledger at this path for reading alone; an empty one where there is none."""
    if not path.exists():
        empty = _migrated(sqlite3.connect(":memory:"))
        return Ledger(empty, empty)
    db = _connected(path, "rw")
    return Ledger(db, db)


def _escaped(path: Path) -> str:
    return str(path.resolve()).replace("%", "%25").replace("?", "%3f").replace("#", "%23")


def _locked(path: Path) -> IO[str]:
    """The lock file, held; the lock dies with its process."""
    lock = open(path, "a+", encoding="utf-8")  # noqa: SIM115 - it stays open as long as the ledger
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        with closing(lock):
            lock.seek(0)
            owner = lock.read().strip() or "unknown"
        raise Occupied(
            f"process {owner} is writing to this ledger",
            where=str(path.with_suffix("")),
            remedy="wait for it to end, or name another ledger with --ledger",
        ) from error
    lock.truncate(0)
    lock.write(str(os.getpid()))
    lock.flush()
    return lock


def _connected(path: Path, mode: str) -> sqlite3.Connection:
    try:
        uri = f"file:{_escaped(path)}?mode={mode}"
        db = sqlite3.connect(uri, uri=True, check_same_thread=False, timeout=30)
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = FULL")
        return _migrated(db)
    except sqlite3.DatabaseError as error:
        raise BadFile(f"this is not a ledger: {error}", where=str(path), remedy="name another with --ledger") from error


def _migrated(db: sqlite3.Connection) -> sqlite3.Connection:
    version = db.execute("PRAGMA user_version").fetchone()[0]
    if version > len(MIGRATIONS):
        raise BadFile(
            f"the ledger has version {version}, newer than {len(MIGRATIONS)}",
            remedy="update constitution, or name another with --ledger",
        )
    for number, script in enumerate(MIGRATIONS[version:], version + 1):
        db.executescript(f"BEGIN; {script} PRAGMA user_version = {number}; COMMIT;")
    return db
