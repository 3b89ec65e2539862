"""A dataset folder that grows beside its place while trails settle, and is put there whole or not at all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from functools import cached_property
from pathlib import Path

from constitution.core.trail import Trail
from constitution.dataset.beside import beside, settle
from constitution.dataset.bundle import Bundle
from constitution.dataset.calls import Call
from constitution.dataset.contents import FolderFacts
from constitution.dataset.counts import Counting
from constitution.dataset.durable import disk_troubles, write_new
from constitution.dataset.gates import Gates
from constitution.dataset.manifest import LOCK, json_bytes, manifest_of, principle_file
from constitution.dataset.replace import real
from constitution.dataset.rows import row_of
from constitution.dataset.tables import Tables
from constitution.errors import ConstitutionError


@contextmanager
def growing_folder(out: Path, facts: FolderFacts) -> Iterator[GrowingFolder]:
    """Inside, a dataset grows beside ``out``; unless it was finished, nothing is left of it and ``out`` is as it was.

    Raises ``Occupied``, with nothing touched, where something stands at ``out`` that is not ours or another program
    writes to it, and ``Stopped`` where the disk refuses.
    """
    out = real(out)
    with beside(out, "write the dataset") as new, ExitStack() as at_the_end:
        with disk_troubles("write the dataset", out):
            folder = GrowingFolder(out, new, facts)
        at_the_end.callback(folder.abandon)
        yield folder


class GrowingFolder:
    """The dataset of the trails so far."""

    def __init__(self, out: Path, new: Path, facts: FolderFacts) -> None:
        self._out, self._new, self._facts = out, new, facts
        self._counting, self._gates = Counting(), Gates(facts.recipe_lock)
        for name in ("data", "provenance", "provenance/principles", "provenance/templates"):
            (new / name).mkdir()

    @cached_property
    def _written(self) -> tuple[Bundle, Tables]:
        """Opened with the first row, so that the first question does not wait for what writes Parquet to be loaded."""
        bundle = Bundle(self._new, self._counting)
        try:
            return bundle, Tables(self._new)
        except BaseException:
            bundle.abandon()
            raise

    def add(self, trail: Trail, calls: Iterable[Call] = ()) -> None:
        """The next trail in the order of the prompts, and the calls behind it; raises ``Stopped``.

        Raises ``ConstitutionError`` where the trail has no fate: every prompt ends in exactly one.
        """
        if trail.fate is None:
            raise ConstitutionError(f"the trail of {trail.prompt.id} ended without a fate")
        facts, split = self._facts, self._facts.split(trail.prompt.id)
        row = row_of(trail, engine=facts.engine, terms=facts.terms) if trail.fate == "paired" else None
        self._counting.add_trail(trail)
        self._gates.add(trail)
        with disk_troubles("write the dataset", self._out):
            bundle, tables = self._written
            if row is not None:
                bundle.add(row, split)
            tables.add(trail, split, calls)

    def finish(self) -> None:
        """``out`` is the finished dataset, whatever of ours stood there before; raises ``Stopped``."""
        with disk_troubles("write the dataset", self._out):
            bundle, tables = self._written
            bundle.close()
            tables.close()
            self._write_facts()
            settle(self._new, self._out)

    def abandon(self) -> None:
        """No file is open any more; nothing, if it is finished."""
        if "_written" in vars(self):
            for each in self._written:
                each.abandon()

    def _write_facts(self) -> None:
        """Every file that is no table."""
        folder, facts, gates = self._new, self._facts, self._gates.lines()
        write_new(folder / principle_file(facts.constitution), facts.constitution.content)
        write_new(folder / LOCK, json_bytes(dict(facts.recipe_lock)))
        for name, text in sorted(facts.templates.items()):
            write_new(folder / "provenance/templates" / name, text.encode())
        self._written[0].describe(
            gates, lambda counts, rows, models: manifest_of(facts, counts, rows, gates, models), facts.terms_texts
        )
