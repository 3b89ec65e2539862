"""Models: in how many rows each one wrote or judged, who provides it and on which terms."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from constitution.dataset.counts import DEEDS, answered_by
from constitution.dataset.figures import ModelShare
from constitution.dataset.rows import Row
from constitution.labels.rollup import MADE_BY_MACHINE
from constitution.labels.spec import NO_MODEL, UNKNOWN

Named = tuple[str, str, str]
"""Model, provider, terms: what two providers call by one name is two models."""
ROWS = "rows"


class Models:
    """The models of rows that are told one after the other."""

    def __init__(self) -> None:
        self._deeds: Counter[tuple[Named, str]] = Counter()

    def add(self, row: Row) -> None:
        """One more row."""
        self._deeds.update(set(_deeds(row)))

    def shares(self) -> tuple[ModelShare, ...]:
        """One share a model, sorted by name, provider and terms."""
        return tuple(self._share(named) for named in sorted({named for named, _ in self._deeds}))

    def _share(self, named: Named) -> ModelShare:
        model, provider, terms = named
        done = {deed: self._deeds[named, deed] for deed in (*DEEDS, ROWS)}
        return ModelShare(model=model, provider=provider, terms=terms, **done)


def _deeds(row: Row) -> Iterator[tuple[Named, str]]:
    """Who did what for one row; a deed may come more than once."""
    steps = {step["id"]: step for step in row.provenance["steps"]}
    for step in steps.values():
        if step["agent"] in MADE_BY_MACHINE and step["kind"] != "execute" and "model" in step:
            yield _named(step, answered_by(step)), ROWS
            if step["kind"] == "judge":
                yield _named(step, answered_by(step)), "judge"
    for part in row.provenance["parts"]:
        deed, step = part["path"].partition("/")[0], steps.get(part["step"], {})
        if deed not in DEEDS or step.get("agent") == "human":
            continue
        model = {"chosen": row.chosen_model, "rejected": row.rejected_model}.get(deed) or answered_by(step)
        if model != NO_MODEL and (model != UNKNOWN or step.get("agent") in MADE_BY_MACHINE):
            yield _named(step, model), deed
            yield _named(step, model), ROWS


def _named(step: Mapping[str, Any], model: str) -> Named:
    """The model of a step; only trained ones are given out on terms."""
    untrained = step.get("agent") in ("simulator", "program")
    return model, step.get("provider", UNKNOWN), step.get("terms", "" if untrained else UNKNOWN)
