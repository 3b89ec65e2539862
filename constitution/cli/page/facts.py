"""Facts: everything that a page is made from, read from one dataset folder and from nothing else."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from constitution.api.reviewing.measures import Measure, critic_measures
from constitution.api.reviewing.subjects import subjects_of
from constitution.cli.reading import Shown, read_folder
from constitution.core.records import PrincipleRef
from constitution.core.rulings import Rulings
from constitution.core.trail import Critique, Trail
from constitution.dataset.folder import load_statement
from constitution.dataset.layout import TRAILS
from constitution.dataset.made_of import PrincipleFile
from constitution.dataset.statement import Manifest, Statement
from constitution.errors import BadFile
from constitution.pairing.earned import sides, violations
from constitution.pairing.story import held, revised
from constitution.pairing.words import called
from constitution.principles.model import Principle


@dataclass(frozen=True, kw_only=True)
class Facts:
    """One row, and what its folder says of how it came to be."""

    trail: Trail
    shown: Shown
    statement: Statement
    """What the folder says of itself."""
    lock: Mapping[str, Any]
    """The recipe, fully resolved."""
    hashes: Mapping[str, str]
    """Files that the page was made from, with the SHA-256 that they have now."""

    @property
    def name(self) -> str:
        """Of the dataset."""
        return self.manifest.dataset.name

    @property
    def manifest(self) -> Manifest:
        """The same without the hashes of its files."""
        return self.statement.predicate

    @property
    def said(self) -> PrincipleFile:
        """What the manifest says of the constitution."""
        return self.manifest.constitution

    @property
    def approval(self) -> Mapping[str, Any] | None:
        """Who released the principle file and why."""
        return self.said.approval

    @property
    def roles(self) -> Mapping[str, str]:
        """Role to ``provider:model``, as they were asked for."""
        return self.manifest.roles

    @property
    def held(self) -> int:
        """Position of the answer that is to be shown to be the worse one."""
        return held(self.trail)

    @property
    def better(self) -> int | None:
        """Position of the answer that is to be the better one."""
        positions = sides(self.trail)
        return positions[1] if positions else None

    @property
    def revised(self) -> bool:
        """Whether the page tells of one answer and its revision; else of several that were compared."""
        return revised(self.trail)

    @property
    def broken(self) -> tuple[Critique, ...]:
        """The violations found in the answer that is to be the worse one."""
        return violations(self.trail, self.held)

    def called(self, position: int | None) -> str:
        """What the answer at this position is called."""
        return called(self.trail, -1 if position is None else position)

    @property
    def rehearsal(self) -> bool:
        """The simulator took part in this row."""
        texts = any(response.origin == "simulator" for response in self.trail.responses)
        return texts or any(step.agent == "simulator" for step in self.trail.steps)

    def principle(self, ref: PrincipleRef) -> Principle | None:
        """The principle in the words that the models were told; None where the folder does not have them."""
        found = self.shown.told.get(ref.id)
        return found if found is not None and found.meaning == ref.meaning else None

    def answered(self, kind: str) -> tuple[str, ...]:
        """The models behind the steps of a kind, by the name they gave themselves."""
        names = (step.model_returned or step.model or step.agent for step in self.trail.steps if step.kind == kind)
        return tuple(dict.fromkeys(names))

    @cached_property
    def measures(self) -> Mapping[str, Measure]:
        """The critic against people's rulings in this dataset, by principle."""
        every = Rulings(tuple(ruling for trail in self.shown.trails for ruling in trail.rulings))
        return {each.name: each for each in critic_measures(subjects_of(self.shown.trails, every))} if every else {}

    @property
    def unlike(self) -> tuple[str, ...]:
        """Files that are not as the manifest says they were written."""
        written = self.statement.files
        return tuple(name for name, sha256 in self.hashes.items() if written.get(name) != sha256)


def read_facts(out: Path, wanted: str) -> Facts:
    """What there is to say of the row, pair or prompt that ``wanted`` names; raises ``NotFound`` and ``BadFile``."""
    shown, statement = read_folder(out), load_statement(out)
    trail = shown.find(wanted)
    try:
        file, recipe = statement.predicate.constitution.file, statement.predicate.run_recipe.file
        lock = json.loads((out / recipe).read_bytes())
        hashes = {name: hashlib.sha256((out / name).read_bytes()).hexdigest() for name in (TRAILS, file, recipe)}
    except (KeyError, TypeError, ValueError, OSError) as error:
        raise BadFile(
            f"what the row was made with cannot be read: {error}",
            where=str(out / "provenance"),
            remedy="run again to write the folder anew",
        ) from error
    return Facts(
        trail=trail,
        shown=shown,
        statement=statement,
        lock=lock if isinstance(lock, Mapping) else {},
        hashes=hashes,
    )
