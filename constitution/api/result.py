"""What a run left: trails, fates, counts, and the pairs as people look at them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from constitution.api import tables
from constitution.api.preparing import ENGINE
from constitution.core.trail import Pair, Trail
from constitution.engine.bill import Bill
from constitution.errors import ConstitutionError
from constitution.labels.terms import SHIPPED, Terms
from constitution.spool import OnDemand

if TYPE_CHECKING:
    import datasets
    import pandas

Table = Literal["pairs", "verdicts", "answers", "critiques", "fates", "costs"]


@dataclass(frozen=True)
class PairView:
    """A pair with the trail that earned it."""

    trail: Trail
    pair: Pair

    def diff(self) -> str:
        """How the chosen answer differs from the rejected one, word by word: ``[-gone-]`` and ``{+new+}``."""
        from constitution.api.worddiff import plain_diff

        return plain_diff(self.pair.rejected.text, self.pair.chosen.text)


@dataclass(frozen=True, kw_only=True, repr=False)
class Finished:
    """What a run left, just now or in a folder: trails, pairs, tables."""

    run_id: str
    trails: Sequence[Trail]
    """In the order of the prompts; each is made when it is looked at."""
    fates: Mapping[str, int]
    """Fate to how many prompts ended so; the counts add up to the prompts."""
    paired: Sequence[int]
    """Positions of the trails that hold pairs."""
    out: Path | None
    bill: Bill = field(default_factory=Bill)
    """Of a run, the replies that it bought; of a folder, all replies behind it."""
    engine: str = ENGINE
    """What made the trails."""
    terms: Sequence[Terms] = SHIPPED
    """Conditions of the models' providers."""

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.run_id}: {self._told()}>"

    def _told(self) -> str:
        place = f", out={str(self.out)!r}" if self.out else ""
        return f"{len(self.trails)} prompts, {len(self.paired)} pairs{place}"

    @property
    def pairs(self) -> Sequence[PairView]:
        """The pairs, in the order of the prompts; each is made when it is looked at."""
        return OnDemand(self._pair, self.paired)

    def _pair(self, place: int) -> PairView:
        trail = self.trails[place]
        if trail.pair is None:
            raise ConstitutionError(f"the trail of {trail.prompt.id} is counted as paired and has no pair")
        return PairView(trail, trail.pair)

    @property
    def usage(self) -> dict[str, int]:
        """The tokens of those replies, ``input`` and ``output``."""
        return self.bill.weight

    @property
    def cost(self) -> float | None:
        """US dollars for those replies; None where a price or a count is unknown."""
        return self.bill.cost

    def dataset(self) -> datasets.Dataset:
        """The pairs as a ``datasets.Dataset`` that ``trl.DPOTrainer`` takes as it is."""
        from constitution.dataset.loading import dataset_of

        return dataset_of(OnDemand(self.trails.__getitem__, self.paired), engine=self.engine, terms=self.terms)

    def to_pandas(self, table: Table = "pairs") -> pandas.DataFrame:
        """The table ``pairs``, ``verdicts``, ``answers``, ``critiques``, ``fates`` or ``costs`` as a data frame.

        ``answers`` labels every response, paired or not, as desirable, undesirable or neither; ``critiques`` says which
        critiques can teach a critic, and what vouches for each.
        """
        import pandas

        columns, rows = tables.table(table, self.trails, self.bill)
        return pandas.DataFrame(rows, columns=columns)


@dataclass(frozen=True, kw_only=True, repr=False)
class Run(Finished):
    """A finished run."""

    asked: int
    attempts: int
    reused: int
    wanted: int | None = None
    """How many pairs were asked for, if a number was."""
    notes: tuple[str, ...] = ()

    def _told(self) -> str:
        return f"{super()._told()}, {self.asked} asked"

    @property
    def exit_code(self) -> int:
        """0; 3 when some prompts ended in a fault; 4 when the prompts ran out before enough of them made pairs."""
        if any(fate.startswith("fault:") for fate in self.fates):
            return 3
        return 4 if self.wanted is not None and len(self.paired) < self.wanted else 0

    def data(self) -> dict[str, Any]:
        """The figures as the command line's ``--json`` gives them."""
        return {
            "prompts": len(self.trails),
            "fates": dict(self.fates),
            "asked": self.asked,
            "attempts": self.attempts,
            "reused": self.reused,
            "usage": self.usage,
            "cost": self.cost,
            "yield": len(self.paired) / len(self.trails) if self.trails else 0.0,
            "out": None if self.out is None else str(self.out),
        }
