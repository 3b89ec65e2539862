"""The funnel: how prompts became pairs, where the others were lost, and what a pair cost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import Any

from constitution.api.loading import used_by
from constitution.cli.fates import ordered
from constitution.cli.spent import Spent, together
from constitution.cli.steps import END, HELD, REVISE, RULED, START, Steps
from constitution.core.planted import planted_in
from constitution.core.trail import Trail
from constitution.dataset.calls import Call
from constitution.engine.bill import Bill
from constitution.engine.prices import FREE, Prices
from constitution.trials.judging.canaries import CanaryCounting, CanaryFigures


@dataclass(frozen=True, kw_only=True)
class Funnel:
    """The figures of a dataset; what one reply served twice was bought once, and is counted once."""

    fates: Mapping[str, int]
    left: Mapping[str, int]
    """Step to how many prompts are left after it."""
    calls: int
    """Distinct requests behind all steps."""
    calls_of_pair: float | None
    """On average, of the trails that became pairs."""
    calls_of_clean: float | None
    """On average, of the trails that ended with nothing to revise."""
    tokens: Mapping[str, int] | None
    """``input`` and ``output``; None where a provider did not count them."""
    cost: float | None
    """US dollars; None where a price or a count is unknown."""
    lost: Mapping[str, Spent]
    """Step to what had gone into the prompts that it lost; a reply that serves several of them counts once."""
    in_pairs: Spent
    """What went into the prompts that became pairs; with all that was lost it makes the whole."""
    unknown: str
    """Why the cost is unknown, if it is."""
    programs: bool
    """Nothing but programs of ours answered."""
    canaries: CanaryFigures | None = None
    """How judges did on planted texts, where any were shown."""

    @classmethod
    def of(
        cls,
        trails: Iterable[Trail],
        calls: Iterable[Call],
        prices: Prices | None = None,
        *,
        stages: Sequence[str] = REVISE,
    ) -> Funnel:
        """The funnel of these trails and of the calls behind them, which stand in the order of the trails.

        ``stages`` are those of the recipe.
        """
        counting = Counting(prices, stages=stages)
        for trail, own in together(trails, calls):
            counting.add(trail, own)
        return counting.funnel()

    @property
    def prompts(self) -> int:
        """All prompts; the fates add up to them."""
        return self.left[START]

    @property
    def pairs(self) -> int:
        """The accepted pairs."""
        return self.left[END]

    @property
    def fell(self) -> dict[str, int]:
        """Step to how many prompts it lost; with the pairs they add up to the prompts."""
        left = list(self.left.items())
        return {step: before - after for (_, before), (step, after) in pairwise(left)}

    def per_pair(self, amount: float) -> float | None:
        """The amount shared out over the accepted pairs; None where there is none."""
        return amount / self.pairs if self.pairs else None

    def data(self) -> dict[str, Any]:
        """The figures as ``--json`` gives them."""
        tokens = None if self.tokens is None else sum(self.tokens.values())
        return {
            "prompts": self.prompts,
            "fates": dict(self.fates),
            "left": dict(self.left),
            "calls": self.calls,
            "calls_per_pair": self.per_pair(self.calls),
            "calls_of_pair": self.calls_of_pair,
            "calls_of_clean": self.calls_of_clean,
            "tokens": None if self.tokens is None else dict(self.tokens),
            "tokens_per_pair": None if tokens is None else self.per_pair(tokens),
            "cost": self.cost,
            "cost_per_pair": None if self.cost is None else self.per_pair(self.cost),
            "lost": {step: {"prompts": self.fell[step], **asdict(spent)} for step, spent in self.lost.items()},
            "in_pairs": {"prompts": self.pairs, **asdict(self.in_pairs)},
            **({"canaries": self.canaries.data()} if self.canaries else {}),
        }


class Counting:
    """A funnel that grows trail by trail and keeps none of them."""

    def __init__(self, prices: Prices | None = None, *, stages: Sequence[str] = REVISE) -> None:
        self._steps = Steps.of(stages)
        names = self._steps.names
        self._fates: Counter[str] = Counter()
        self._depths = [0] * len(names)
        self._calls = [0] * len(names)
        self._bills = [Bill(prices) for _ in names]
        """One for the trails of each depth."""
        self._whole = Bill(prices)
        self._own: Counter[str] = Counter()
        """Fate to the calls of its trails, those that serve others too among them."""
        self._deepest: dict[int, int] = {}
        """Hash of a request to the depth of the trail that came farthest with it: what a pair shares was not lost."""
        self._ruled = False
        self._canaries = CanaryCounting()

    def add(self, trail: Trail, calls: Sequence[Call]) -> None:
        """One more trail, with the calls behind it as far as they are known."""
        depth, fate = self._steps.reached(trail), trail.fate or "unfinished"
        self._fates[fate] += 1
        self._depths[depth] += 1
        self._ruled = self._ruled or bool(trail.rulings)
        self._canaries.add(planted_in(trail))
        steps = [step.request for step in trail.steps if step.request]
        self._own[fate] += len(steps)
        known = {call.request: call for call in calls}
        for request in dict.fromkeys((*steps, *known)):
            self._spend(hash(request), known.get(request), depth)

    def _spend(self, request: int, call: Call | None, depth: int) -> None:
        before = self._deepest.get(request)
        if before is None and call is not None:
            self._whole.add(call.model, used_by(call))
        if before is not None and before >= depth:
            return
        self._deepest[request] = depth
        for place, times in ((before, -1), (depth, 1)):
            if place is not None:
                self._calls[place] += times
                if call is not None:
                    self._bills[place].add(call.model, used_by(call), times=times)

    def funnel(self) -> Funnel:
        """The figures of all trails so far."""
        names = self._steps.names
        steps = [place for place, name in enumerate(names) if self._told(place, name)]
        spent = [Spent.by(calls, bill) for calls, bill in zip(self._calls, self._bills, strict=True)]
        models = self._whole.costs
        return Funnel(
            fates=ordered(self._fates),
            left={names[place]: sum(self._depths[place:]) for place in steps},
            calls=len(self._deepest),
            calls_of_pair=self._average("paired"),
            calls_of_clean=self._average("no_violation"),
            tokens=self._whole.weight if self._whole.counted else None,
            cost=self._whole.cost,
            lost={names[place]: spent[place - 1] for place in steps[1:]},
            in_pairs=spent[-1],
            unknown=self._whole.unknown,
            programs=bool(models) and all(model.partition(":")[0] in FREE for model in models),
            canaries=self._canaries.figures(),
        )

    def _told(self, place: int, name: str) -> bool:
        """Whether the step is told of: some are only where something was lost, or could have been."""
        return bool(self._depths[place - 1]) if name.startswith(HELD) else self._ruled or name != RULED

    def _average(self, fate: str) -> float | None:
        """How many calls a trail of this fate took."""
        return self._own[fate] / self._fates[fate] if self._fates[fate] else None
