"""The commands of a recipe: found in ``constitution.toml``, pinned, and let run only where the order allows it."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from constitution.core.places import Document
from constitution.errors import Mistake
from constitution.providers.command.kit import Command
from constitution.providers.command.provider import Commands
from constitution.providers.command.running import tried
from constitution.providers.provider import Provider
from constitution.recipe import Recipe
from constitution.recipe.commands import commands_named


@dataclass(frozen=True, kw_only=True)
class Commanded:
    """What a run needs of the commands that its recipe names; empty for most recipes."""

    models: Mapping[str, str] = field(default_factory=dict)
    """Name to the model ``command:NAME@PIN`` that stands for it."""
    providers: Mapping[str, Provider] = field(default_factory=dict)
    """Who runs them; nobody, unless that was allowed."""
    lock: Mapping[str, Any] = field(default_factory=dict)
    """What the dataset says of them, under the key ``commands``; empty where there are none."""
    notes: tuple[str, ...] = ()


def commanded(
    recipe: Recipe, document: Document, commands: Mapping[str, Command], root: Path, *, allowed: bool, ready: bool
) -> Commanded:
    """The commands that the recipe names, and only these; with ``ready``, they can be run.

    Raises ``BadFile`` at the line that names a command that the project does not, ``Mistake`` where one would be run
    that was not ``allowed``, or cannot be held on this machine.
    """
    named = commands_named(recipe, document)
    if not named:
        return Commanded()
    for name, at in named.items():
        if name not in commands:
            known = f"it names {', '.join(sorted(commands))}" if commands else "it names none"
            remedy = f"{known}; write [commands.{name}] with argv = [...] into {root / 'constitution.toml'}"
            raise document.bad(at, f"constitution.toml names no command {name!r}", remedy=remedy, key=True)
    provider = Commands({name: commands[name] for name in named}, root)
    kits = {name: provider.kit(name) for name in named}
    if ready and not allowed:
        raise _unallowed(recipe, {name: commands[name] for name in named})
    if ready:
        provider.ready()
    return Commanded(
        models={name: f"command:{kit.pinned}" for name, kit in kits.items()},
        providers={"command": provider} if allowed else {},
        lock={"commands": {name: kit.as_json() for name, kit in kits.items()}},
        notes=tuple(_notes({name: commands[name] for name in named}, ready=ready)),
    )


def _unallowed(recipe: Recipe, commands: Mapping[str, Command]) -> Mistake:
    told = "; ".join(f"{name}: {shlex.join(command.argv)}" for name, command in commands.items())
    return Mistake(
        f"the recipe {recipe.name} runs a program of yours on what models wrote ({told}), and nobody has allowed it; "
        "nothing was asked",
        remedy="add --allow-commands to constitution run, where that is meant; no other verb runs any",
    )


def _notes(commands: Mapping[str, Command], *, ready: bool) -> Iterator[str]:
    """What the user should know: a command that could tell others what it is handed."""
    for name, command in commands.items():
        if command.network:
            held = tried(network=True) if ready else ""
            alone = f", and is held by limits alone: {held}" if held else ""
            yield f"the command {name} may reach the network, as constitution.toml says{alone}"
