"""The place of an export: written beside it and put there whole, over nothing but an export that nobody has changed."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from constitution.dataset.bundle import file_hash
from constitution.dataset.durable import disk_troubles, sync_folder
from constitution.dataset.exchange import clear, put_in_place
from constitution.dataset.held import held, hold
from constitution.dataset.layout import LITTER
from constitution.dataset.replace import real
from constitution.errors import Occupied

RECORD = "export.json"
FORMAT = "constitution-export/1"
"""Says in an export's record that it is one."""
BEGUN = ".constitution-export"
"""Stands in the folder beside the place for as long as it is written."""


@contextmanager
def placed(out: Path) -> Iterator[Path]:
    """Inside, an empty folder to write to; afterwards it stands at ``out``, or nothing has happened where that failed.

    Raises ``Occupied`` where something stands at ``out`` that is not an export of ours as it was written, and
    ``Stopped`` where the disk refuses.
    """
    out = real(out)
    ours_to_replace(out)
    new, aside = (out.with_name(f".{out.name}.constitution-{name}") for name in ("export", "aside"))
    with disk_troubles("write the export", out):
        out.parent.mkdir(parents=True, exist_ok=True)
        _left_over(new)
        new.mkdir()
        (new / BEGUN).touch()
        handle = hold(new)
        try:
            yield new
            (new / BEGUN).unlink()
            sync_folder(new)
            put_in_place(new, out, aside)
        finally:
            os.close(handle)
            with suppress(OSError):
                clear(new)


def ours_to_replace(out: Path) -> None:
    """Raises ``Occupied`` unless nothing is lost when an export takes the place of what stands there."""
    if not os.path.lexists(out):
        return
    found = sorted(set(os.listdir(out)) - LITTER) if out.is_dir() else None
    if found == []:
        return
    remedy = "name another --out, or move it away; nothing was touched"
    written = _written(out)
    if found is None or written is None:
        raise Occupied("holds something that is not an export of ours", where=str(out), remedy=remedy)
    if others := sorted(set(found) - {*written, RECORD}):
        raise Occupied(
            f"holds files that are not of the export: {', '.join(others[:3])}", where=str(out), remedy=remedy
        )
    changed = [
        name for name, sha256 in written.items() if not (out / name).is_file() or file_hash(out / name) != sha256
    ]
    if changed:
        raise Occupied(
            f"an export of ours was changed after it was written: {', '.join(changed[:3])}",
            where=str(out), remedy=remedy,
        )  # fmt: skip


def _written(out: Path) -> dict[str, str] | None:
    """The files of the export that stands there, with their hashes; None where there is none."""
    try:
        record = json.loads((out / RECORD).read_bytes())
        return dict(record["files"]) if record["written_as"] == FORMAT else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _left_over(new: Path) -> None:
    """What a killed export left there is gone; raises ``Occupied`` for anything else, and for one alive."""
    if not os.path.lexists(new):
        return
    if new.is_symlink() or not new.is_dir() or (any(new.iterdir()) and not (new / BEGUN).is_file()):
        raise Occupied(
            "bears the name of a temporary folder and holds something else", where=str(new), remedy="move it away"
        )
    if held(new):
        raise Occupied("another export is writing there", where=str(new), remedy="wait for it to end")
    clear(new)
