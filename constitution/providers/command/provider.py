"""The provider: a request names a command and holds an answer, the reply says how the command ended on it."""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from constitution.core.asking import Reply, Request, Usage
from constitution.errors import Mistake, NotFound, ProviderGone
from constitution.providers.command.kit import Command, Kit, kit_of
from constitution.providers.command.running import run, tried

ENABLE = (
    "allow user namespaces (sysctl user.max_user_namespaces=10000; on Ubuntu "
    "kernel.apparmor_restrict_unprivileged_userns=0; in a container, a seccomp profile that lets unshare and mount "
    "through), with Linux 5.12 or newer; or, where the network and what you can read may be open to the command, write "
    "network = true under [commands.{name}] in constitution.toml"
)


class Commands:
    """The commands of one project; without any, as where nobody allowed them, it runs nothing.

    A command gets the answer on stdin and as ``answer.txt``, the prompt's messages as ``prompt.json``, copies of its
    files, and an environment of ``PATH``, ``LANG`` and ``HOME``. It may write in its own fresh folder only, and has no
    network, nor any socket by which other programs could be asked. It may read what the user may read, or, where the
    user is root, what ``nobody`` may.
    """

    def __init__(self, commands: Mapping[str, Command] | None = None, root: Path | None = None) -> None:
        self._commands = commands or {}
        self._root = root or Path()
        self._kits: dict[str, Kit] = {}
        self._places = asyncio.Semaphore(cores())

    def kit(self, name: str) -> Kit:
        """The command of this name with its files, read once; raises ``NotFound`` and ``BadFile``."""
        if name not in self._commands:
            remedy = f"name it in constitution.toml as [commands.{name}]; it plays no role, and only execute asks it"
            raise NotFound(f"no command {name!r} may be run here", remedy=remedy)
        if name not in self._kits:
            self._kits[name] = kit_of(name, self._commands[name], self._root)
        return self._kits[name]

    def check(self, model: str) -> None:
        """Raises ``NotFound`` for a command that is not named, or whose files are not there."""
        self.kit(model.partition("@")[0])

    def ready(self) -> None:
        """Raises ``Mistake`` where a command cannot be held, ``NotFound`` for a program that is not installed."""
        if sys.platform != "linux":
            raise Mistake(tried(network=True), remedy="run the recipe on Linux")
        for name in self._commands:
            if not self._there(self.kit(name)):
                program = self._commands[name].argv[0]
                remedy = "install it where PATH finds it, or name it in files, with the right to be executed"
                raise NotFound(f"commands.{name}: there is no program {program}", remedy=remedy)
        closed = [name for name, command in self._commands.items() if not command.network]
        why = tried(network=False) if closed or not self._commands else ""
        if why:
            name = closed[0] if closed else "NAME"
            raise Mistake(f"commands cannot be held: {why}", remedy=ENABLE.format(name=name))

    def _there(self, kit: Kit) -> bool:
        program = kit.command.argv[0]
        if program.startswith("/") or "/" not in program:
            return shutil.which(program) is not None
        return kit.files.get(str(PurePosixPath(program)), (b"", False))[1]

    def pinned(self, model: str) -> str:
        """The command's name with the fingerprint of its words, files and limits: edited, it is asked anew."""
        return self.kit(model).pinned

    def untaken(self, model: str) -> frozenset[str]:
        """A command takes no settings of a request, and is sent none."""
        return frozenset()

    def allowance(self) -> None:
        """A command may be run without end."""

    async def answer(self, request: Request) -> Reply:
        """How the command ended, as the JSON of an ``Outcome``; as many run at once as there are cores.

        Raises ``ProviderGone`` for a command that is not the one asked for, ``CallFailed`` where it cannot be run.
        """
        name = request.model_name
        kit = self.kit(name.partition("@")[0])
        if name != kit.pinned:
            raise ProviderGone(f"the command {kit.name} was edited meanwhile", remedy="run again: it is asked anew")
        async with self._places:
            outcome = await run(kit, request)
        return Reply(text=outcome.text, model_returned=f"command:{name}", usage=Usage())

    async def close(self) -> None:
        """There is nothing to let go of: no command outlives its call."""


def cores() -> int:
    """Processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
