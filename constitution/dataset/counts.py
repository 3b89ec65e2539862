"""Counts: what the manifest and the card say of a dataset, computed from its rows and trails and never typed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from constitution.core.records import Record
from constitution.dataset.contents import FolderContents
from constitution.dataset.rows import NO_MODEL, UNKNOWN, Row

Tally = Mapping[str, int]

TEXTS = ("prompt", "chosen", "rejected", "critique")
"""The kinds of text in a row."""
DEEDS = ("chosen", "rejected", "critique", "judge")
"""What a model may have done for a row."""


class Counts(Record):
    """Figures of one dataset; each tally is sorted by its key."""

    prompts: int
    rows: int
    splits: dict[str, int]
    fates: dict[str, int]
    """Over all prompts; they add up to ``prompts``."""
    synthetic: dict[str, int]
    """Over rows, as all below."""
    parts: dict[str, dict[str, int]]
    """Messages by kind of text, then by origin."""
    models: dict[str, dict[str, int]]
    """Model, then what it did, to the number of rows."""
    principles: dict[str, int]
    licenses: dict[str, int]
    sources: dict[str, int]
    warnings: dict[str, int]
    self_judged: int
    reviewed: int = 0
    """Rows of which a person has ruled on the pair or on an answer of it."""
    rehearsal: bool
    """The simulator took part in some trail or row."""


def counts_of(contents: FolderContents) -> Counts:
    """The figures of a dataset."""
    rows = contents.rows
    return Counts(
        prompts=len(contents.trails),
        rows=len(rows),
        splits={split: len(members) for split, members in contents.splits.items()},
        fates=tally(trail.fate or "" for trail in contents.trails),
        synthetic=tally(row.synthetic for row in rows),
        parts={text: tally(origins(rows, text)) for text in TEXTS},
        models=models(rows),
        principles=tally(principle for row in rows for principle in row.principles),
        licenses=tally(row.license for row in rows),
        sources=tally(row.source for row in rows),
        warnings=tally(warning for row in rows for warning in row.warnings),
        self_judged=sum(row.self_judged for row in rows),
        reviewed=sum(any(step["kind"] == "human_review" for step in row.provenance["steps"]) for row in rows),
        rehearsal=rehearsed(contents),
    )


def tally(names: Iterable[str]) -> dict[str, int]:
    """How often each name comes, sorted by name."""
    return dict(sorted(Counter(names).items()))


def origins(rows: Iterable[Row], text: str) -> Iterable[str]:
    """The origin of each message of one kind of text."""
    for row in rows:
        for part in row.provenance["parts"]:
            if part["path"].startswith(f"{text}/"):
                yield part["origin"]


def models(rows: Iterable[Row]) -> dict[str, dict[str, int]]:
    """For each model, in how many rows it wrote the chosen, the rejected answer, a critique, or judged."""
    found = Counter(deed for row in rows for deed in deeds(row))
    names = sorted({model for model, _ in found})
    return {model: {deed: found[model, deed] for deed in DEEDS} for model in names}


def deeds(row: Row) -> set[tuple[str, str]]:
    """Who did what for one row."""
    steps = row.provenance["steps"]
    critics = {part["step"] for part in row.provenance["parts"] if part["path"].startswith("critique/")}
    written = {(row.chosen_model, "chosen"), (row.rejected_model, "rejected")}
    criticised = {(answered_by(step), "critique") for step in steps if step["id"] in critics}
    judged = {(answered_by(step), "judge") for step in steps if step["kind"] == "judge"}
    return {deed for deed in written | criticised | judged if deed[0] not in (NO_MODEL, UNKNOWN)}


def answered_by(step: Mapping[str, Any]) -> str:
    """The model of a step, by the name it gave itself where it gave one."""
    name: str = step.get("model_returned") or step.get("model") or UNKNOWN
    return name


def rehearsed(contents: FolderContents) -> bool:
    """Whether the simulator wrote or judged anything in the folder."""
    asked = any(step.agent == "simulator" for trail in contents.trails for step in trail.steps)
    return asked or any(part["origin"] == "simulator" for row in contents.rows for part in row.provenance["parts"])
