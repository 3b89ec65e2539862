"""Writes a release to the shelf: its file, its lock entry, its changelog; one that was cut short is gone on with."""

from __future__ import annotations

import fcntl
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from constitution.core.strict_yaml import decode
from constitution.errors import BadFile, Occupied, Stopped
from constitution.principles.changelog import version_of, with_entry
from constitution.shelf.lock import LOCK, Approval, read_lock, write_lock
from constitution.shelf.rooms import RELEASE, read, releases, within
from constitution.shelf.shelf import Shelf
from constitution.shelf.shelved import Shelved, take

CHANGELOG = "CHANGELOG.md"
_FRESH = ".release.new"
_PENDING = ".CHANGELOG.md.next"
"""Holds the entry of a release until it stands in the changelog."""
_ANOTHER = "release under another version with --version"


def latest_release(shelf: Shelf, name: str) -> Shelved | None:
    """The latest release that was approved: of the project, else of what ships; None before the first.

    Raises ``BadFile`` where its bytes are not those that were approved, and where the file of any approved version
    is gone: a draft that was compared with an earlier one would be given too low a version.
    """
    for room in shelf.rooms:
        found = (RELEASE.fullmatch(said) for said in approved(room, name))
        locked = {tuple(map(int, match.groups())): match.group() for match in found if match}
        for number in sorted(locked.keys() - releases(room, name).keys()):
            shown = f"principles/{name}/{locked[number]}.yaml"
            raise BadFile(
                "is in the lock and its file is gone, so nobody can tell what changed since",
                where=shown,
                remedy=f"restore {shown} from version control",
            )
        if locked:
            return take(room, name, locked[max(locked)])
    return None


def approved(root: Path, name: str) -> frozenset[str]:
    """The versions that the lock of this room holds, whether or not their files are there."""
    keys = (key.partition("/") for key in read_lock(root / "principles", f"principles/{LOCK}"))
    return frozenset(file.removesuffix(".yaml") for folder, _, file in keys if folder == name)


def unapproved(root: Path, name: str) -> dict[str, bytes]:
    """Files of the project that are named like releases and that its lock does not hold: version to bytes."""
    held = approved(root, name)
    left = sorted(said for said in releases(root, name).values() if said not in held)
    return {said: _read(root, f"principles/{name}/{said}.yaml") for said in left}


def freeze(
    root: Path, name: str, version: str, data: bytes, approval: Approval, entry: str, before: Shelved | None
) -> tuple[str, ...]:
    """The version's file holds ``data`` for good, the lock its approval, the changelog its entry; returns their paths.

    Each is written whole and is on the disk before the next begins, so that whatever cuts this short, the same
    command again goes on with it. Raises ``Occupied`` where the version is approved already or there with other
    bytes, or where ``before``, with which it was compared, is the latest release no more; ``BadFile`` for a lock or
    changelog that cannot be read, ``Stopped`` where the disk does not take it.
    """
    folder, shown = root / "principles" / name, f"principles/{name}/{version}.yaml"
    with _alone(root / "principles"), _troubles(shown):
        settle(root, name)
        _changelog(root, name)  # better to learn now that it cannot be read
        approvals = read_lock(root / "principles", f"principles/{LOCK}")
        if other := approvals.get(f"{name}/{version}.yaml"):
            raise Occupied(f"was released meanwhile by {other.approved_by}", where=shown, remedy=_ANOTHER)
        _still_latest(root, name, before, shown)
        _write_file(folder / f"{version}.yaml", data, shown)
        if _read(root, shown) != data:
            raise BadFile("does not read back as it was written", where=shown, remedy="delete it and release again")
        _replace(folder / _PENDING, entry.encode("utf-8"), folder)
        write_lock(root / "principles", {**approvals, f"{name}/{version}.yaml": approval})
        _sync(root / "principles")
        settle(root, name)
    return shown, f"principles/{LOCK}", f"principles/{name}/{CHANGELOG}"


def _still_latest(root: Path, name: str, before: Shelved | None, shown: str) -> None:
    """Raises ``Occupied`` where something else than ``before`` is the latest release by now."""
    latest = latest_release(Shelf(root), name)
    if (latest and (latest.ref, latest.sha256)) != (before and (before.ref, before.sha256)):
        raise Occupied(
            f"was compared with {before.ref if before else 'no release'}, and meanwhile the latest release is "
            f"{latest.ref if latest else 'none'}: its changes and its version would be wrong",
            where=shown,
            remedy="release again: the draft is then compared with the latest",
        )


def pending(root: Path, name: str) -> str:
    """The version of a release that was cut short before its changelog was written; empty where there is none."""
    shown = f"principles/{name}/{_PENDING}"
    version = version_of(decode(_read(root, shown), shown)) if (root / shown).is_file() else ""
    return version if version in approved(root, name) else ""


def settle(root: Path, name: str) -> str:
    """The changelog holds what was pending; returns its path, empty where nothing was.

    Raises ``BadFile`` for a changelog that cannot be read, and ``Stopped`` where it cannot be written.
    """
    folder, written = root / "principles" / name, ""
    with _troubles(f"principles/{name}/{CHANGELOG}"):
        if pending(root, name):
            entry = (folder / _PENDING).read_text(encoding="utf-8")
            text = with_entry(_changelog(root, name), name, entry)
            _replace(folder / CHANGELOG, text.encode("utf-8"), folder)
            written = f"principles/{name}/{CHANGELOG}"
        (folder / _PENDING).unlink(missing_ok=True)
    return written


def _changelog(root: Path, name: str) -> str:
    """What stands in it, line ends and all; nothing where there is none."""
    shown = f"principles/{name}/{CHANGELOG}"
    return decode(_read(root, shown), shown) if os.path.lexists(root / shown) else ""


def _read(root: Path, shown: str) -> bytes:
    return read(within(root, root / shown, shown), shown)


def _write_file(file: Path, data: bytes, shown: str) -> None:
    """The file is there with these bytes, and none is ever written over."""
    if os.path.lexists(file):
        if file.is_symlink() or not file.is_file() or file.read_bytes() != data:
            raise Occupied(
                "is there already, and a released file never changes",
                where=shown,
                remedy=_ANOTHER,
            )
        return
    _replace(file, data, file.parent)


def _replace(file: Path, data: bytes, folder: Path) -> None:
    """The file holds this, or what it held before: never a part of it."""
    fresh = folder / _FRESH
    fresh.unlink(missing_ok=True)
    with fresh.open("xb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())
    fresh.replace(file)
    _sync(folder)


def _sync(folder: Path) -> None:
    """The names in the folder are on the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One release at a time writes here; the hold dies with its process."""
    with _troubles(folder.name):
        handle = os.open(folder, os.O_RDONLY)
    try:
        with _troubles(folder.name):
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


@contextmanager
def _troubles(shown: str) -> Iterator[None]:
    """Whatever the system refuses inside becomes ``Stopped``, with what to do about it."""
    try:
        yield
    except OSError as error:
        raise Stopped(
            f"could not be written: {error.strerror or error}",
            where=shown,
            remedy="make room, or make the folder writable, and give the same command again: it goes on from here",
        ) from error


def sha256_of(data: bytes) -> str:
    """As the lock holds it."""
    return hashlib.sha256(data).hexdigest()
