"""The mixture: sources are verified and read once, rows are drawn by hash, bounds are held, and a folder is written."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from typing import Any

from constitution.core.records import Record
from constitution.dataset.figures import Gate
from constitution.dataset.made_of import Mix
from constitution.dataset.rows import Row
from constitution.dataset.statement import Manifest
from constitution.errors import Stopped
from constitution.mixing.bounds import broken, unfit
from constitution.mixing.census import Census
from constitution.mixing.drawing import (
    contradictions,
    draw,
    drop_contradictions,
    drop_duplicates,
    keep_splits_apart,
    labelled_twice,
    shared_prompts,
)
from constitution.mixing.facts import Drawn, gates_of, mix_of
from constitution.mixing.notes import notes
from constitution.mixing.opened import Refused, Source, opened
from constitution.mixing.order import MixOrder
from constitution.mixing.writing import counted, free_for_a_mixture, written
from constitution.spool import Spool


@dataclass(frozen=True, kw_only=True)
class Mixture:
    """What came of an order."""

    order: MixOrder
    mix: Mix
    gates: tuple[Gate, ...] = ()
    manifest: Manifest | None = None
    """None where the mixture was refused: then nothing is written."""
    refusals: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    splits: dict[str, dict[str, int]] = field(default_factory=dict)
    """Split to source to rows."""

    @property
    def exit_code(self) -> int:
        """1 where a bound is not kept or a source is not what it says it is."""
        return 1 if self.refusals else 0

    def data(self) -> dict[str, Any]:
        """The report as JSON values: shares by row, part, characters, split, licence and model."""
        told: dict[str, Any] = {
            "out": str(self.order.out),
            "written": not self.refusals and not self.order.dry_run,
            "mix": _plain(self.mix),
            "gates": [gate.model_dump(mode="json", by_alias=True) for gate in self.gates],
            "splits": self.splits,
            "refusals": list(self.refusals),
            "notes": list(self.notes),
        }
        if self.manifest is None:
            return told
        manifest, counts = self.manifest, self.manifest.counts
        return {
            **told,
            "rows": manifest.rows.count,
            "root": manifest.rows.root,
            "license": manifest.dataset.license,
            "restrictions": list(manifest.dataset.restrictions),
            "licenses": counts.licenses,
            "synthetic": _plain(manifest.synthetic),
        }


def _plain(record: Record) -> Any:
    return record.model_dump(mode="json")


def mixed(order: MixOrder) -> Mixture:
    """The folder of this order stands at its place, unless a bound is not kept or only a report was asked for.

    Which rows are used is decided by hashes of the seed and the pair; they stand in the order of another such hash, so
    that a trainer who does not shuffle sees all sources all along. Raises ``Mistake``, ``BadFile``, ``NotFound`` and
    ``Occupied`` for what cannot be mixed, and ``Stopped`` where the disk refuses.
    """
    sources = opened(order)
    free_for_a_mixture(order.out, sources)
    refusals = tuple(unfit(order, sources))
    with _disk_of_the_table(), closing(Census(order.seed, order.test_share)) as census:
        if not refusals:
            try:
                spool = _taken(order, sources, census)
            except Refused as found:
                refusals = (found.sentence,)
        if refusals:
            return Mixture(order=order, mix=mix_of(order, sources, census, {}), refusals=refusals)
        return _drawn(order, sources, census, spool)


def _taken(order: MixOrder, sources: Sequence[Source], census: Census) -> Spool[Row]:
    """All rows of all sources, set aside, and counted in the census under the same numbers."""
    spool = Spool(Row)
    for place, source in enumerate(sources):
        for row, split in source.rows(order):
            spool.append(row)
            census.add(row, split, place, source.name, loose=source.envelope is None)
    return spool


def _drawn(order: MixOrder, sources: Sequence[Source], census: Census, spool: Spool[Row]) -> Mixture:
    """The mixture of these rows, written if it may be."""
    found = {
        "shared_prompts": shared_prompts(census),
        "moved_to_test": keep_splits_apart(census),
        "duplicates": drop_duplicates(census),
        "contradictions": contradictions(census),
    }
    if order.drop_contradictions:
        drop_contradictions(census)
    short = draw(census, [source.share for source in sources], order.rows)
    refusals = (short,) if short else tuple(broken(order, sources, census))
    mix = mix_of(order, sources, census, found)
    drawn = Drawn(order, sources, mix, gates_of(order, mix))
    manifest = None
    if not refusals:
        manifest = (counted if order.dry_run else written)(drawn, _in_order(census, spool))
    return Mixture(
        order=order,
        mix=mix,
        gates=drawn.gates,
        manifest=manifest,
        refusals=refusals,
        notes=tuple(notes(mix, sources, contradictions(census), labelled_twice(census))),
        splits=_splits(census, sources),
    )


def _in_order(census: Census, spool: Spool[Row]) -> Iterator[tuple[Row, str, int]]:
    """The used rows, those of all sources among each other."""
    found = census.each("SELECT number, split, source FROM rows WHERE fate IS NULL ORDER BY place")
    for number, split, source in found:
        yield spool.fetch(number - 1), split, source  # the table counts from 1


def _splits(census: Census, sources: Sequence[Source]) -> dict[str, dict[str, int]]:
    told: dict[str, dict[str, int]] = {}
    for (source, split), rows in census.tally("split").items():
        told.setdefault(split, {})[sources[source].name] = rows
    return told


@contextmanager
def _disk_of_the_table() -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise Stopped(
            f"what the mixture sets aside cannot be written: {error}",
            remedy="make room in the folder for temporary files (TMPDIR) and run again",
        ) from error
