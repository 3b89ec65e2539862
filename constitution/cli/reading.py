"""Reads a dataset folder back for people: its trails, the calls behind them, and the principles in their words."""

from __future__ import annotations

import json
import re
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from constitution.api import Run
from constitution.api.loading import load_calls
from constitution.api.pricing import prices_here
from constitution.cli.fates import reasons
from constitution.cli.funnel import Funnel
from constitution.cli.steps import stages_of
from constitution.core.trail import Trail
from constitution.dataset.folder import load_manifest, load_trails
from constitution.dataset.statement import Manifest
from constitution.errors import BadFile, NotFound
from constitution.principles.model import Constitution, Principle
from constitution.principles.reading import read_constitution
from constitution.spool import OnDemand


@dataclass(frozen=True, kw_only=True)
class Shown:
    """What ``show`` needs of a folder."""

    trails: Sequence[Trail]
    """In prompt order."""
    constitution: Constitution
    funnel: Funnel

    @cached_property
    def rows(self) -> Sequence[int]:
        """Positions of the trails that became rows."""
        return array("Q", (place for place, trail in enumerate(self.trails) if trail.fate == "paired"))

    @property
    def paired(self) -> Sequence[Trail]:
        """The trails that became rows."""
        return OnDemand(self.trails.__getitem__, self.rows)

    @cached_property
    def why(self) -> dict[str, list[tuple[str, int]]]:
        """For each fate but ``paired`` its commonest reasons, each with how many prompts it ended."""
        return reasons(self.trails)

    @cached_property
    def numbers(self) -> dict[int, int]:
        """Position of a prompt to the number of its row, where it has one."""
        return {position: number for number, position in enumerate(self.rows, 1)}

    @property
    def told(self) -> dict[str, Principle]:
        """The principles by id."""
        return {principle.id: principle for principle in self.constitution.principles}

    def title(self, trail: Trail) -> str:
        """How one trail of these is headed."""
        if trail.pair is None or trail.fate != "paired":
            return f"no pair · {trail.prompt.id}"
        return f"pair {self.paired.index(trail) + 1} of {len(self.paired)} · {trail.pair.pair_id} · {trail.prompt.id}"

    def find(self, wanted: str) -> Trail:
        """The trail of this row number, pair id or prompt id, the ids also by their beginning.

        Raises ``NotFound`` where none fits, or several do.
        """
        if re.fullmatch("[0-9]{1,7}", wanted):
            if 1 <= int(wanted) <= len(self.paired):
                return self.paired[int(wanted) - 1]
            raise NotFound(f"there is no row {wanted}", remedy=self._rows())
        fitting = [trail for trail in self.trails if wanted and any(name.startswith(wanted) for name in _names(trail))]
        if len({trail.prompt.id for trail in fitting}) > 1:
            what = "pairs" if wanted.startswith("pp1") else "prompts"
            raise NotFound(f"{wanted!r} fits {len(fitting)} {what}", remedy="write more of the id")
        if not fitting:
            raise NotFound(f"nothing here is named {wanted!r}", remedy="name a row number, a pair id or a prompt id")
        return fitting[0]

    def _rows(self) -> str:
        """Which rows there are."""
        if not self.paired:
            return f"there are no rows: none of the {len(self.trails)} prompts made a pair; leave the number out"
        return "there is 1 row" if len(self.paired) == 1 else f"there are {len(self.paired)} rows, counted from 1"


def _names(trail: Trail) -> tuple[str, ...]:
    pairs = [trail.pair.pair_id] if trail.pair else []
    pairs += [ruling.pair_id for ruling in trail.rulings if ruling.about == "pair"]
    own = trail.prompt.source_id or ""
    return (
        trail.prompt.id,
        trail.prompt.id.partition("-")[2],
        *pairs,
        *(pair.partition(":")[2] for pair in pairs),
        own,
    )


def read_folder(out: Path) -> Shown:
    """The folder's contents; raises ``NotFound`` and ``BadFile`` for what is no finished dataset of ours."""
    manifest = load_manifest(out)
    trails = tuple(trail for _, trail in load_trails(out))
    try:
        file = out / manifest.constitution.file
        constitution = read_constitution(file.read_text(encoding="utf-8"), str(file))
    except (KeyError, TypeError, OSError, UnicodeDecodeError) as error:
        raise BadFile(
            "its principle file cannot be read", where=str(out), remedy="run again to write the folder anew"
        ) from error
    stages = stages_of(_lock(out, manifest))
    funnel = Funnel.of(trails, load_calls(out), prices_here(), stages=stages)
    return Shown(trails=trails, constitution=constitution, funnel=funnel)


def _lock(out: Path, manifest: Manifest) -> Mapping[str, Any]:
    """The recipe as the folder keeps it; nothing where it cannot be read, as nothing but steps hangs on it here."""
    try:
        lock = json.loads((out / manifest.run_recipe.file).read_bytes())
    except (KeyError, TypeError, ValueError, OSError):
        return {}
    return lock if isinstance(lock, Mapping) else {}


def shown_of(run: Run, constitution: Constitution, funnel: Funnel) -> Shown:
    """What ``read_folder`` would say of the folder that this run wrote, without reading it again."""
    return Shown(trails=run.trails, constitution=constitution, funnel=funnel)
