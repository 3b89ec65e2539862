"""Rows: each one held against itself - messages against parts, labels against parts and steps, all against its hash."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from constitution.labels.checking import CheckedRow, check_row
from constitution.labels.flaws import NOTES
from constitution.labels.spec import BESIDE, FLAT, PARTED, PROVENANCE
from constitution.verifying.finding import Found
from constitution.verifying.report import Level

KNOWN = frozenset((*PARTED, *FLAT, *BESIDE, PROVENANCE))
"""Columns that a row of ours has; nothing vouches for any other."""


class Rows:
    """The rows level while rows come."""

    def __init__(self, terms: Mapping[str, Sequence[str]] | None = None) -> None:
        self._found, self._terms = Found("rows"), terms or {}
        self._told: set[tuple[str, str]] = set()
        self._synthetic: Counter[str] = Counter()
        self.count = self.bad = 0

    def add(self, columns: Mapping[str, Any], file: str, row: int) -> CheckedRow:
        """One more row, number ``row`` of the file; what is wrong with it is a finding."""
        self.count += 1
        checked = check_row(columns, self._terms)
        if not columns.keys() <= KNOWN:
            for name in sorted(map(str, columns.keys() - KNOWN)):
                self._once(file, "unsigned", f"nothing vouches for the column {name}", name)
        grave = False
        for flaw in checked.flaws:
            if flaw.kind in NOTES:
                self._once(file, flaw.kind, flaw.what, flaw.part)
                continue
            grave = True
            word = "UNLABELLED" if flaw.kind == "unlabelled" else "ALTERED"
            self._found.add(flaw.kind, flaw.what, word, file=file, row=row, pair_id=checked.pair_id, part=flaw.part)
        self.bad += grave
        if not grave:
            self._synthetic[columns["synthetic"]] += 1
        return checked

    def hold(self, shares: Mapping[str, int]) -> None:
        """What the statement says of how many rows machines wrote, held against rows that are all sound."""
        there = {name: count for name, count in shares.items() if count}
        if not self.bad and self.count == sum(there.values()) and dict(self._synthetic) != there:
            told = ", ".join(f"{name} {count}" for name, count in sorted(self._synthetic.items()))
            self._found.add(
                "shares", f"the statement counts rows by machines otherwise than they are: {told}", "ALTERED"
            )

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
