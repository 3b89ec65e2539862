"""A ledger's dictionary: learned once there are replies enough, and anew when some were taken out."""

from __future__ import annotations

import sqlite3
import sys
from contextlib import suppress

from constitution.ledger.packing import SAMPLES, Damaged, Packing, learn, packing_of


class Learner:
    """Sees to it that what is packed for this file is packed with a dictionary, once it is worth having one."""

    def __init__(self, db: sqlite3.Connection, packing: Packing) -> None:
        self._db = db
        self._packing = packing
        self._missing: int | None = None

    def before(self, replies: int) -> None:
        """So many replies more are about to be packed; a dictionary that serves them is on disk.

        Raises ``sqlite3.DatabaseError``.
        """
        if self._missing is None:
            self._missing = self._first_look()
        if self._missing <= 0:
            with self._db:
                found = learned(self._db, self._packing)
            if found is None:
                self._missing = _replies(self._db)  # twice as many may do
            else:
                self._packing.use(*found)
                self._missing = sys.maxsize
        self._missing -= replies

    def _first_look(self) -> int:
        for number, dictionary in self._db.execute("SELECT id, dictionary FROM dictionaries ORDER BY id").fetchall():
            with suppress(Damaged):
                self._packing.use(number, dictionary)
                return sys.maxsize
        return SAMPLES - _replies(self._db)


def learned(db: sqlite3.Connection, packing: Packing) -> tuple[int, bytes] | None:
    """A dictionary of what the ledger's replies have in common, put into the file; None where it makes none."""
    found = learn(_samples(db, packing))
    if found is not None:
        db.execute("INSERT OR REPLACE INTO dictionaries VALUES (?, ?)", found)
    return found


def repack(db: sqlite3.Connection) -> None:
    """Every reply is packed anew, and no dictionary is left in which a reply may stand that is not there any more.

    A damaged reply stays as it is.
    """
    old, new = packing_of(db), packing_of(db)
    before = [number for (number,) in db.execute("SELECT id FROM dictionaries")]
    if _replies(db) >= SAMPLES and (dictionary := learned(db, old)):
        new.use(*dictionary)
    for (digest,) in db.execute("SELECT digest FROM replies").fetchall():
        (kept,) = db.execute("SELECT reply FROM replies WHERE digest = ?", (digest,)).fetchone()
        try:
            text = old.unpack(kept)
        except Damaged:
            continue
        db.execute("UPDATE replies SET reply = ? WHERE digest = ?", (new.pack(text), digest))
    db.executemany("DELETE FROM dictionaries WHERE id = ? AND id != ?", [(number, new.number) for number in before])


def _samples(db: sqlite3.Connection, packing: Packing) -> list[str | bytes]:
    """The first replies by digest, which is to say any; without those that are damaged."""
    found = []
    for (kept,) in db.execute("SELECT reply FROM replies ORDER BY digest LIMIT ?", (SAMPLES,)):
        try:
            found.append(packing.unpack(kept))
        except Damaged:
            continue
    return found


def _replies(db: sqlite3.Connection) -> int:
    return int(db.execute("SELECT COUNT(*) FROM replies").fetchone()[0])
