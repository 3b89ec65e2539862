"""What somebody asks for: a recipe, prompts, and who plays which role."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from constitution.api.caps import Caps
from constitution.core.records import Origin
from constitution.errors import Mistake


@dataclass(frozen=True, kw_only=True)
class Order(Caps):
    """Everything that a run or a plan depends on; paths are as given."""

    recipe: str = "revise"
    """Name of a recipe, or a path to one."""
    prompts: str | Path | Sequence[str | Mapping[str, Any]] = ()
    """A file or dataset folder, ``hub:owner/name``, or the prompts themselves, as text or rows."""
    candidate_origin: Origin = "unknown"
    """Who wrote the answers that the prompts bring, where their rows do not say."""
    out: str | Path | None = None
    """Where the dataset folder goes; without one, nothing is written but the ledger."""
    principles: str | None = None
    """Reference to a constitution; without one, the recipe's."""
    model: str | None = None
    """Who drafts, as ``provider:model``."""
    critic: str | None = None
    reviser: str | None = None
    judge: str | None = None
    panel: Sequence[str] | None = None
    """The judges beside the first, asked where the recipe wants more than one."""
    teacher: str | None = None
    """A stronger model than the author, where the recipe asks one."""
    ledger: str | Path | None = None
    """Without one: ``CONSTITUTION_LEDGER``, else ``<root>/.constitution/ledger.db``."""
    rulings: str | Path | None = None
    """What people ruled; without one, ``<root>/rulings.jsonl``."""
    concurrency: int = 16
    """Calls in flight at most."""
    seed: str | None = None
    """Without one, the recipe's."""
    accept_changes: bool = False
    """Go on with an unfinished folder although its inputs changed."""
    retry_faults: bool = False
    """Ask again what a provider would not take before."""
    limit: int | None = None
    """Use the first prompts only."""
    only: str | None = None
    """Hold answers to this one principle."""
    accept: int | None = None
    """Draw prompts until this many made pairs; those after the last pair that counts are left out."""
    max_candidates: int | None = None
    """Draw no more prompts than this."""
    allow_commands: bool = False
    """Let the recipe run the commands that it names."""
    root: str | Path | None = None
    """The project; without one, the nearest parent with ``constitution.toml``, else the working folder."""

    def __post_init__(self) -> None:
        super().__post_init__()
        for name in ("concurrency", "limit", "accept", "max_candidates"):
            number = getattr(self, name)
            if number is not None and number < 1:
                raise Mistake(f"{name} is {number}", remedy="it must be 1 or more")
