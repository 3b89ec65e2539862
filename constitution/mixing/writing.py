"""Writing: the mixture grows beside its place and is put there whole, with all that its sources said of themselves."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from pathlib import Path

from constitution.dataset.beside import beside, settle
from constitution.dataset.bundle import Bundle
from constitution.dataset.counts import Counting, Counts
from constitution.dataset.durable import disk_troubles
from constitution.dataset.envelope import load_envelope
from constitution.dataset.figures import ModelShare, RowSet
from constitution.dataset.leaves import Leaves
from constitution.dataset.models import Models
from constitution.dataset.replace import ours_to_replace, real, state_of
from constitution.dataset.rows import Row
from constitution.dataset.statement import Manifest
from constitution.errors import Occupied
from constitution.mixing.carrying import carry_files, terms_texts, write_principles
from constitution.mixing.facts import Drawn, Seen, manifest_of, principle_files
from constitution.mixing.opened import Source

Told = Iterable[tuple[Row, str, int]]
"""Rows of the mixture in their order, each with its split and the place of its source."""


def free_for_a_mixture(out: Path, sources: Sequence[Source]) -> None:
    """Raises ``Occupied`` where the mixture would take the place of a source, of a run, or of what is not ours."""
    out = real(out)
    for each in sources:
        source = real(each.path)
        if out == source or out in source.parents or source in out.parents:
            raise Occupied(
                "the mixture would stand where a source of it stands", where=str(out), remedy="name another --out"
            )
    ours_to_replace(out)
    state = state_of(out)
    if state == "unfinished" or (state == "finished" and not load_envelope(out).statement.predicate.mix):
        raise Occupied(
            "holds the dataset of a run, which is not written over", where=str(out), remedy="name another --out"
        )


def counted(drawn: Drawn, rows: Told) -> Manifest:
    """What the mixture would say of itself; nothing is written."""
    counting, models, leaves, seen = Counting(), Models(), Leaves(), Seen()
    for row, split, _ in _seen(rows, seen):
        counting.add_row(row, split)
        models.add(row)
        leaves.add(row.provenance["row_sha256"], split)
    return manifest_of(drawn, seen, counting.counts(), leaves.rows(), models.shares())


def written(drawn: Drawn, rows: Told) -> Manifest:
    """The folder stands at its place; what it says of itself comes back. Raises ``Stopped`` where the disk refuses."""
    out = real(drawn.order.out)
    told: list[Manifest] = []

    def describe(counts: Counts, rows: RowSet, models: Sequence[ModelShare]) -> Manifest:
        told.append(manifest_of(drawn, seen, counts, rows, models))
        return told[0]

    doing = "write the mixture"
    with beside(out, doing) as folder, disk_troubles(doing, out), ExitStack() as at_the_end:
        bundle, seen = Bundle(folder, Counting()), Seen()
        at_the_end.callback(bundle.abandon)
        for row, split, _ in _seen(rows, seen):
            bundle.add(row, split)
        bundle.close()
        carry_files(folder, drawn.sources)
        write_principles(folder, principle_files(drawn.sources, seen))
        bundle.describe(drawn.gates, describe, {**drawn.order.texts, **terms_texts(drawn.sources)})
        settle(folder, out)
    return told[0]


def _seen(rows: Told, seen: Seen) -> Told:
    """The same rows; what a mixture counts of them is counted as they go by."""
    for row, split, source in rows:
        seen.add(row, source)
        yield row, split, source
