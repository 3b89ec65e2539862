"""Rows: each one held against itself - messages against parts, labels against parts and steps, all against its hash."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from constitution.dataset.statement import Manifest
from constitution.labels.checking import CheckedRow, check_row
from constitution.labels.flaws import NOTES, Flaw
from constitution.labels.spec import BESIDE, FLAT, PARTED, PROVENANCE
from constitution.verifying.beside import Beside
from constitution.verifying.claims import Claims
from constitution.verifying.finding import Found
from constitution.verifying.report import Level

KNOWN = frozenset((*PARTED, *FLAT, *BESIDE, PROVENANCE))
"""Columns that a row of ours has; nothing vouches for any other."""


class Rows:
    """The rows level while rows come."""

    def __init__(self, terms: Mapping[str, Sequence[str]] | None = None, folder: Path | None = None) -> None:
        """``terms`` are restrictions by the id of terms; ``folder`` has the index that tells of columns that went."""
        self._found, self._terms = Found("rows"), terms or {}
        self._told: set[tuple[str, str]] = set()
        self._claims, self._beside = Claims(), Beside(folder)
        self._gone: frozenset[str] = frozenset()
        self.count = self.bad = 0

    def add(self, columns: Mapping[str, Any], file: str, row: int) -> CheckedRow:
        """One more row, number ``row`` of the file; what is wrong with it is a finding."""
        checked = check_row(columns, self._terms)
        if not columns.keys() <= KNOWN:
            for name in sorted(map(str, columns.keys() - KNOWN)):
                self._once(file, "unsigned", f"nothing vouches for the column {name}", name)
        if not columns.keys() >= KNOWN:
            self._gone |= KNOWN - columns.keys()
        if not self.note(checked, file, row):
            self._claims.add(checked.told)
        return checked

    def note(self, checked: CheckedRow, file: str, row: int) -> bool:
        """The same of a row that was looked at elsewhere; whether something is wrong with it."""
        self.count += 1
        grave = False
        for flaw in self._flaws(checked):
            if flaw.kind in NOTES:
                self._once(file, flaw.kind, flaw.what, flaw.part)
                continue
            grave = True
            word = "UNLABELLED" if flaw.kind == "unlabelled" else "ALTERED"
            self._found.add(flaw.kind, flaw.what, word, file=file, row=row, pair_id=checked.pair_id, part=flaw.part)
        self.bad += grave
        return grave

    def hold(self, manifest: Manifest) -> None:
        """What the statement counts of its rows, held against rows that are all here and all sound."""
        if self.bad or self.count != manifest.rows.count:
            return
        for what in self._claims.differing(manifest, self._gone):
            self._found.add("claim", f"the statement counts otherwise than the rows are: {what}", "ALTERED")

    def _flaws(self, checked: CheckedRow) -> Iterator[Flaw]:
        """Those of the row; where some of its columns went, the others are held against the seal with the index."""
        for flaw in checked.flaws:
            if flaw.part != "columns" or flaw.kind != "unsigned":
                yield flaw
            elif self._beside.as_sealed(checked.told, checked.pair_id) is False:
                yield Flaw("columns", "columns beside the labels went, and another is not as it was sealed", "columns")
            else:
                yield flaw

    def closed(self) -> Level:
        """The level, all rows seen."""
        if not self.count:
            return self._found.closed("there are no rows", "absent")
        if self.bad:
            return self._found.closed(f"{self.bad:,} of {self.count:,} rows")
        return self._found.closed(f"{self.count:,} rows agree with what they say of themselves")

    def _once(self, file: str, kind: str, what: str, part: str) -> None:
        """Told of the first row alone: all the others lack the same."""
        if (file, what) not in self._told:
            self._told.add((file, what))
            self._found.add(kind, what, file=file, part=part)
