"""What a run left: trails, fates, counts, and the pairs as people look at them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from constitution.api import tables
from constitution.api.preparing import ENGINE
from constitution.core.trail import Pair, Trail

if TYPE_CHECKING:
    import datasets
    import pandas

Table = Literal["pairs", "verdicts", "fates", "costs"]


@dataclass(frozen=True)
class PairView:
    """A pair with the trail that earned it."""

    trail: Trail
    pair: Pair

    def diff(self) -> str:
        """What the revision changed, word by word: ``[-gone-]`` and ``{+new+}``."""
        from constitution.api.worddiff import plain_diff

        return plain_diff(self.pair.rejected.text, self.pair.chosen.text)


@dataclass(frozen=True, kw_only=True, repr=False)
class Run:
    """A finished run."""

    run_id: str
    trails: tuple[Trail, ...]
    """In the order of the prompts."""
    asked: int
    attempts: int
    reused: int
    tokens: Mapping[tuple[str, str], int]
    """(``provider:model``, ``input`` or ``output``) to tokens bought in this run."""
    cost: float | None
    """US dollars; None where a price is unknown."""
    out: Path | None
    wanted: int | None = None
    """How many pairs were asked for, if a number was."""
    notes: tuple[str, ...] = ()

    def __repr__(self) -> str:
        place = f", out={str(self.out)!r}" if self.out else ""
        return f"<Run {self.run_id}: {len(self.trails)} prompts, {len(self.pairs)} pairs, {self.asked} asked{place}>"

    @property
    def fates(self) -> dict[str, int]:
        """Fate to how many prompts ended so; the counts add up to the prompts."""
        return dict(Counter(trail.fate or "" for trail in self.trails).most_common())

    @property
    def exit_code(self) -> int:
        """0; 3 when some prompts ended in a fault; 4 when the prompts ran out before enough of them made pairs."""
        if any(fate.startswith("fault:") for fate in self.fates):
            return 3
        return 4 if self.wanted is not None and len(self.pairs) < self.wanted else 0

    @property
    def pairs(self) -> tuple[PairView, ...]:
        """The pairs, in the order of the prompts."""
        return tuple(PairView(trail, trail.pair) for trail in self.trails if trail.fate == "paired" and trail.pair)

    @property
    def usage(self) -> dict[str, int]:
        """Tokens that this run bought."""
        total: Counter[str] = Counter({"input": 0, "output": 0})
        for (_, kind), count in self.tokens.items():
            total[kind] += count
        return dict(total)

    def data(self) -> dict[str, Any]:
        """The figures as the command line's ``--json`` gives them."""
        return {
            "prompts": len(self.trails),
            "fates": self.fates,
            "asked": self.asked,
            "attempts": self.attempts,
            "reused": self.reused,
            "usage": self.usage,
            "cost": self.cost,
            "yield": len(self.pairs) / len(self.trails) if self.trails else 0.0,
            "out": None if self.out is None else str(self.out),
        }

    def dataset(self) -> datasets.Dataset:
        """The pairs as a ``datasets.Dataset`` that ``trl.DPOTrainer`` takes as it is."""
        from constitution.dataset.loading import dataset_of

        return dataset_of([view.trail for view in self.pairs], engine=ENGINE)

    def to_pandas(self, table: Table = "pairs") -> pandas.DataFrame:
        """One of the tables ``pairs``, ``verdicts``, ``fates`` and ``costs`` as a data frame."""
        import pandas

        columns, rows = tables.table(table, self.trails, self.tokens)
        return pandas.DataFrame(rows, columns=columns)
