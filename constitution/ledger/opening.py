"""Opening a ledger: one writer at a time, migrations by number, and no traceback from a file of something else."""

from __future__ import annotations

import fcntl
import os
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import IO

from constitution.errors import BadFile, NotFound, Occupied, Stopped
from constitution.ledger import store
from constitution.ledger.store import Ledger

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
    CREATE TABLE attempts (
        number INTEGER PRIMARY KEY,
        digest TEXT NOT NULL,
        time TEXT NOT NULL,
        outcome TEXT,
        detail TEXT,
        body BLOB
    );
    CREATE INDEX open_attempts ON attempts (digest) WHERE outcome IS NULL;
    CREATE TABLE quarantine (digest TEXT PRIMARY KEY, reason TEXT NOT NULL, time TEXT NOT NULL) WITHOUT ROWID;
    """,
    """
    CREATE TABLE erased (
        digest TEXT PRIMARY KEY,
        time TEXT NOT NULL,
        because TEXT NOT NULL,
        lifted TEXT
    ) WITHOUT ROWID;
    """,
    """
    CREATE TABLE dictionaries (id INTEGER PRIMARY KEY, dictionary BLOB NOT NULL);
    """,
)
"""One step each from a version of the file to the next; steps are added, never changed.

Since the third a reply is a blob, see ``packing``; one that was kept before is text, and stays so.

In a file that is only read the tables it lacks are made beside it, in memory: see ``_migrated``.
"""

PAGE = 16 * 1024
"""Bytes of a page of a new file: most replies fit in one beside others."""


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
        return Ledger(_connected(path, "rwc"), _connected(path, "rw"), path, lock)
    except BaseException:
        lock.close()
        raise


def read_ledger(path: Path) -> Ledger:
    """The ledger at this path for reading alone; an empty one where there is none."""
    if not path.exists():
        empty = _migrated(sqlite3.connect(":memory:"))
        return Ledger(empty, empty, None)
    db = _connected(path, "ro")
    return Ledger(db, db, path)


@contextmanager
def reading(path: Path) -> Iterator[sqlite3.Connection]:
    """Inside, the file at this path for reading alone; what a run writes meanwhile is not seen.

    Raises ``NotFound`` where there is none, ``BadFile``, ``Stopped``.
    """
    if not path.is_file():
        raise NotFound("there is no ledger", where=str(path), remedy="name one with --ledger; a run makes it")
    with closing(_connected(path, "ro")) as db, _explained(path, "read"):
        db.execute("BEGIN")
        yield db


@contextmanager
def tending(path: Path) -> Iterator[sqlite3.Connection]:
    """Inside, the file at this path is nobody else's to write, and what is deleted is overwritten.

    Raises ``NotFound`` where there is none, ``Occupied`` while a run holds it, ``BadFile``, ``Stopped``.
    """
    if not path.is_file():
        raise NotFound("there is no ledger", where=str(path), remedy="name one with --ledger; a run makes it")
    with closing(open_ledger(path)), closing(_connected(path, "rw")) as db, _explained(path, "written"):
        db.execute("PRAGMA secure_delete = ON")
        yield db


@contextmanager
def _explained(path: Path, how: str) -> Iterator[None]:
    try:
        yield
    except sqlite3.DatabaseError as error:
        raise store.unusable(error, path, how) from error


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


def writer_of(path: Path) -> str:
    """The id of the process that writes to the ledger at this path now; nothing where none does."""
    try:
        with open(path.with_name(path.name + ".lock"), encoding="utf-8") as lock:
            owner = lock.read().strip() or "unknown"
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return owner
    except OSError:
        return ""
    return ""


def _connected(path: Path, mode: str) -> sqlite3.Connection:
    name = str(path.resolve()).replace("%", "%25").replace("?", "%3f").replace("#", "%23")
    how = f"mode={mode}&immutable=1" if mode == "ro" and _still(path) else f"mode={mode}"
    try:
        with ExitStack() as unless_ready:
            db = sqlite3.connect(f"file:{name}?{how}", uri=True, check_same_thread=False, timeout=store.WAIT)
            unless_ready.callback(db.close)
            if mode != "ro":
                db.execute(f"PRAGMA page_size = {PAGE}")  # heeded where the file is being made
                db.execute("PRAGMA journal_mode = WAL")
                db.execute("PRAGMA synchronous = FULL")
            _migrated(db, lasting=mode != "ro")
            unless_ready.pop_all()
            return db
    except sqlite3.OperationalError as error:
        raise store.unusable(error, path, "opened") from error
    except sqlite3.DatabaseError as error:
        raise BadFile(f"this is not a ledger: {error}", where=str(path), remedy="name another with --ledger") from error


def _still(path: Path) -> bool:
    """Whether nothing can be written there, so that SQLite can make no file by which to heed a writer, and need not."""
    return not os.access(path.parent, os.W_OK) and not path.with_name(path.name + "-wal").exists()


def _migrated(db: sqlite3.Connection, *, lasting: bool = True) -> sqlite3.Connection:
    """The file at the newest version; one that is only read stays as it is, its newer tables empty in memory."""
    version = db.execute("PRAGMA user_version").fetchone()[0]
    if version > len(MIGRATIONS):
        raise BadFile(
            f"the ledger has version {version}, newer than {len(MIGRATIONS)}",
            remedy="update constitution, or name another with --ledger",
        )
    if version == 0 and db.execute("SELECT COUNT(*) FROM main.sqlite_master").fetchone()[0]:
        raise BadFile("this SQLite file is no ledger, it holds other tables", remedy="name another with --ledger")
    for number, script in enumerate(MIGRATIONS[version:], version + 1):
        if not lasting:
            db.executescript(script.replace("CREATE TABLE", "CREATE TEMP TABLE"))
            continue
        db.executescript(f"BEGIN; {script} PRAGMA user_version = {number}; COMMIT;")
    return db
