"""Whether the judges of a recipe are qualified as it demands, by the records of the project; asks nothing."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from constitution.api.qualifying.records import FILE, Asked, Qualification, latest, read_qualifications
from constitution.core.qualities import Quality
from constitution.errors import Mistake
from constitution.trials.judging.calibration import LEAST, USABLE

REHEARSED = "the recipe demands a qualified judge; the simulator, a program, is let pass as a rehearsal"


@dataclass(frozen=True, kw_only=True)
class Qualified:
    """The judges that a recipe may trust."""

    records: Mapping[str, Qualification] = field(default_factory=dict)
    """``provider:model`` to its record."""
    notes: tuple[str, ...] = ()

    @property
    def calibration(self) -> dict[str, float]:
        """``provider:model`` to the temperature of its probabilities, where they are to be used."""
        return {model: record.temperature for model, record in self.records.items() if record.temperature is not None}

    @property
    def miscalibrated(self) -> frozenset[str]:
        """``provider:model`` of those whose probabilities are not to be used, whatever the temperature."""
        found = self.records.items()
        return frozenset(
            model for model, record in found if record.n >= LEAST and record.ece is not None and record.ece > USABLE
        )

    @property
    def lock(self) -> dict[str, Any]:
        """What the rows depend on, for the lock of the recipe; nothing where no judge had to be qualified."""
        ids = {model: record.id for model, record in sorted(self.records.items())}
        return {"qualifications": ids} if ids else {}


def qualified(
    floors: Mapping[Quality, float],
    lock: Mapping[str, Any],
    roles: Mapping[str, str],
    root: Path,
    *,
    recipe: str,
    ready: bool = True,
) -> Qualified:
    """The records of all judges that this recipe, of this ``lock``, asks; none where it demands nothing of them.

    The simulator is let pass with a note, and so is, unless the order is to be run (``ready``), a judge that lacks
    something. Raises ``Mistake`` naming the judge, what it lacks and the command that qualifies it.
    """
    if not floors:
        return Qualified()
    every, judges = read_qualifications(root), dict(_judges(lock, roles))
    found: dict[str, Qualification] = {}
    notes = [REHEARSED] if any(asked.model.startswith("simulator:") for asked in judges) else []
    for asked, settings in judges.items():
        record = latest(every, asked)
        problem = _problem(record, asked, floors)
        if asked.model.startswith("simulator:"):
            continue
        if record is not None and not problem:
            found[asked.model] = record
        elif ready:
            raise Mistake(
                f"the recipe {recipe} demands a qualified judge: {problem}",
                remedy=f"qualify it: {_command(asked, settings, floors, recipe)}, or name another with --judge",
            )
        else:
            notes.append(f"a run will demand a qualified judge, and {problem}")
    return Qualified(records=found, notes=tuple(notes))


def _judges(lock: Mapping[str, Any], roles: Mapping[str, str]) -> Iterator[tuple[Asked, Mapping[str, Any]]]:
    """Each judge of each stage ``judge``, as it is asked there, with the settings of the stage."""
    for stage in lock["stages"]:
        for settings in (stage[name] for name in stage if name == "judge"):
            role = settings["role"]
            panel = [name for name in roles if name.startswith(f"{role}-")] if settings["panel"] != "never" else []
            sha256 = lock["templates"][settings["template"]]
            for name in (role, *sorted(panel)):
                yield Asked(roles[name], sha256, settings["votes"], settings["agreement"]), settings


def _problem(record: Qualification | None, asked: Asked, floors: Mapping[Quality, float]) -> str:
    """What the judge lacks; nothing where it reaches every floor."""
    if record is None:
        votes = f"{asked.votes} vote{'s' * (asked.votes > 1)} an order"
        return f"{FILE} has no record of {asked.model}, asked in the words of this recipe with {votes}"
    low = [
        f"{name} is {record.floors.get(name, 0.0):.3f} and has to be {wanted:g}"
        for name, wanted in floors.items()
        if record.floors.get(name, 0.0) < wanted
    ]
    return f"of {asked.model}, {', '.join(low)} (lower ends of 95%, {record.n:,} pairs)" if low else ""


def _command(asked: Asked, settings: Mapping[str, Any], floors: Mapping[Quality, float], recipe: str) -> str:
    parts = ["constitution", "model", "qualify", asked.model, "--on", "LABELLED.jsonl", "--recipe", recipe]
    parts += ["--logprobs"] if settings["logprobs"] else []
    parts += [each for name, wanted in floors.items() for each in ("--require", f"{name}={wanted:g}")]
    return shlex.join([*parts, "--save"])
