"""The census: a few hashes of each row, in a table on the disk; what is decided of rows is decided here."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator, Mapping
from typing import Any

from constitution.core.chance import fraction, keyed
from constitution.dataset.rows import Row
from constitution.labels.licences import all_known, restrictions_of
from constitution.labels.rollup import joined
from constitution.labels.spec import RESTRICTIONS, UNKNOWN

DUPLICATE, CONTRADICTION, NOT_DRAWN = "duplicate", "contradiction", "not_drawn"
FATES = (DUPLICATE, CONTRADICTION, NOT_DRAWN)
"""Why a row is not used, in the order in which that is decided."""
_TABLE = """
CREATE TABLE rows (
    number INTEGER PRIMARY KEY,  -- in the order of reading
    source INTEGER, leaf BLOB, pair BLOB, prompt BLOB, kin BLOB, clan BLOB, texts BLOB, way INTEGER,
    split TEXT, moved INTEGER DEFAULT 0, synthetic TEXT, rehearsal INTEGER, bound INTEGER,
    draw BLOB, place BLOB, fate TEXT
)
"""
_COLUMNS = ("source", "leaf", "pair", "prompt", "kin", "clan", "texts", "way", "split", "synthetic", "rehearsal",
            "bound", "draw", "place")  # fmt: skip
_INSERT = f"INSERT INTO rows ({', '.join(_COLUMNS)}) VALUES ({', '.join('?' for _ in _COLUMNS)})"
_BITS: Mapping[str, int] = {name: 1 << place for place, name in enumerate((*RESTRICTIONS, UNKNOWN))}


class Census:
    """Rows of all sources, counted and not kept; the table is in a file without a name, memory stays flat."""

    def __init__(self, seed: str, test_share: float = 0.0) -> None:
        self._seed, self._test_share = seed, test_share
        self._held = sqlite3.connect("", isolation_level=None)  # no name: on the disk, and gone with us
        self._held.executescript(f"PRAGMA journal_mode=OFF; PRAGMA temp_store=FILE; {_TABLE}; BEGIN")

    def add(self, row: Row, split: str, source: int, name: str, *, loose: bool) -> None:
        """One more row of the source of this place and name; ``loose`` says that its source has no splits."""
        paths = {part["path"]: part["sha256"] for part in row.provenance["parts"]}
        prompt, chosen, rejected = (
            _hash(*(sha256 for path, sha256 in paths.items() if path.startswith(f"{text}/")))
            for text in ("prompt", "chosen", "rejected")
        )
        if loose and fraction(self._seed, "test", row.group_id) < self._test_share:
            split = "test"
        said = (
            source,
            bytes.fromhex(row.provenance["row_sha256"]),
            bytes.fromhex(row.pair_id.partition(":")[2]),
            prompt,
            # A group is one within its source: others may have given the same name to something else. It is one, too,
            # where the rows come of one origin, however they were cut into files.
            _hash(name, row.group_id),
            _hash(name if row.source == UNKNOWN else f"\n{row.source}", row.group_id),
            _hash(prompt.hex(), *sorted((chosen.hex(), rejected.hex()))),
            chosen < rejected,
            split,
            row.synthetic,
            is_rehearsal(row),
            sum(_BITS[each] for each in bound_by(row)),
            bytes.fromhex(keyed(self._seed, "draw", row.pair_id)[:32]),
            bytes.fromhex(keyed(self._seed, "place", row.pair_id)[:32]),
        )
        self._held.execute(_INSERT, said)

    def each(self, query: str, *values: Any) -> Iterator[tuple[Any, ...]]:
        """What this query finds, a row at a time."""
        return iter(self._held.execute(query, values))

    def one(self, query: str, *values: Any) -> Any:
        """The one value that this query finds."""
        return self._held.execute(query, values).fetchone()[0]

    def change(self, command: str, *values: Any) -> int:
        """How many rows this command changed."""
        return self._held.execute(command, values).rowcount

    def tally(self, column: str, where: str = "fate IS NULL") -> dict[tuple[int, Any], int]:
        """Source and value of a column to the number of rows, by default of those that are used."""
        found = self.each(f"SELECT source, {column}, count(*) FROM rows WHERE {where} GROUP BY 1, 2 ORDER BY 1, 2")
        return {(source, value): count for source, value, count in found}

    def bound(self, restriction: str) -> dict[int, int]:
        """Source to how many used rows of it are bound by this, or may be: of whose terms or licence nobody knows."""
        bits = _BITS[restriction] | _BITS[UNKNOWN]
        query = "SELECT source, count(*) FROM rows WHERE fate IS NULL AND (bound & ?) GROUP BY 1 ORDER BY 1"
        return dict(self.each(query, bits))

    def close(self) -> None:
        """The table is gone."""
        self._held.close()


def _hash(*names: str) -> bytes:
    return hashlib.sha256("\n".join(names).encode()).digest()[:16]


def is_rehearsal(row: Row) -> bool:
    """Whether the simulator took part in the row."""
    told = row.provenance
    by_part = any(part["origin"] == "simulator" for part in told["parts"])
    return by_part or any(step["agent"] == "simulator" for step in told["steps"])


def bound_by(row: Row) -> list[str]:
    """What binds those who use the row; ``unknown`` where nobody knows its licence or the terms of its models."""
    told = row.provenance
    found: list[str] = list(joined(told.get("restrictions", ()), restrictions_of(row.license)))
    models = (step.get("terms", UNKNOWN) for step in told["steps"] if step["agent"] == "model")
    return found + [UNKNOWN] * (not all_known(row.license) or UNKNOWN in models)
