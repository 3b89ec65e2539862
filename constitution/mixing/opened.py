"""Sources opened: a dataset folder that was verified, or a file of rows; each with a name that no other has."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from constitution.dataset.bundle import file_hash
from constitution.dataset.envelope import Envelope, load_envelope
from constitution.dataset.leaves import Leaves
from constitution.dataset.made_of import ASSUMED
from constitution.dataset.rows import Row
from constitution.errors import BadFile, Mistake, NotFound
from constitution.labels.checking import check_row
from constitution.labels.flaws import NOTES
from constitution.mixing.declared import NoPreference, declared_row
from constitution.mixing.files import lost_labels, rows_of, sealed_row
from constitution.mixing.order import EVERY, MixOrder, Wanted
from constitution.mixing.passed import PassedOver
from constitution.mixing.trusting import word_of
from constitution.verifying.files import data_files
from constitution.verifying.loaded import split_of
from constitution.verifying.reading import rows_in
from constitution.verifying.within import within

UNSIGNED = "UNSIGNED"


class Refused(BadFile):
    """A source is not what it says it is: no row of it is mixed."""


@dataclass(frozen=True)
class Source:
    """A source of the mixture."""

    path: Path
    name: str
    share: Fraction | None
    envelope: Envelope | None = None
    """None for a file."""
    sha256: str = ""
    """Of the envelope or of the file."""
    word: str = UNSIGNED
    """The verdict of its verification."""
    said: tuple[str, ...] = ()
    """What the verification found, in sentences."""
    hashes: Mapping[str, str] = field(default_factory=dict)
    """Of the data files of a folder, before they were verified."""
    assumed: Mapping[str, str] = field(default_factory=dict)
    passed: PassedOver = field(default_factory=PassedOver, compare=False)

    @property
    def rank(self) -> tuple[bool, bool, str]:
        """Folders, which were verified as sets, before files of sealed rows, and these before declared ones; then by
        name: how they are named together changes nothing.
        """
        return bool(self.assumed), self.envelope is None, self.name

    @property
    def root(self) -> str:
        """The root of its rows, where it has a manifest."""
        return self.envelope.statement.predicate.rows.root if self.envelope else ""

    def rows(self, order: MixOrder) -> Iterator[tuple[Row, str]]:
        """Its rows, each with its split; those of a file are all in ``train``.

        Raises ``Refused`` at the first row that is not as it was sealed, and where the rows of a folder are not the
        set that its manifest names; ``BadFile`` for what is no pair.
        """
        if self.envelope:
            yield from _as_verified(self.path, self.root, self.hashes, self.passed)
            return
        for where, given in rows_of(self.path)[1]:
            if not self.assumed:
                row = unaltered(given, where)
                self.passed.columns.update(given.keys() - vars(row).keys())
                yield row, "train"
            elif (pair := self._declared(given, where, order)) is not None:
                yield pair, "train"
        if file_hash(self.path) != self.sha256:
            raise Refused("ALTERED: changed while it was read", where=str(self.path), remedy="mix again")

    def _declared(self, given: Any, where: str, order: MixOrder) -> Row | None:
        """The row with what is declared of it; None for one that is no pair, which is counted."""
        if lost := lost_labels(given):
            raise BadFile(lost, where=where, remedy="constitution verify --repair puts labels back; or split the file")
        try:
            row = declared_row(given, where, self.assumed, order.engine, order.terms, self.passed.columns)
        except NoPreference:
            self.passed.add(where.removeprefix(str(self.path)).lstrip(": "))
            return None
        self.passed.answered += row.prompt_origin == "human" and any(each.role == "assistant" for each in row.prompt)
        return row


def unaltered(given: Any, where: str) -> Row:
    """The row that these columns hold; raises ``Refused`` unless it is as it was sealed, and as ``sealed_row`` does."""
    row = sealed_row(given, where)
    for flaw in check_row(given).flaws:
        if flaw.kind not in NOTES:
            raise Refused(f"ALTERED: {flaw.what}", where=where, remedy="use the dataset as its maker gave it out")
    return row


def _as_verified(folder: Path, root: str, hashes: Mapping[str, str], passed: PassedOver) -> Iterator[tuple[Row, str]]:
    """The rows of a folder, from the files with these hashes, however it was sharded since it was made."""
    leaves = Leaves()
    for name in hashes:
        split = split_of(name)
        for number, columns in enumerate(rows_in(within(folder, name), name), 1):
            row = sealed_row(columns, f"{folder / name}: row {number}")
            leaves.add(row.provenance["row_sha256"], split)
            passed.columns.update(columns.keys() - vars(row).keys())
            yield row, split
    if data_hashes(folder) != hashes or leaves.rows().root != root:
        raise Refused("ALTERED: its rows are not those that were verified", where=str(folder), remedy="mix again")


def data_hashes(folder: Path) -> dict[str, str]:
    """Data file to the hash of its bytes."""
    return {name: file_hash(within(folder, name)) for name in data_files(folder)}


def opened(order: MixOrder) -> tuple[Source, ...]:
    """The sources of this order by rank, each with a name of its own and verified.

    Raises ``BadFile`` for a file without labels of which nothing is declared, ``NotFound`` for what is not there and
    ``Mistake`` for a source that is named twice and for a declaration of no file.
    """
    found = [_opened(wanted, order) for wanted in order.sources]
    twice = [name for name, count in Counter(each.sha256 for each in found).items() if count > 1]
    if twice:
        named = " and ".join(str(each.path) for each in found if each.sha256 == twice[0])
        raise Mistake("one dataset is named twice", where=named, remedy="name it once")
    _all_declared(order, found)
    names = Counter(each.name for each in found)
    told_apart = [
        replace(each, name=f"{each.name}-{each.sha256[:8]}") if names[each.name] > 1 else each for each in found
    ]
    return tuple(sorted(told_apart, key=lambda each: each.rank))


def _opened(wanted: Wanted, order: MixOrder) -> Source:
    path = wanted.path
    if path.is_dir():
        envelope = load_envelope(path)
        hashes = data_hashes(path)
        verdict = word_of(path, envelope, order.keys)
        name = os.path.basename(os.path.abspath(path))
        return Source(path, name, wanted.share, envelope, envelope.sha256, verdict.word, verdict.said, hashes)
    if not path.exists():
        raise NotFound("there is no such file or folder", where=str(path), remedy="name a dataset folder or a file")
    labelled, _ = rows_of(path)
    assumed = order.assume.get(str(path), order.assume.get(path.name, order.assume.get(EVERY, {})))
    if labelled:
        return Source(path, path.stem, wanted.share, sha256=file_hash(path))
    if not assumed:
        raise BadFile(
            "its rows have no labels, and nothing is declared of them",
            where=str(path),
            remedy=f"say who wrote them: --assume {path.name}:origin=human,license=CC-BY-4.0,source=...",
        )
    return Source(path, path.stem, wanted.share, sha256=file_hash(path), word=ASSUMED, assumed=dict(assumed))


def _all_declared(order: MixOrder, found: list[Source]) -> None:
    """Raises ``Mistake`` for a declaration that no file was waiting for: labels are never written over."""
    used = {name for each in found if each.assumed for name in (EVERY, str(each.path), each.path.name)}
    for name in order.assume:
        if name not in used:
            raise Mistake(
                "there are no rows without labels to declare this of",
                where=f"--assume {name}" if name else "--assume",
                remedy="leave it out; labels that are there are never written over",
            )
