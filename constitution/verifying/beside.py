"""Beside: columns of a row from which others went; the index tells what these were, and the seal whether it is true."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from constitution.errors import ConstitutionError
from constitution.labels.checking import NO_ROW, plain
from constitution.labels.hashes import columns_hash
from constitution.labels.spec import BESIDE, PROVENANCE
from constitution.verifying.indexed import Indexed


class Beside:
    """What is left of the columns beside the labels, held against their seal with the index of the folder."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._index: Indexed | None = None

    def as_sealed(self, told: Mapping[str, Any], pair_id: str) -> bool | None:
        """Whether the columns that are there are those of the seal; None where no index tells of the others.

        The index need not be trusted: only with what was sealed do all columns together give the hash.
        """
        provenance = told[PROVENANCE]
        try:
            for entry in self._entries(pair_id):
                held = plain(entry)
                if held[PROVENANCE].get("row_sha256") == provenance["row_sha256"]:
                    whole = {name: told[name] if name in told else held.get(name) for name in BESIDE}
                    return bool(columns_hash(whole) == provenance["columns_sha256"])
        except NO_ROW:
            return None
        return None

    def _entries(self, pair_id: str) -> list[dict[str, Any]]:
        if self._folder is None:
            return []
        try:
            self._index = self._index or Indexed(self._folder)
            return list(self._index.entries(pair_id))
        except ConstitutionError:  # what is wrong with the index shows among the files
            self._folder = None
            return []
