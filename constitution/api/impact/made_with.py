"""What a finished dataset folder was made with, and the order that would make it again under other principles."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from constitution.api.order import Order
from constitution.api.preparing import ENGINE, Prepared
from constitution.core.digest import digest
from constitution.core.records import Prompt
from constitution.core.strict_yaml import decode
from constitution.core.trail import Trail
from constitution.dataset.folder import load_manifest, load_trails
from constitution.dataset.manifest import json_bytes
from constitution.errors import BadFile
from constitution.principles.model import Constitution
from constitution.principles.reading import read_constitution

_ANEW = "run again to write the folder anew"


@dataclass(frozen=True, kw_only=True)
class MadeWith:
    """A finished folder, and everything that it depends on as far as the folder itself keeps it."""

    out: Path
    ref: str
    """The constitution as the run called it."""
    sha256: str
    """Of the principle file, whose bytes the folder keeps."""
    constitution: Constitution
    lock: Mapping[str, Any]
    """The recipe, fully resolved."""
    roles: Mapping[str, str]
    inputs: Mapping[str, str]
    trails: tuple[Trail, ...]
    """In prompt order."""

    @property
    def seed(self) -> str:
        """Key of every choice by chance."""
        return str(self.lock["seed"])

    @cached_property
    def critiques(self) -> tuple[Mapping[str, Any], ...]:
        """The settings of each stage that holds drafts to principles."""
        return tuple(stage["critique"] for stage in self.lock["stages"] if "critique" in stage)

    @property
    def only(self) -> str | None:
        """The one principle to which the run was held, if it was."""
        named = {tuple(settings["principles"]) for settings in self.critiques}
        held = named.pop() if len(named) == 1 else ()
        return str(held[0]) if len(held) == 1 else None

    @property
    def prompts(self) -> tuple[Prompt, ...]:
        """The prompts, in their order."""
        return tuple(trail.prompt for trail in self.trails)


def read_made(out: Path) -> MadeWith:
    """The folder as it says of itself; raises ``NotFound`` and ``BadFile`` for what is no finished dataset of ours."""
    manifest = load_manifest(out)
    trails = tuple(trail for _, trail in load_trails(out))
    try:
        said, recipe = manifest.constitution, manifest.run_recipe
        file = out / said.file
        content, lock = file.read_bytes(), json.loads((out / recipe.file).read_bytes())
        made = MadeWith(
            out=out,
            ref=said.ref,
            sha256=said.sha256,
            constitution=read_constitution(decode(content, str(file)), str(file)),
            lock=lock,
            roles=manifest.roles,
            inputs=manifest.inputs,
            trails=trails,
        )
        whole = bool(made.seed) and "author" in made.roles and bool(made.critiques or made.lock["stages"])
    except (KeyError, TypeError, ValueError, OSError) as error:
        raise BadFile(
            f"what it was made with cannot be read: {error}", where=str(out / "provenance"), remedy=_ANEW
        ) from error
    if not whole or hashlib.sha256(content).hexdigest() != made.sha256 or digest(lock) != recipe.sha256:
        raise BadFile("its recipe or its principle file is not as the run left it", where=str(out), remedy=_ANEW)
    return made


def rows_of(prompts: Iterable[Prompt]) -> list[dict[str, Any]]:
    """The prompts as rows that are read back as the very same prompts."""
    return [_row(prompt) for prompt in prompts]


def _row(prompt: Prompt) -> dict[str, Any]:
    said = {name: getattr(prompt, name) for name in ("intent", "language", "origin", "source", "license", "group_id")}
    return {
        **said,
        "id": prompt.source_id,
        "tags": list(prompt.tags),
        "messages": [message.as_json() for message in prompt.messages],
        "candidates": [candidate.as_json() for candidate in prompt.candidates],
    }


def roles_like(
    made: MadeWith, *, model: str | None, critic: str | None, reviser: str | None, judge: str | None
) -> dict[str, str]:
    """Who plays each role: who is named, else who did in the folder.

    A role whose player stood in for another there, as a critic for whom the author was taken, stays with that other.
    """
    was = made.roles
    author = model or was["author"]
    critic = critic or (author if was["critic"] == was["author"] else was["critic"])
    reviser = reviser or (author if was["reviser"] == was["author"] else was["reviser"])
    judge = judge or (critic if was["judge"] == was["critic"] else was["judge"])
    return {**was, "author": author, "critic": critic, "reviser": reviser, "judge": judge}


def hold_to_recipe(made: MadeWith, prepared: Prepared) -> None:
    """Passes when the recipe of the order is the one that made the folder; raises ``BadFile`` naming what differs."""
    now, was = json.loads(json_bytes(prepared.lock)), made.lock
    parts = [name for name in {**was, **now} if name != "engine" and was.get(name) != now.get(name)]
    if parts:
        raise BadFile(
            f"this recipe is not the one that {made.out} was made with: {', '.join(parts)} differ, so that a run would "
            "ask more than what the edit touches",
            where=prepared.recipe.name,
            remedy=f"name the file of that recipe with --recipe, or run this one first to write {made.out} anew",
        )


def otherwise(made: MadeWith, prepared: Prepared, order: Order) -> Iterator[str]:
    """What else than the principles is not as it was when the folder was made, a sentence each."""
    if prepared.roles != dict(made.roles):
        changed = [f"{role} {made.roles.get(role)} → {name}" for role, name in prepared.roles.items()
                   if made.roles.get(role) != name]  # fmt: skip
        yield f"other models than in {made.out} ({', '.join(changed)}): they are asked about all rows, edit or no edit"
    if made.lock.get("engine") != ENGINE:
        yield f"{made.out} was made by {made.lock.get('engine')}, this is {ENGINE}: questions may be put otherwise"
    if made.inputs.get("rulings", prepared.rulings.digest) != prepared.rulings.digest:
        yield f"the rulings are others than when {made.out} was made; a run would apply those of today"
    if made.inputs.get("accept", digest(order.accept)) != digest(order.accept):
        yield f"{made.out} stopped once it had enough pairs: a run that stops there too may draw other prompts"
