"""The ground that a command stands on: a fresh folder, a bare environment, a launcher, and a pipe to hear from it."""

from __future__ import annotations

import contextlib
import json
import os
import stat
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from constitution.core.asking import Request
from constitution.providers.command.kit import ANSWER, PROMPT, Kit

LAUNCHER = Path(__file__).with_name("launcher.py")
NOBODY = 65_534
"""The user that a command is run as where root starts it."""
ANSWERED = 65_536
"""Bytes that the launcher may tell; a pipe holds as many without waiting."""
FOLDER = os.O_RDONLY | os.O_NOFOLLOW | os.O_DIRECTORY if sys.platform == "linux" else os.O_RDONLY


def bare_environment(folder: Path) -> dict[str, str]:
    """All that a command knows of the environment: no key is among it."""
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "LANG": os.environ.get("LANG", "C.UTF-8"),
        "HOME": str(folder),
    }


def launching(argv: tuple[str, ...], network: bool, report: int, limits: dict[str, int]) -> list[str]:
    """The launcher as a command line; ``argv`` is what it goes before, nothing where the ground is only tried."""
    order = {"argv": argv, "network": network, "report": report, "limits": limits, "user": _user()}
    return [sys.executable, "-I", "-S", "-B", str(LAUNCHER), json.dumps(order)]


@contextlib.contextmanager
def fresh_folder(kit: Kit, request: Request) -> Iterator[Path]:
    """Inside, there is a fresh folder with the answer, the prompt and the command's files, which are not to change."""
    *prompt, answer = request.messages
    said = json.dumps([message.as_json() for message in prompt], ensure_ascii=False)
    texts = {ANSWER: (answer.content, False), PROMPT: (said, False)}
    files = {name: (text.encode(errors="replace"), runs) for name, (text, runs) in texts.items()}
    with tempfile.TemporaryDirectory(prefix="constitution-", ignore_cleanup_errors=True) as name, emptied(name):
        folder = Path(name).resolve()
        for path, (held, runs) in {**kit.files, **files}.items():
            place = folder / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(held)
            place.chmod(0o555 if runs else 0o444)
        for place in (folder, *(each for each in folder.rglob("*") if each.is_dir())):
            give(place)
        yield folder


@contextlib.contextmanager
def emptied(name: str) -> Iterator[None]:
    """After the block the folder is empty, however deep a command has dug in it: no stack and no path is that long."""
    try:
        yield
    finally:
        with contextlib.suppress(OSError):
            _empty(os.open(name, FOLDER))


def _empty(here: int) -> None:
    """The open folder is empty, and closed; raises ``OSError`` where something in it moves meanwhile."""
    above: list[tuple[str, int]] = []
    left = [_swept(here)]
    try:
        while left[-1] or above:
            if left[-1]:
                name = left[-1].pop()
                os.chmod(name, 0o700, dir_fd=here)
                above.append((name, os.fstat(here).st_ino))
                here = _gone_to(name, here)
                left.append(_swept(here))
            else:
                left.pop()
                name, number = above.pop()
                here = _gone_to("..", here)
                if os.fstat(here).st_ino != number:
                    return  # somebody moved it, and what stands here is not ours
                os.rmdir(name, dir_fd=here)
    finally:
        os.close(here)


def _gone_to(name: str, here: int) -> int:
    """The folder of this name, opened; the one it was opened from is closed."""
    there = os.open(name, FOLDER, dir_fd=here)
    os.close(here)
    return there


def _swept(here: int) -> list[str]:
    """The names of the folders in this one, of which nothing else is left."""
    found = []
    for each in os.listdir(here):
        if stat.S_ISDIR(os.stat(each, dir_fd=here, follow_symlinks=False).st_mode):
            found.append(each)
        else:
            os.unlink(each, dir_fd=here)
    return found


def give(folder: Path) -> None:
    """The folder belongs to whoever the command is run as."""
    if (user := _user()) is not None:
        os.chown(folder, user, user)


def _user() -> int | None:
    """Whom root runs a command as; None for others, and for the root of a container who is an ordinary user outside."""
    if os.geteuid() != 0:
        return None
    spans = (map(int, line.split()) for line in Path("/proc/self/uid_map").read_text().splitlines())
    return NOBODY if any(first <= NOBODY < first + count for first, _, count in spans) else None


@contextlib.contextmanager
def pipe() -> Iterator[tuple[int, int]]:
    """A pipe by which the launcher tells how it went; nothing in it is waited for."""
    told, report = os.pipe()
    os.set_blocking(told, False)
    try:
        yield told, report
    finally:
        os.close(told)
        os.close(report)


def said_by(told: int) -> dict[str, Any]:
    """All that the launcher told so far."""
    try:
        lines = os.read(told, ANSWERED).splitlines()
    except BlockingIOError:
        return {}
    return {key: value for line in lines for key, value in json.loads(line).items()}
