"""Runs a kit on one answer: a fresh folder, a bare environment, a launcher, and an end in time whatever happens."""

from __future__ import annotations

import asyncio
import contextlib
import math
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from constitution.core.asking import Request
from constitution.core.execution import Outcome
from constitution.errors import CallFailed, Transient
from constitution.providers.command.ground import bare_environment, fresh_folder, give, launching, pipe, said_by
from constitution.providers.command.kit import ANSWER, FILE_SIZE, OPEN_FILES, PROCESSES, Kit

OF_OURS = 3
"""Processes of the launcher, which count with those of the command."""
LINGER = 1.0
"""Seconds for which a pipe is heard that somebody still holds after the end: only a command with network can."""


@dataclass
class Ear:
    """Hears a pipe to its end, and keeps the beginning."""

    most: int
    held: bytearray = field(default_factory=bytearray)
    cut: bool = False

    async def hear(self, stream: asyncio.StreamReader) -> None:
        """All that comes is taken, so that nobody waits for us to read on."""
        while chunk := await stream.read(65_536):
            self.cut = self.cut or len(self.held) + len(chunk) > self.most
            self.held += chunk[: self.most - len(self.held)]

    @property
    def text(self) -> str:
        """What was heard, with a mark for each byte that is no UTF-8."""
        return self.held.decode(errors="replace")


async def run(kit: Kit, request: Request) -> Outcome:
    """How the command ended on the last message of this request.

    Raises ``Transient`` where nothing can be started just now, ``CallFailed`` where the ground does not hold.
    """
    try:
        with fresh_folder(kit, request) as folder, (folder / ANSWER).open("rb") as answer, pipe() as (told, report):
            process = await asyncio.create_subprocess_exec(
                *launching(kit.command.argv, kit.command.network, report, _limits(kit)),
                stdin=answer,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                cwd=folder,
                env=bare_environment(folder),
                start_new_session=True,  # a group of its own
                pass_fds=(report,),
            )
            return await _ended(process, kit, told)
    except OSError as error:
        raise Transient(f"the command {kit.name} could not be started: {error}") from error


def tried(*, network: bool) -> str:
    """Why no command can be held on this machine; nothing where it can."""
    if sys.platform != "linux":
        return "commands are held by means of Linux, and this is another system"
    with tempfile.TemporaryDirectory(prefix="constitution-") as name, pipe() as (told, report):
        folder = Path(name).resolve()
        give(folder)
        command, environment = launching((), network, report, {}), bare_environment(folder)
        subprocess.run(command, cwd=folder, env=environment, pass_fds=(report,), stdin=subprocess.DEVNULL,
                       capture_output=True, timeout=60, check=False, start_new_session=True)  # fmt: skip
        said = said_by(told)
    if "failed" in said:
        return f"the kernel gives no namespaces of our own ({said['failed']})"
    if not said:
        return "the launcher does not run"
    return "" if said["contained"] else "the kernel gives no namespaces of our own"


async def _ended(process: asyncio.subprocess.Process, kit: Kit, told: int) -> Outcome:
    """How it ended, by itself or by us; nothing of it runs any more."""
    most = kit.command.output * 1024
    out, err = Ear(most), Ear(most)
    assert process.stdout is not None
    assert process.stderr is not None
    hearing = asyncio.gather(out.hear(process.stdout), err.hear(process.stderr))
    timed_out = False
    try:
        async with asyncio.timeout(kit.command.timeout):
            await process.wait()
    except TimeoutError:
        timed_out = True
    finally:
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
        # That the process has ended is told only once nobody holds its pipes any more, whoever that is.
        ends: list[asyncio.Future[Any]] = [hearing, asyncio.ensure_future(process.wait())]
        await asyncio.wait(ends, timeout=LINGER if kit.command.network else None)
        for each in ends:
            each.cancel()
        process._transport.close()  # type: ignore[attr-defined]  # else a pipe that is still held warns at the end
    return _outcome(kit, said_by(told), timed_out, out, err)


def _outcome(kit: Kit, said: Mapping[str, Any], timed_out: bool, out: Ear, err: Ear) -> Outcome:
    """What the launcher told and we heard; raises ``CallFailed`` where the command did not run."""
    if not timed_out and ("failed" in said or not said.keys() & {"exit", "signal"}):
        why = said.get("failed", "its launcher was ended by somebody else")
        raise CallFailed(f"the command {kit.name} could not be run: {why}")
    return Outcome(
        exit=None if timed_out else said.get("exit"),
        signal=None if timed_out else said.get("signal"),
        timed_out=timed_out,
        network=kit.command.network,
        contained=said.get("contained", True),
        stdout=out.text,
        stderr=err.text,
        cut=tuple(name for name, ear in (("stdout", out), ("stderr", err)) if ear.cut),
    )


def _limits(kit: Kit) -> dict[str, int]:
    return {
        "RLIMIT_CPU": math.ceil(kit.command.timeout) + 1,
        "RLIMIT_AS": kit.command.memory * 2**20,
        "RLIMIT_FSIZE": FILE_SIZE,
        "RLIMIT_NOFILE": OPEN_FILES,
        "RLIMIT_NPROC": PROCESSES + OF_OURS,
        "RLIMIT_CORE": 0,
    }
