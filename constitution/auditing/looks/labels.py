"""The look at labels: rows that do not say who wrote them, and rows of a rehearsal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from constitution.auditing.finding import Finding, Tally
from constitution.auditing.seen import Seen
from constitution.labels.spec import FLAT, PROVENANCE

ORIGINS = ("prompt_origin", "chosen_origin", "rejected_origin")


class Labels:
    """What the rows say of who wrote them."""

    name = "labels"

    def __init__(self) -> None:
        self._rows = 0
        self._without = Tally()
        self._rehearsed = Tally()
        self._synthetic: Counter[str] = Counter()

    def see(self, seen: Seen) -> None:
        """One more row."""
        self._rows += 1
        row = seen.row
        if not row.get(PROVENANCE) or not all(row.get(name) for name in FLAT):
            self._without.add(seen.name)
        else:
            self._synthetic[str(row["synthetic"])] += 1
        if any(row.get(name) == "simulator" for name in ORIGINS):
            self._rehearsed.add(seen.name)

    def findings(self) -> Iterator[Finding]:
        """Rehearsed rows, and rows without labels."""
        if self._rehearsed.rows:
            yield Finding(
                "rehearsal", "warning", "text that the simulator made up",
                "a model learns the simulator's phrases",
                "run again with a real model, or leave these rows out",
                self._rehearsed.rows, self._rows, tuple(self._rehearsed.examples),
            )  # fmt: skip
        if self._without.rows:
            yield Finding(
                "unlabelled", "warning", "no labels that say who wrote the texts, and under which terms",
                "nothing changes in training; nobody can tell any more what was trained on",
                "constitution verify --repair restores labels that were stripped; data mix --assume declares them",
                self._without.rows, self._rows, tuple(self._without.examples), weight=0.001,
            )  # fmt: skip

    def figures(self) -> dict[str, Any]:
        """Rows by how synthetic their labels say they are."""
        return {
            "unlabelled": self._without.rows,
            "rehearsal": self._rehearsed.rows,
            "synthetic": dict(sorted(self._synthetic.items())),
        }
