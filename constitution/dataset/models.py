"""Models: in how many rows each one wrote or judged, who provides it and on which terms."""

from __future__ import annotations

from collections import Counter

from constitution.dataset.counts import answered_by, deeds
from constitution.dataset.rows import Row
from constitution.dataset.statement import ModelShare
from constitution.labels.spec import UNKNOWN


class Models:
    """The models of rows that are told one after the other."""

    def __init__(self) -> None:
        self._deeds: Counter[tuple[str, str]] = Counter()
        self._met: dict[str, tuple[str, str]] = {}

    def add(self, row: Row) -> None:
        """One more row."""
        self._deeds.update(deeds(row))
        for step in row.provenance["steps"]:
            if step["agent"] in ("model", "simulator"):
                self._met.setdefault(answered_by(step), (step.get("provider", UNKNOWN), step.get("terms", "")))

    def shares(self) -> tuple[ModelShare, ...]:
        """One share a model, sorted by name."""
        names = sorted({model for model, _ in self._deeds})
        return tuple(self._share(name) for name in names)

    def _share(self, name: str) -> ModelShare:
        provider, terms = self._met.get(name, (UNKNOWN, UNKNOWN))
        done = {deed: self._deeds[name, deed] for deed in ("chosen", "rejected", "critique", "judge")}
        return ModelShare(model=name, provider=provider, terms=terms, **done)
