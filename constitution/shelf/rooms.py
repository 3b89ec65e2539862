"""The folders that hold principles and pipelines, and careful reading from them."""

from __future__ import annotations

import re
from importlib import resources
from pathlib import Path

from constitution.core.strict_yaml import MAX_BYTES
from constitution.errors import BadFile

NUMBER = r"(?:0|[1-9][0-9]{0,8})"
RELEASE = re.compile(rf"({NUMBER})\.({NUMBER})\.({NUMBER})")
"""The name of a released file, without its suffix."""


def own_rooms() -> tuple[Path, ...]:
    """What ships with the package: inside an installed wheel, or around the package in a checkout."""
    package = Path(str(resources.files("constitution"))).resolve()
    rooms = [package / "shipped"]
    if (package.parent / "pyproject.toml").is_file():
        rooms.append(package.parent)
    return tuple(room for room in rooms if (room / "principles").is_dir())


def releases(room: Path, name: str) -> dict[tuple[int, ...], str]:
    """The releases of a constitution in one room: their numbers, and how they are written."""
    found = (RELEASE.fullmatch(file.stem) for file in (room / "principles" / name).glob("*.yaml"))
    return {tuple(map(int, match.groups())): match.group() for match in found if match}


def has_draft(room: Path, name: str) -> bool:
    """Whether the room holds a working copy."""
    return (room / "principles" / name / "draft.yaml").is_file()


def within(room: Path, file: Path, shown: str) -> Path:
    """The file itself; raises ``BadFile`` if a link leads out of the room."""
    real = file.resolve()
    if not real.is_relative_to(room.resolve()):
        raise BadFile("a link leads out of the project", where=shown, remedy="name the file by its path instead")
    return real


def read(file: Path, shown: str) -> bytes:
    """The bytes, at most one more than a file may have; raises ``BadFile``."""
    try:
        with file.open("rb") as stream:
            return stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise BadFile(f"cannot be read: {error.strerror or error}", where=shown) from error
