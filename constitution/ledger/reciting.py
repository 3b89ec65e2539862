"""Reads all replies of a ledger out, one after another, in the order of their digests."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from constitution.ledger.kept import Entry, read_back
from constitution.ledger.opening import reading
from constitution.ledger.packing import packing_of


@contextmanager
def recited(path: Path) -> Iterator[Iterator[Entry]]:
    """Inside, every reply as it was when this began; a run may go on writing.

    Raises ``NotFound``, ``Stopped``, and ``BadFile`` at a reply that cannot be read back.
    """
    with reading(path) as db:
        rows = db.execute("SELECT digest, model, reply, time, attempts FROM replies ORDER BY digest")
        packing = packing_of(db)
        yield (
            Entry(digest, model, read_back(kept, digest, packing, path), *rest) for digest, model, kept, *rest in rows
        )
