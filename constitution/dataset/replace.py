"""The out folder: whose it is, what state it is in, and how a run claims it and clears up after a killed one."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from constitution.dataset.durable import disk_troubles, sync_folder, write_over
from constitution.dataset.envelope import load_envelope, of_earlier_version
from constitution.dataset.exchange import clear
from constitution.dataset.held import held
from constitution.dataset.layout import LITTER, strangers
from constitution.dataset.manifest import json_bytes
from constitution.errors import BadFile, NotFound, Occupied

State = Literal["absent", "empty", "unfinished", "finished", "foreign"]

MARKER = ".constitution-run.json"
"""Stands in the out folder from the start of a run until its dataset is in place."""
RUN_FORMAT = "constitution-run/1"
PROGRESS = ".constitution-progress.json"
"""How far that run is; see ``snapshot``."""

_CUT_OFF = {f"{MARKER}.new", f"{PROGRESS}.new"}
"""Left by a run that was killed while it claimed the folder."""


def real(out: Path) -> Path:
    """The folder itself, where ``out`` is a link to it."""
    return Path(os.path.realpath(out))


def temporary(out: Path) -> tuple[Path, Path]:
    """Beside the out folder: where the new one is written, and where the old one may wait for a moment."""
    return out.with_name(f".{out.name}.constitution-new"), out.with_name(f".{out.name}.constitution-old")


def state_of(out: Path) -> State:
    """What stands at ``out``; ``unfinished`` also where a new run has begun over a finished one.

    ``finished`` also for the dataset of an earlier version: nothing else reads it, and a new run may take its place.
    """
    out = real(out)
    if not out.is_dir():
        return "foreign" if out.exists() else "absent"
    if not set(os.listdir(out)) - LITTER - _CUT_OFF:
        return "empty"
    if begun_with(out) is not None:
        return "unfinished"
    try:
        load_envelope(out)
    except (NotFound, BadFile):
        return "finished" if of_earlier_version(out) else "foreign"
    return "finished"


def signers_of(out: Path) -> int:
    """How many signatures the finished dataset at ``out`` bears."""
    try:
        return len(load_envelope(out).signatures)
    except (NotFound, BadFile):
        return 0


def begun_with(out: Path) -> dict[str, str] | None:
    """The inputs of the run that began here; None without a marker that we wrote."""
    try:
        found = json.loads((real(out) / MARKER).read_bytes())
        return dict(found["inputs"]) if found["format"] == RUN_FORMAT else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def begin(out: Path, inputs: Mapping[str, str], *, accept_changes: bool = False) -> None:
    """The folder is claimed for a run with these inputs (name to digest), and is known to be writable.

    Raises ``Occupied`` where it holds something else, or an unfinished run with other inputs unless these are
    accepted; ``Stopped`` where the disk does not let us. A finished dataset in it stays as it is until the new
    one takes its place.
    """
    out = real(out)
    recover(out)
    ours_to_replace(out)
    before = begun_with(out)
    if before is not None and before != dict(inputs) and not accept_changes:
        raise Occupied(
            f"holds an unfinished run with other inputs: {difference(before, inputs)}",
            where=str(out),
            remedy="give the same inputs, or --accept-changes, or another --out",
        )
    with disk_troubles("claim the output folder", out):
        out.mkdir(parents=True, exist_ok=True)
        # The new folder will be written beside this one: better to learn now that it cannot be.
        probe, _ = temporary(out)
        probe.mkdir()
        probe.rmdir()
        write_over(out / MARKER, json_bytes({"format": RUN_FORMAT, "inputs": dict(inputs)}))
        sync_folder(out.parent)


def recover(out: Path) -> None:
    """What a killed run left beside ``out`` is gone, and an old folder that it had put aside stands again.

    Raises ``Occupied`` where something that is not ours bears one of our names, for a mount point, and while another
    run writes there.
    """
    out = real(out)
    if out.is_dir() and os.path.ismount(out):
        raise Occupied(
            "is a mount point, which cannot be replaced whole",
            where=str(out),
            remedy=f"name a folder inside it: --out {out / 'dataset'}",
        )
    new, aside = temporary(out)
    _ours_to_clear(out, new, aside)
    with disk_troubles("clear up after an earlier run", out):
        if aside.exists() and not out.exists() and state_of(aside) in ("finished", "unfinished"):
            os.rename(aside, out)
            sync_folder(out.parent)
        clear(new)
        clear(aside)


def _ours_to_clear(out: Path, new: Path, aside: Path) -> None:
    """Raises ``Occupied`` unless what bears the names of our temporary folders is ours, and nobody writes there."""
    for leftover in (new, aside):
        if os.path.lexists(leftover) and (leftover.is_symlink() or not leftover.is_dir() or any(strangers(leftover))):
            raise Occupied(
                "bears the name of a temporary folder and holds something else",
                where=str(leftover),
                remedy="move it away",
            )
    if held(new):
        raise Occupied(
            "another run is writing its dataset there",
            where=str(out),
            remedy="wait for it to end, or name another --out",
        )


def ours_to_replace(out: Path) -> None:
    """Raises ``Occupied`` unless the folder can be replaced whole without losing anything that is not ours."""
    out = real(out)
    if state_of(out) == "foreign":
        raise Occupied(
            "holds something that is not a dataset of ours",
            where=str(out),
            remedy="name another --out; nothing was touched",
        )
    if signers := signers_of(out):
        raise Occupied(
            f"holds a dataset that {'somebody' if signers == 1 else f'{signers} people'} signed, and what takes its "
            "place would be signed by nobody",
            where=str(out),
            remedy="name another --out, or move it away; nothing was touched",
        )
    if found := sorted(strangers(out)):
        more = f" and {len(found) - 3} more" if len(found) > 3 else ""
        raise Occupied(
            f"holds files that are not ours: {', '.join(found[:3])}{more}",
            where=str(out),
            remedy="move them away, or name another --out; nothing was touched",
        )


def difference(before: Mapping[str, str], now: Mapping[str, str]) -> str:
    """Which inputs differ, each with its old and its new digest cut short.

    >>> difference({"prompts": "816d4ac9aaaa", "roles": "1"}, {"prompts": "91bc02febbbb", "roles": "1"})
    'prompts 816d4ac9 → 91bc02fe'
    """
    names = sorted(name for name in {*before, *now} if before.get(name) != now.get(name))
    return ", ".join(f"{name} {before.get(name, 'none')[:8]} → {now.get(name, 'none')[:8]}" for name in names)
