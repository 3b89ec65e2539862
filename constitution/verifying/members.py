"""Set: the rows are those whose root was signed, each of them once; what is missing, doubled or added is named."""

from __future__ import annotations

from pathlib import Path

from constitution.dataset.leaves import LEAVES, Leaves
from constitution.dataset.statement import Manifest
from constitution.errors import ConstitutionError
from constitution.labels.checking import CheckedRow
from constitution.verifying.finding import Found
from constitution.verifying.leaflist import LeafList, leaf_list
from constitution.verifying.lost import missing_pairs
from constitution.verifying.report import Level


class Members:
    """The set level while rows come; 33 bytes a row in memory, and 20 of the leaves that were met."""

    def __init__(self, folder: Path, manifest: Manifest, *, subset: bool) -> None:
        self._folder, self._manifest, self._subset = folder, manifest, subset
        self._found, self._leaves = Found("set"), Leaves()
        self._list = self._trusted()
        self._shown: dict[str, LeafList] = {}
        """The leaves that were met by lines that show one part of a row, by that part."""
        self._stripped: set[str] = set()
        """Names of rows without labels, by their text."""
        self._unplaced = False
        """Some row stands in a file that does not tell its split."""
        self.count = self.present = 0

    def add(self, checked: CheckedRow, file: str, row: int, split: str) -> None:
        """One more row; ``split`` is empty where the file does not tell it."""
        self.count += 1
        self._unplaced = self._unplaced or split not in self._manifest.rows.splits
        if any(flaw.kind == "unlabelled" for flaw in checked.flaws):
            self._stripped.add(checked.pair_id)
            return
        if checked.leaf:
            self._leaves.add(checked.leaf, split or "train")
        met = "unknown" if not checked.leaf else self._list.meet(checked.leaf) if self._list is not None else ""
        place = {"file": file, "row": row, "pair_id": checked.pair_id}
        self.present += met == "member"
        if met == "unknown" and self._list is not None:
            self._found.add("unknown", "is not one of the stated rows", "ALTERED", **place)
        if met == "duplicate":
            self._found.add("duplicate", "stands here more often than it was signed", "ALTERED", **place)

    def add_shown(self, checked: CheckedRow, file: str, row: int, split: str, shows: str) -> None:
        """One more line that ``shows`` a part of its row: each part of a row may come once."""
        if self._list is not None and checked.leaf:
            met = self._shown.setdefault(shows, self._list.anew()).meet(checked.leaf)
            if met == "member" and not self._list.is_missing(checked.leaf):
                return
        self.add(checked, file, row, split)

    @property
    def is_subset(self) -> bool:
        """Whether signed rows are missing."""
        return self.present < self._manifest.rows.count

    def closed(self) -> Level:
        """The level, all rows seen."""
        signed = self._manifest.rows
        if self._list is None:
            self._by_root()
        elif self._list.missing and not self._subset:
            self._missing(self._list)
        if signed.count and not self.count:
            self._found.add("missing", "none of the rows is here", "ALTERED")
        if not self._found.words and self.present == signed.count:
            self._roots()
        elif not self._found.words:
            self._found.add("splits", "rows are missing: whether each stands in its own split is not checked")
        of = f"{self.present:,} of {signed.count:,} stated rows"
        whole = f"all {signed.count:,} stated rows are here once, root {signed.root[:16]}"
        return self._found.closed(whole if self.present == signed.count else of)

    def _trusted(self) -> LeafList | None:
        """The list of leaves, if it gives the root in the statement."""
        signed = self._manifest.rows
        try:
            found = leaf_list(self._folder)
        except ConstitutionError as error:
            self._found.add("leaf list", error.what, "ALTERED", file=LEAVES)
            return None
        if (found.root, len(found)) == (signed.root, signed.count):
            return found
        what = f"signed root mismatch: its {len(found):,} leaves do not give the root of the {signed.count:,} rows"
        self._found.add("leaf list", what, "ALTERED", file=LEAVES)
        return None

    def _by_root(self) -> None:
        """Without a list to trust, only the rows as a whole can be held against the statement."""
        there, signed = self._leaves.rows(), self._manifest.rows
        if (there.root, there.count) == (signed.root, signed.count):
            self.present = signed.count
        else:
            self._found.add("root", f"the {self.count:,} rows do not give the signed root", "ALTERED")

    def _missing(self, leaves: LeafList) -> None:
        """What is missing is altered, but for rows that are here without their labels."""
        left, stripped = leaves.missing, 0
        for pair_id, leaf in missing_pairs(self._folder, leaves):
            left -= 1
            if pair_id in self._stripped:
                stripped += 1
                self._found.add("stripped", "is here without its labels", "UNLABELLED", pair_id=pair_id)
            else:
                self._found.add("missing", f"is missing (leaf {leaf[:16]})", "ALTERED", pair_id=pair_id)
        for _ in range(left):  # no index names them
            kind = "stripped" if stripped < len(self._stripped) else "missing"
            stripped += 1
            what = "a signed row is here without its labels, or is missing" if kind == "stripped" else "is missing"
            self._found.add(kind, what, "UNLABELLED" if kind == "stripped" else "ALTERED")

    def _roots(self) -> None:
        """Each split has its own rows, where files tell which they are."""
        if self._unplaced:
            self._found.add("splits", "some files do not tell the split of their rows, which is not checked")
            return
        there = self._leaves.rows().splits
        for name, signed in self._manifest.rows.splits.items():
            if name not in there or there[name] != signed:
                self._found.add("split", f"split {name} has not the rows that it had", "ALTERED")
