"""A dataset folder that grows beside its place while trails settle, and is put there whole or not at all."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import cached_property
from pathlib import Path

from constitution.core.digest import digest
from constitution.core.trail import Trail
from constitution.dataset.calls import Call
from constitution.dataset.card import card_of
from constitution.dataset.contents import FolderFacts
from constitution.dataset.counts import Counting
from constitution.dataset.durable import disk_troubles, sync_folder, write_new
from constitution.dataset.exchange import put_in_place
from constitution.dataset.manifest import MANIFEST, json_bytes, manifest_of, principle_file
from constitution.dataset.replace import hold, ours_to_replace, real, recover, temporary
from constitution.dataset.rows import row_of
from constitution.dataset.tables import Tables
from constitution.errors import ConstitutionError

UNSEALED = ("README.md", "provenance/calls.parquet", MANIFEST)
"""Files whose hash is not in the manifest: a hub rewrites the first, the clock is in the second."""


@contextmanager
def growing_folder(out: Path, facts: FolderFacts) -> Iterator[GrowingFolder]:
    """Inside, a dataset grows beside ``out``; unless it was finished, nothing is left of it and ``out`` is as it was.

    Raises ``Occupied``, with nothing touched, where something stands at ``out`` that is not ours or another program
    writes to it, and ``Stopped`` where the disk refuses.
    """
    out = real(out)
    recover(out)
    ours_to_replace(out)
    new, _ = temporary(out)
    with disk_troubles("write the dataset", out):
        out.parent.mkdir(parents=True, exist_ok=True)
    folder = None
    try:
        with ExitStack() as at_the_end:
            with disk_troubles("write the dataset", out):
                new.mkdir()
                at_the_end.callback(os.close, hold(new))
                folder = GrowingFolder(out, new, facts)
            at_the_end.callback(folder.abandon)
            yield folder
    finally:
        if folder is None or not folder.finished:
            with suppress(ConstitutionError):
                recover(out)


class GrowingFolder:
    """The dataset of the trails so far."""

    def __init__(self, out: Path, new: Path, facts: FolderFacts) -> None:
        self.finished = False
        """It is in its place."""
        self._out, self._new, self._facts = out, new, facts
        self._counting = Counting()
        for name in ("data", "provenance", "provenance/principles", "provenance/templates"):
            (new / name).mkdir()

    @cached_property
    def _tables(self) -> Tables:
        """Opened with the first row, so that the first question does not wait for what writes Parquet to be loaded."""
        return Tables(self._new)

    def add(self, trail: Trail, calls: Iterable[Call] = ()) -> None:
        """The next trail in the order of the prompts, and the calls behind it; raises ``Stopped``.

        Raises ``ConstitutionError`` where the trail has no fate: every prompt ends in exactly one.
        """
        if trail.fate is None:
            raise ConstitutionError(f"the trail of {trail.prompt.id} ended without a fate")
        row = row_of(trail, engine=self._facts.engine) if trail.fate == "paired" else None
        split = self._facts.split(trail.prompt.id)
        self._counting.add(trail, row, split)
        with disk_troubles("write the dataset", self._out):
            self._tables.add(trail, row, split, calls)

    def finish(self) -> None:
        """``out`` is the finished dataset, whatever of ours stood there before; raises ``Stopped``."""
        with disk_troubles("write the dataset", self._out):
            self._tables.close()
            self._write_facts()
            for above, _, _ in os.walk(self._new, topdown=False):
                sync_folder(Path(above))
            put_in_place(self._new, self._out, temporary(self._out)[1])
        self.finished = True

    def abandon(self) -> None:
        """No file is open any more; nothing, if it is finished."""
        if "_tables" in vars(self):
            self._tables.abandon()

    def _write_facts(self) -> None:
        """Every file that is no table."""
        folder, facts, counts = self._new, self._facts, self._counting.counts()
        write_new(folder / principle_file(facts), facts.constitution.content)
        write_new(folder / "provenance/recipe.lock.json", json_bytes(dict(facts.recipe_lock)))
        for name, text in sorted(facts.templates.items()):
            write_new(folder / "provenance/templates" / name, text.encode())
        files = hashes(folder)
        write_new(folder / MANIFEST, json_bytes(manifest_of(facts, counts, files)))
        rows = digest({name: sha256 for name, sha256 in files.items() if name.startswith("data/")})
        write_new(folder / "README.md", card_of(facts, counts, rows).encode())


def hashes(folder: Path) -> dict[str, str]:
    """SHA-256 of each file in the folder that the manifest vouches for."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    named = ((path.relative_to(folder).as_posix(), path) for path in files)
    return {name: _hash(path) for name, path in named if name not in UNSEALED}


def _hash(path: Path) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
