"""The bundle: what a dataset folder is made of whatever its rows came from, written as they come."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from constitution.dataset.card import card_of
from constitution.dataset.counts import Counting, Counts
from constitution.dataset.durable import write_new
from constitution.dataset.envelope import ENVELOPE, envelope_bytes, payload_of
from constitution.dataset.figures import Gate, ModelShare, RowSet
from constitution.dataset.gates import GATES, gates_bytes
from constitution.dataset.index import INDEX, index_schema
from constitution.dataset.label import LABEL_PAGE, label_page
from constitution.dataset.layout import CALLS, CARD
from constitution.dataset.leaves import LEAVES, Leaves
from constitution.dataset.manifest import statement_of, terms_files
from constitution.dataset.models import Models
from constitution.dataset.parquet import GrowingParquet
from constitution.dataset.rows import Row
from constitution.dataset.schema import columns_of, uses_tools
from constitution.dataset.statement import Manifest
from constitution.dataset.tables import Pairs

UNSEALED = (CARD, ".gitattributes", CALLS, ENVELOPE)
"""Files whose hash a run's manifest does not hold: a hub rewrites the first two, the clock is in the third."""

Told = Callable[[Counts, RowSet, Sequence[ModelShare]], Manifest]
"""From what the rows come to, to what is said of the folder."""

NO_TEXTS: Mapping[str, bytes] = {}


class Bundle:
    """Rows of a dataset in a new folder: data files by split, index, leaves; at the end all that is said of them."""

    def __init__(self, folder: Path, counting: Counting) -> None:
        self._folder, self._counting = folder, counting
        self._leaves, self._models = Leaves(), Models()
        for name in ("data", "provenance"):
            (folder / name).mkdir(exist_ok=True)
        self._pairs = Pairs(folder)
        try:
            self._index = GrowingParquet(folder / INDEX, index_schema())
        except BaseException:
            self._pairs.abandon()
            raise

    def add(self, row: Row, split: str) -> None:
        """One more row, which is sealed; it goes to the end of its split."""
        self._counting.add_row(row, split)
        self._models.add(row)
        self._leaves.add(row.provenance["row_sha256"], split)
        columns = columns_of(row, tools=False)  # once for both: to spell the provenance takes as long as to seal it
        self._pairs.add(columns, split, tools=uses_tools(row.prompt))
        self._index.add(columns)

    def close(self) -> None:
        """The tables are whole and on the disk."""
        self._pairs.close()
        self._index.close()

    def abandon(self) -> None:
        """No file is open any more."""
        self._pairs.abandon()
        self._index.abandon()

    def describe(self, gates: Sequence[Gate], told: Told, texts: Mapping[str, bytes] = NO_TEXTS) -> None:
        """Leaves, drop ledger, terms, label page, manifest and card stand in the folder; all else is there already.

        ``texts`` are those of terms, by their ids.
        """
        folder, counts, rows = self._folder, self._counting.counts(), self._leaves.rows()
        self._leaves.write(folder / LEAVES)
        write_new(folder / GATES, gates_bytes(gates))
        manifest = told(counts, rows, self._models.shares())
        if manifest.terms:
            (folder / "provenance/terms").mkdir(exist_ok=True)
        for name, content in terms_files(manifest.terms, texts).items():
            write_new(folder / name, content)
        write_new(folder / LABEL_PAGE, label_page(manifest).encode())
        write_new(folder / ENVELOPE, envelope_bytes(payload_of(statement_of(manifest, hashes(folder)))))
        write_new(folder / CARD, card_of(manifest).encode())


def hashes(folder: Path) -> dict[str, str]:
    """SHA-256 of each file in the folder that the manifest of a run vouches for."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    named = ((path.relative_to(folder).as_posix(), path) for path in files)
    return {name: file_hash(path) for name, path in named if name not in UNSEALED}


def file_hash(path: Path) -> str:
    """SHA-256 of a file, read piece by piece."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
