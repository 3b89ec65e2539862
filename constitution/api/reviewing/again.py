"""The run that applies rulings to a dataset: its command, as far as the folder tells what it was made with."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from constitution.api.prompts import read_prompts
from constitution.api.reviewing.desk import Desk
from constitution.core.digest import digest, digest_each
from constitution.errors import ConstitutionError
from constitution.recipe import read_recipe
from constitution.rulings import FILE
from constitution.shelf import Shelf

PROMPTS = "PROMPTS"
"""Stands where the file of prompts is not known."""
_LARGEST = 20_000_000


def run_again(desk: Desk) -> str:
    """The ``run`` command that makes the folder anew, with ``PROMPTS`` where its prompts are in no file here."""
    lock = _json(desk.out / "provenance/recipe.lock.json")
    words = ["constitution", "run", str(lock.get("name", "RECIPE")), *_flags(desk)]
    words += ["--allow-commands"] * runs_commands(lock)
    if lock.get("seed") != _own_seed(desk, lock):
        words += ["--seed", str(lock.get("seed"))]
    return shlex.join([*words, "--out", f"{desk.out}".rstrip("/") + "/"])


def runs_commands(lock: Mapping[str, Any]) -> bool:
    """Whether the recipe of this lock runs commands of the project on answers, which a run has to allow."""
    stages = lock.get("stages")
    return isinstance(stages, list) and any("execute" in stage for stage in stages if isinstance(stage, Mapping))


def _json(file: Path) -> dict[str, Any]:
    """What a file of the folder says; nothing where it cannot be read."""
    try:
        found = json.loads(file.read_bytes())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _own_seed(desk: Desk, lock: dict[str, Any]) -> Any:
    """The seed of the recipe as it is on the shelf; that of the lock where it is not there."""
    try:
        found = Shelf(desk.root).recipe_text(str(lock.get("name")))
        return read_recipe(found.text, found.name)[0].seed
    except ConstitutionError:
        return lock.get("seed")


def _flags(desk: Desk) -> Iterator[str]:
    yield from ("--prompts", _prompts(desk))
    yield from ("--principles", desk.principles or desk.manifest.constitution.ref)
    roles = desk.manifest.roles
    author, critic = roles.get("author"), roles.get("critic")
    for flag, model, fallback in (
        ("--model", author, "simulator:plain"),
        ("--critic", critic, author),
        ("--reviser", roles.get("reviser"), author),
        ("--judge", roles.get("judge"), critic),
    ):
        if model and model != fallback:
            yield from (flag, str(model))
    yield from (part for role in sorted(roles) if role.startswith("judge-") for part in ("--panel", str(roles[role])))
    if roles.get("teacher") and author != "simulator:plain":
        yield from ("--teacher", str(roles["teacher"]))
    rows = desk.manifest.rows.count
    if rows and desk.manifest.inputs.get("accept") == digest(rows):
        yield from ("--accept", str(rows))
    if desk.given is not None:
        yield from ("--rulings", str(desk.given))


def _prompts(desk: Desk) -> str:
    """The file in the working folder or the project whose prompts these are."""
    wanted = desk.manifest.inputs.get("prompts")
    for folder in dict.fromkeys((Path(), desk.root)):
        for file in sorted([*folder.glob("*.jsonl"), *folder.glob("*.csv"), *folder.glob("examples/*.jsonl")]):
            if file.name != FILE and file.stat().st_size <= _LARGEST and _digest(file) == wanted:
                return str(file)
    return PROMPTS


def _digest(file: Path) -> str:
    try:
        return digest_each(prompt.as_json() for prompt in read_prompts(file)[0])
    except ConstitutionError:
        return ""
