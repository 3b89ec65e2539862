"""Lost rows: which signed rows are not there, by the index of their folder."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from constitution.dataset.index import INDEX
from constitution.dataset.parquet import read_parquet
from constitution.errors import ConstitutionError
from constitution.labels.checking import NO_ROW
from constitution.labels.spec import PROVENANCE
from constitution.verifying.leaflist import LeafList
from constitution.verifying.within import within


def missing_pairs(folder: Path, leaves: LeafList) -> Iterator[tuple[str, str]]:
    """Name and leaf of each row that is in the list and was not met; none where the index cannot be read."""
    try:
        for entry in read_parquet(within(folder, INDEX), ["pair_id", PROVENANCE]):
            leaf = _missing(entry, leaves)
            if leaf:
                yield str(entry["pair_id"]), leaf
    except (ConstitutionError, UnicodeDecodeError):
        return


def _missing(entry: Mapping[str, Any], leaves: LeafList) -> str:
    """The leaf that an entry of the index names, if it is in the list and was not met; nothing otherwise.

    It is not computed anew: an index whose bytes are not those of the statement shows among the files.
    """
    try:
        leaf = str(json.loads(entry[PROVENANCE])["row_sha256"])
        return leaf if leaves.is_missing(leaf) else ""
    except NO_ROW:
        return ""
