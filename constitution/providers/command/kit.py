"""A command as ``constitution.toml`` names it, and its kit: the bytes that it runs with, under one fingerprint."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Annotated, Any

from pydantic import Field, StringConstraints

from constitution.core.digest import digest
from constitution.core.records import Record
from constitution.errors import BadFile, NotFound

MAX_BYTES = 16 * 2**20
"""Bytes of all files of a command together; they are copied for each answer."""
ANSWER, PROMPT = "answer.txt", "prompt.json"
"""The files that every command finds in its folder."""
PROCESSES = 32
"""Processes and threads of one command, at once."""
OPEN_FILES = 256
FILE_SIZE = 16 * 2**20
"""Bytes of the largest file that a command may write."""

Word = Annotated[str, StringConstraints(min_length=1, pattern=r"^[^\x00]+$")]


class Command(Record):
    """A program that is run on an answer, and what it may take."""

    argv: tuple[Word, ...] = Field(min_length=1)
    """The program and its arguments; no shell reads them."""
    files: tuple[Word, ...] = ()
    """Files of the project that are copied into its folder, by their paths from ``constitution.toml``."""
    timeout: Annotated[float, Field(gt=0, le=3600, allow_inf_nan=False)] = 10.0
    """Seconds by the clock, and about as many of each process's own time."""
    memory: Annotated[int, Field(strict=True, ge=16, le=1_048_576)] = 512
    """MiB of address space of each process."""
    output: Annotated[int, Field(strict=True, ge=1, le=1024)] = 16
    """KiB that are kept of what it writes to stdout, and as many of stderr."""
    network: Annotated[bool, Field(strict=True)] = False
    """It may reach the network and the sockets of other programs, and is run even where the kernel gives it no
    namespaces."""


@dataclass(frozen=True)
class Kit:
    """A command with the files that it needs, as they were when they were read."""

    name: str
    command: Command
    files: dict[str, tuple[bytes, bool]]
    """Path in its folder to the bytes, and whether they may be executed."""

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 over everything that decides how the command ends, as far as the project holds it."""
        files = {name: [hashlib.sha256(held).hexdigest(), runs] for name, (held, runs) in self.files.items()}
        limits = {"processes": PROCESSES, "open_files": OPEN_FILES, "file_size": FILE_SIZE}
        return digest({**self.command.model_dump(mode="json"), "files": files, "limits": limits})

    @property
    def pinned(self) -> str:
        """The command's name with the first digits of its fingerprint."""
        return f"{self.name}@{self.fingerprint[:12]}"

    def as_json(self) -> dict[str, Any]:
        """What a dataset says of the command: how it was called and held, and the hashes of its files."""
        hashes = {name: hashlib.sha256(held).hexdigest() for name, (held, _) in self.files.items()}
        return {**self.command.model_dump(mode="json"), "files": hashes, "fingerprint": self.fingerprint}


def kit_of(name: str, command: Command, root: Path) -> Kit:
    """The command with the bytes of its files; raises ``BadFile`` and ``NotFound`` for one that cannot be had."""
    files = dict(_read(name, command, root))
    if sum(len(held) for held, _ in files.values()) > MAX_BYTES:
        raise _bad(name, root, f"the files are larger than {MAX_BYTES // 2**20} MiB together", "name fewer")
    return Kit(name, command, files)


def _read(name: str, command: Command, root: Path) -> Iterator[tuple[str, tuple[bytes, bool]]]:
    for given in command.files:
        path = PurePosixPath(given)
        inside = not path.is_absolute() and ".." not in path.parts and str(path) not in (ANSWER, PROMPT, ".")
        if not inside or not (root / path).resolve().is_relative_to(root.resolve()):
            remedy = f"name files of the project, by their paths from constitution.toml, and not {ANSWER} or {PROMPT}"
            raise _bad(name, root, f"{given!r} cannot be taken along", remedy)
        try:
            with (root / path).open("rb") as file:
                yield str(path), (file.read(MAX_BYTES + 1), bool((root / path).stat().st_mode & 0o100))
        except FileNotFoundError as error:
            where = str(root / "constitution.toml")
            raise NotFound(
                f"commands.{name}.files: there is no {given}", where=where, remedy="check the path"
            ) from error
        except OSError as error:
            raise _bad(name, root, f"{given} cannot be read: {error.strerror}", "name a file that can be") from error


def _bad(name: str, root: Path, what: str, remedy: str) -> BadFile:
    return BadFile(f"commands.{name}.files: {what}", where=str(root / "constitution.toml"), remedy=remedy)
