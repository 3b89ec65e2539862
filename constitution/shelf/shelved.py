"""A constitution taken from the shelf: its bytes held to the lock, its contents to its path."""

from __future__ import annotations

import builtins
import hashlib
from dataclasses import dataclass
from pathlib import Path

from constitution.core.places import Document
from constitution.core.strict_yaml import decode
from constitution.principles.model import Constitution
from constitution.principles.reading import read_marked
from constitution.shelf.lock import LOCK, Approval, hold_to_lock, read_lock, write_lock
from constitution.shelf.rooms import read, within


@dataclass(frozen=True, slots=True)
class Shelved:
    """A constitution with where it came from."""

    constitution: Constitution
    bytes: builtins.bytes
    """The file, verbatim."""
    sha256: str
    """Of those bytes."""
    ref: str
    """``harmlessness@1.0.0``, ``harmlessness@draft``, or the path of a file that is on no shelf."""
    path: str
    """For messages: relative to its room where it is in one."""
    notes: tuple[str, ...] = ()
    """What the user should be told about the choice."""
    approval: Approval | None = None
    """Who released it and why; None for a draft and for a file that is on no shelf."""


def take(room: Path, name: str, version: str, notes: tuple[str, ...] = ()) -> Shelved:
    """One version from one room.

    Raises ``BadFile`` for a file that cannot be read as it should be, that says another name or version than
    its path, or that is released and not as it was approved.
    """
    shown = f"principles/{name}/{version}.yaml"
    data = read(within(room, room / shown, shown), shown)
    digest = hashlib.sha256(data).hexdigest()
    approvals = read_lock(room / "principles", f"principles/{LOCK}") if version != "draft" else {}
    if version != "draft":
        hold_to_lock(approvals, f"{name}/{version}.yaml", digest, shown)
    constitution, document = read_marked(decode(data, shown), shown)
    _agrees(constitution, document, name, version)
    approval = approvals.get(f"{name}/{version}.yaml")
    return Shelved(constitution, data, digest, f"{name}@{version}", shown, notes, approval)


def take_loose(file: Path, shown: str) -> Shelved:
    """A file that is on no shelf; raises ``BadFile``."""
    data = read(file, shown)
    constitution, _ = read_marked(decode(data, shown), shown)
    return Shelved(constitution, data, hashlib.sha256(data).hexdigest(), shown, shown)


def approve(room: Path, name: str, version: str, *, approved_by: str, reason: str, again: bool = False) -> None:
    """The room's lock holds this release as it is now.

    Raises ``BadFile`` if the file does not read as this release, or is locked already with other bytes
    (``again`` replaces that entry).
    """
    folder, key = room / "principles", f"{name}/{version}.yaml"
    shown = f"principles/{key}"
    data = read(within(room, folder / key, shown), shown)
    _agrees(*read_marked(decode(data, shown), shown), name, version)
    approvals = read_lock(folder, f"principles/{LOCK}")
    digest = hashlib.sha256(data).hexdigest()
    if key in approvals and not again:
        hold_to_lock(approvals, key, digest, shown)
        return
    write_lock(folder, {**approvals, key: Approval(sha256=digest, approved_by=approved_by, reason=reason)})


def _agrees(constitution: Constitution, document: Document, name: str, version: str) -> None:
    """Passes when the file says the name and version that its path says."""
    if constitution.name != name:
        raise document.bad(
            ("name",), f"says {constitution.name!r} in a folder named {name!r}", remedy="make them equal"
        )
    wanted = "" if version == "draft" else version
    if constitution.version != wanted:
        said = f"version {constitution.version}" if constitution.version else "no version"
        raise document.bad(
            ("version",),
            f"says {said} in a file named {version}.yaml",
            remedy=f"write `version: {wanted}`" if wanted else "remove the version from the draft",
        )
