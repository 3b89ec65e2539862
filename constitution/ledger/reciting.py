"""Reads all replies of a ledger out, one after another, in the order of their digests."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from constitution.ledger.kept import Entry, read_back
from constitution.ledger.opening import reading


@contextmanager
def recited(path: Path) -> Iterator[Iterator[Entry]]:
    """Inside, every reply as it was when this began; a run may go on writing.

    Raises ``NotFound``, ``Stopped``, and ``BadFile`` at a reply that cannot be read back.
    """
    with reading(path) as db:
        rows = db.execute("SELECT digest, model, reply, time, attempts FROM replies ORDER BY digest")
        yield (Entry(digest, model, read_back(text, digest, path), *rest) for digest, model, text, *rest in rows)
