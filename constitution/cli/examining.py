"""What the doctor looks at: the machine, the project, who can be asked, the ledger, and what is on the shelf."""

from __future__ import annotations

import os
import platform
import re
import shutil
from collections.abc import Iterator
from contextlib import closing
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from typing import Any

from pydantic import Field

from constitution import __version__
from constitution.cli.tables import count
from constitution.core.records import Record
from constitution.errors import ConstitutionError
from constitution.ledger import read_ledger
from constitution.ledger.opening import writer_of
from constitution.ledger.store import RESERVE
from constitution.providers import PROVIDERS
from constitution.providers.endpoints import Endpoint, Settings, opened, read_settings
from constitution.recipe import read_recipe
from constitution.shelf import Shelf

SMALLEST_ROOM = max(RESERVE, 2**30)
"""Bytes that should be free: what the ledger wants in any case, and a dataset beside its predecessor."""


class Fact(Record):
    """One thing that was looked at."""

    part: str
    name: str
    told: str
    values: dict[str, Any] = Field(default_factory=dict)
    finding: str = ""
    """What is wrong with it and what to do; nothing where all is well."""


def packages() -> Iterator[Fact]:
    """Python and the packages that we stand on, each with its version."""
    yield Fact(part="python", name="python", told=f"{platform.python_version()} on {platform.platform()}")
    yield Fact(part="python", name="constitution", told=__version__)
    for requirement in requires("constitution") or ():
        name, _, extra = requirement.partition(";")
        name = re.split(r"[\[<>=!~ ]", name)[0]
        if "dev" in extra:
            continue
        try:
            yield Fact(part="python", name=name, told=version(name))
        except PackageNotFoundError:
            wrong = "" if extra else f"{name} is not installed; install constitution again"
            yield Fact(part="python", name=name, told="not installed", finding=wrong)


def project(root: Path) -> tuple[Settings, list[Fact]]:
    """The root, what its ``constitution.toml`` says, and the room on its disk."""
    file = root / "constitution.toml"
    settings, told, finding = Settings(), "read" if file.is_file() else "none: this folder is the root as it is", ""
    try:
        settings = read_settings(file)
    except ConstitutionError as error:
        told, finding = "cannot be read", error.sentence
    free = shutil.disk_usage(root).free
    short = f"only {size(free)} are free on the disk of {root}; make room" if free < SMALLEST_ROOM else ""
    return settings, [
        Fact(part="project", name="root", told=str(root)),
        Fact(part="project", name="constitution.toml", told=told, finding=finding),
        Fact(part="project", name="disk", told=f"{size(free)} free", values={"free": free}, finding=short),
    ]


def providers(endpoints: dict[str, Endpoint]) -> Iterator[Fact]:
    """Who can be asked, and whether its key is there; a key itself is never shown."""
    for name in PROVIDERS:
        missing = missing_key(name, {})
        yield Fact(part="providers", name=name, told=missing or "ready", values={"ready": not missing})
    for name, endpoint in endpoints.items():
        missing = missing_key(name, endpoints)
        key = f"{endpoint.key_env} is {'not ' if missing else ''}set" if endpoint.key_env else "no key"
        yield Fact(
            part="endpoints",
            name=name,
            told=f"wire {endpoint.wire}, {endpoint.base_url}, {key}",
            values={**endpoint.as_json(), "ready": not missing},
            finding=f"endpoint {name} cannot be asked: {missing}; export it" if missing else "",
        )


def missing_key(name: str, endpoints: dict[str, Endpoint]) -> str:
    """What this provider or endpoint lacks; nothing where it is ready."""
    try:
        opened(name, endpoints).ready()
    except ConstitutionError as error:
        return error.what
    return ""


def ledger(path: Path) -> Iterator[Fact]:
    """The ledger: what it holds, and whether a run could write to it now."""
    there = path.exists()
    yield Fact(part="ledger", name="file", told=f"{path}{'' if there else ' (not there yet)'}")
    owner = writer_of(path)
    busy = f"process {owner} is writing to the ledger; wait for it, or name another with --ledger" if owner else ""
    yield Fact(part="ledger", name="writer", told=f"process {owner}" if owner else "nobody", finding=busy)
    nearest = next(folder for folder in (path, *path.absolute().parents) if folder.exists())
    can = os.access(nearest, os.W_OK) and os.access(nearest if nearest.is_dir() else nearest.parent, os.W_OK)
    refused = "" if can else f"{nearest} cannot be written; change its permissions, or name another with --ledger"
    yield Fact(part="ledger", name="writable", told="yes" if can else "no", values={"writable": can}, finding=refused)
    if there:
        yield _held(path)


def _held(path: Path) -> Fact:
    try:
        with closing(read_ledger(path)) as found:
            held = {
                "bytes": path.stat().st_size,
                "replies": found.replies(),
                "quarantined": found.set_aside(),
                "unsettled": found.unsettled(),
            }
    except ConstitutionError as error:
        return Fact(part="ledger", name="holds", told="cannot be read", finding=error.sentence)
    told = (
        f"{count(held['replies'], 'reply', 'replies')} in {size(held['bytes'])}; "
        f"{held['quarantined']:,} quarantined, {held['unsettled']:,} sent and never answered"
    )
    return Fact(part="ledger", name="holds", told=told, values=held)


def shelf(root: Path) -> Iterator[Fact]:
    """Each constitution with its versions, held to the lock, and each recipe, read."""
    found = Shelf(root)
    for name in found.names():
        for wanted in found.versions(name):
            ref = f"{name}@{wanted}"
            try:
                shelved = found.constitution(ref)
            except ConstitutionError as error:
                yield Fact(part="constitutions", name=ref, told="cannot be used", finding=error.sentence)
                continue
            state = "draft, not locked" if wanted == "draft" else "as the lock has it"
            yield Fact(part="constitutions", name=ref, told=state, values={"sha256": shelved.sha256})
    for name in found.recipes():
        try:
            recipe, _ = read_recipe((text := found.recipe_text(name)).text, text.name)
        except ConstitutionError as error:
            yield Fact(part="recipes", name=name, told="cannot be used", finding=error.sentence)
            continue
        yield Fact(part="recipes", name=name, told=f"of {recipe.constitution}")


def size(number: int) -> str:
    """Bytes in words.

    >>> size(1536), size(3 * 2**30)
    ('1.5 KiB', '3.0 GiB')
    """
    for unit, least in (("GiB", 2**30), ("MiB", 2**20), ("KiB", 2**10)):
        if number >= least:
            return f"{number / least:,.1f} {unit}"
    return f"{number} bytes"
