"""What a new project starts with: its own copy of the principles, recipes, templates and example prompts."""

from __future__ import annotations

import re
from pathlib import Path

from constitution.errors import Mistake
from constitution.shelf.lock import LOCK, read_lock, write_lock
from constitution.shelf.rooms import RELEASE

COPIED = ("principles/*.json", "principles/*/*.yaml", "pipelines/*.yaml", "pipelines/templates/*.md")
EXAMPLE = ("examples/prompts.jsonl", "prompts.jsonl")
_VERSION_LINE = re.compile(rb"^version:.*\r?\n", re.MULTILINE)


def fill(source: Path, dest: Path) -> list[Path]:
    """``dest`` holds all that ``source`` ships; returns the files that are new, and leaves the others as they are.

    Raises ``Mistake`` when the folder cannot be written to.
    """
    wanted = {
        file.relative_to(source): file.read_bytes()
        for glob in COPIED
        for file in sorted(source.glob(glob))
        if file.stem != "draft"
    }
    prompts = source / EXAMPLE[0]
    if prompts.is_file():
        wanted[Path(EXAMPLE[1])] = prompts.read_bytes()
    wanted |= _drafts(wanted)
    try:
        new = [relative for relative, data in wanted.items() if _write(dest / relative, data)]
        locked = _lock(source / "principles", dest / "principles", new)
    except OSError as error:
        raise Mistake(
            f"cannot write: {error.strerror or error}",
            where=str(error.filename or dest),
            remedy="choose a folder that you may write to",
        ) from error
    return [dest / relative for relative in new] + locked


def _drafts(wanted: dict[Path, bytes]) -> dict[Path, bytes]:
    """A draft beside the latest release of each constitution: its text without the version."""
    latest: dict[Path, tuple[tuple[int, ...], bytes]] = {}
    for relative, data in wanted.items():
        match = RELEASE.fullmatch(relative.stem)
        if match and relative.parts[0] == "principles":
            number = tuple(map(int, match.groups()))
            latest[relative.parent] = max(latest.get(relative.parent, ((), b"")), (number, data))
    return {folder / "draft.yaml": _VERSION_LINE.sub(b"", data, count=1) for folder, (_, data) in latest.items()}


def _write(file: Path, data: bytes) -> bool:
    """Whether the file is new; one that exists, a dangling link among them, is left alone."""
    file.parent.mkdir(parents=True, exist_ok=True)
    try:
        with file.open("xb") as stream:
            stream.write(data)
    except FileExistsError:
        return False
    return True


def _lock(source: Path, dest: Path, new: list[Path]) -> list[Path]:
    """The project's lock knows the releases that were copied now."""
    ours, theirs = read_lock(source, LOCK), read_lock(dest, f"principles/{LOCK}")
    copied = {relative.relative_to("principles").as_posix() for relative in new if relative.parts[0] == "principles"}
    added = {key: approval for key, approval in ours.items() if key in copied and key not in theirs}
    if not added:
        return []
    was_there = (dest / LOCK).is_file()
    write_lock(dest, theirs | added)
    return [] if was_there else [dest / LOCK]
