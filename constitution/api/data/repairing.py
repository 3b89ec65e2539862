"""Repairing: rows that have lost their labels have them again, in a dataset folder or in a new file."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from constitution.api.data.rowfiles import RowFile, row_file
from constitution.dataset.durable import disk_troubles, sync_folder
from constitution.errors import BadFile, Mistake, NotFound, Occupied
from constitution.verifying.files import data_files
from constitution.verifying.reading import rows_in
from constitution.verifying.restoring import Restoring, in_groups
from constitution.verifying.verify import stated
from constitution.verifying.within import within


@dataclass
class Repaired:
    """What came of a repair, in rows."""

    restored: int = 0
    not_restored: int = 0
    """Without labels, and the index has none that were signed for their text: they were left as they are."""


def repair_folder(folder: Path) -> Repaired:
    """Rows of the data files have the labels of the index again where their text is unchanged.

    Each file that gains a label is written anew beside its place and put there whole; every restored row was verified.
    Raises ``NotFound`` and ``BadFile`` where there is nothing to restore from, and ``Stopped`` where the disk refuses.
    """
    restoring, done = _restoring(folder), Repaired()
    written: list[tuple[Path, Path]] = []
    with disk_troubles("write the restored rows", folder):
        try:
            for name in data_files(folder):
                if beside := _beside(folder, name, restoring, done):
                    written.append((beside, folder / name))
            for beside, path in written:
                os.replace(beside, path)
            for parent in {path.parent for _, path in written}:
                sync_folder(parent)
        finally:
            for beside, _ in written:
                with suppress(OSError):
                    beside.unlink()
    return done


def repair_file(file: Path, against: Path, out: Path) -> Repaired:
    """``out`` is a new file with the rows of ``file``, their labels restored from the index of ``against``.

    Raises as ``repair_folder`` does, ``Occupied`` where ``out`` is there already, and ``Mistake`` for its ending.
    """
    if os.path.lexists(out):
        raise Occupied("is there already, and is never written over", where=str(out), remedy="name another --out")
    if not out.parent.is_dir():
        raise NotFound("there is no such folder", where=str(out.parent), remedy="make it, or name another --out")
    restoring, done = _restoring(against), Repaired()
    beside = out.with_name(f".{out.name}.new")
    with disk_troubles("write the restored rows", out):
        beside.unlink(missing_ok=True)  # what a killed repair left
        try:
            with row_file(beside, out.suffix, lambda: rows_in(file)) as opened:
                _restore(rows_in(file), restoring, opened, done)
            os.link(beside, out)  # as a rename, but for a file that came there meanwhile
        except FileExistsError:
            raise Occupied("is there already, and is never written over", where=str(out),
                           remedy="name another --out") from None  # fmt: skip
        finally:
            with suppress(OSError):
                beside.unlink()
        sync_folder(out.parent)
    return done


def _restoring(folder: Path) -> Restoring:
    envelope = stated(folder)
    if envelope is None:
        raise NotFound("has no statement to restore labels from", where=str(folder), remedy="name a dataset folder")
    return Restoring(folder, envelope)


def _beside(folder: Path, name: str, restoring: Restoring, done: Repaired) -> Path | None:
    """The restored file beside its place; None where no row of it gained a label."""
    path = within(folder, name)
    before = done.restored
    beside = path.with_name(f".{path.name}.new")
    beside.unlink(missing_ok=True)
    try:
        with row_file(beside, path.suffix, lambda: rows_in(path, name)) as opened:
            _restore(rows_in(path, name), restoring, opened, done)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    if done.restored > before:
        return beside
    beside.unlink()
    return None


def _restore(rows: Iterator[Mapping[str, Any]], restoring: Restoring, opened: RowFile, done: Repaired) -> None:
    for group in in_groups(rows):
        for row, restored in restoring.each(group):
            opened.add(row)
            done.restored += restored is True
            done.not_restored += restored is False


def checked_order(path: Path, against: Path | None, out: Path | None) -> None:
    """Raises ``Mistake`` where it is not clear what is to be repaired, or where to."""
    if path.is_dir():
        if out is not None:
            raise Mistake("a folder is repaired in its place", remedy="drop --out, or name a file of rows")
    elif against is None or out is None:
        raise Mistake("a file of rows is repaired from a folder into a new file",
                      remedy="give --against DIR and --out FILE")  # fmt: skip
    elif not path.exists():
        raise BadFile("is not there", where=str(path), remedy="name a file of rows or a dataset folder")
