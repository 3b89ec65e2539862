"""The funnel: how prompts became pairs, where the others were lost, and what a pair cost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from statistics import fmean
from typing import Any

from constitution.api.loading import tokens_of
from constitution.core.trail import Trail
from constitution.dataset.calls import Call
from constitution.engine.prices import FREE, Prices, cost_of
from constitution.pairing.earned import sides, violations, why_not

FATES = (
    "paired", "no_violation", "not_applicable", "undecided", "refused", "truncated", "empty",
    "screened", "gated", "ruled_out", "fault",
)  # fmt: skip
"""In the order in which they are shown; what follows a colon is sorted."""
STEPS = (
    "prompts", "drafted", "violation found", "revised", "not ruled out", "re-check passed", "better in both orders",
    "paired",
)  # fmt: skip
"""What a prompt passes on its way to a pair."""
RULED = "not ruled out"
"""The step that is there only where people have ruled."""


def reached(trail: Trail) -> int:
    """How many steps after the first this trail passed."""
    if trail.fate == "paired":
        return 7
    if trail.fate == "ruled_out":
        return 3
    if trail.verdicts:
        return 5 if why_not(trail) else 6
    if sides(trail) is not None:
        return 4
    if trail.responses and violations(trail, 0):
        return 2
    return 1 if trail.responses else 0


def ordered(fates: Mapping[str, int]) -> dict[str, int]:
    """The fates that occur, in the order of ``FATES``."""

    def rank(fate: str) -> tuple[int, str]:
        head = fate.partition(":")[0]
        return (FATES.index(head) if head in FATES else len(FATES), fate)

    return {fate: fates[fate] for fate in sorted(fates, key=rank)}


def reasons(trails: Sequence[Trail], most: int = 3) -> dict[str, list[tuple[str, int]]]:
    """For each fate but ``paired`` its commonest reasons, each with how many prompts it ended."""
    given: dict[str, Counter[str]] = {}
    for trail in trails:
        if trail.fate and trail.fate != "paired":
            why = trail.faults[0].reason if trail.fate.startswith("fault:") and trail.faults else trail.reason
            given.setdefault(trail.fate, Counter())[why] += 1
    return {
        fate: sorted(given[fate].items(), key=lambda each: (-each[1], each[0]))[:most]
        for fate in ordered({fate: count.total() for fate, count in given.items()})
    }


@dataclass(frozen=True, kw_only=True)
class Spent:
    """What went into some prompts."""

    calls: int
    tokens: int | None
    """In and out; None where a provider did not count them."""
    cost: float | None
    """US dollars; None where a price or a count is unknown."""

    @classmethod
    def on(cls, paid: Sequence[Call], prices: Prices) -> Spent:
        """The sum of these calls; programs of ours are free, counted or not."""
        counted = all(call.input_tokens is not None and call.output_tokens is not None for call in paid)
        free = all(call.model.partition(":")[0] in FREE for call in paid)
        spent = tokens_of(paid)
        return cls(
            calls=len(paid),
            tokens=sum(spent.values()) if counted else None,
            cost=cost_of(spent, prices) if counted or free else None,
        )


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
    programs: bool
    """Nothing but programs of ours answered."""

    @classmethod
    def of(cls, trails: Sequence[Trail], calls: Sequence[Call], prices: Prices | None = None) -> Funnel:
        """The funnel of these trails and of the calls behind them."""
        depth = [reached(trail) for trail in trails]
        ruled = any(trail.rulings for trail in trails)
        by_request = {call.request: call for call in calls}
        paid, known = list(by_request.values()), prices or Prices()
        spent = Spent.on(paid, known)
        programs = bool(paid) and all(call.model.partition(":")[0] in FREE for call in paid)
        tokens = tokens_of(paid)
        return cls(
            fates=ordered(Counter(trail.fate or "unfinished" for trail in trails)),
            left={
                step: sum(each >= place for each in depth) for place, step in enumerate(STEPS) if ruled or step != RULED
            },
            calls=len({step.request for trail in trails for step in trail.steps if step.request}),
            calls_of_pair=_average(trails, "paired"),
            calls_of_clean=_average(trails, "no_violation"),
            tokens={kind: sum(n for (_, k), n in tokens.items() if k == kind) for kind in ("input", "output")}
            if spent.tokens is not None
            else None,
            cost=spent.cost,
            lost={
                step: each for step, each in _lost(trails, depth, by_request, known).items() if ruled or step != RULED
            },
            programs=programs,
        )

    @property
    def prompts(self) -> int:
        """All prompts; the fates add up to them."""
        return self.left["prompts"]

    @property
    def pairs(self) -> int:
        """The accepted pairs."""
        return self.left["paired"]

    def per_pair(self, amount: float) -> float | None:
        """The amount shared out over the accepted pairs; None where there is none."""
        return amount / self.pairs if self.pairs else None

    def data(self) -> dict[str, Any]:
        """The figures as ``--json`` gives them."""
        return {
            "prompts": self.prompts,
            "fates": dict(self.fates),
            "left": dict(self.left),
            "calls": self.calls,
            "calls_per_pair": self.per_pair(self.calls),
            "calls_of_pair": self.calls_of_pair,
            "calls_of_clean": self.calls_of_clean,
            "tokens": self.tokens and dict(self.tokens),
            "cost": self.cost,
            "cost_per_pair": None if self.cost is None else self.per_pair(self.cost),
            "lost": {step: asdict(spent) for step, spent in self.lost.items()},
        }


def _lost(trails: Sequence[Trail], depth: Sequence[int], calls: Mapping[str, Call], prices: Prices) -> dict[str, Spent]:
    """For each step the calls of those prompts that did not pass it."""
    left = dict(calls)
    own: dict[str, list[Call]] = {step: [] for step in STEPS}
    # Pairs first: what they share with others was not lost.
    for trail, passed in sorted(zip(trails, depth, strict=True), key=lambda each: -each[1]):
        requests = (step.request for step in trail.steps if step.request)
        taken = [call for request in requests if (call := left.pop(request, None))]
        if passed + 1 < len(STEPS):
            own[STEPS[passed + 1]].extend(taken)
    return {step: Spent.on(paid, prices) for step, paid in own.items()}


def _average(trails: Sequence[Trail], fate: str) -> float | None:
    """How many calls a trail of this fate took."""
    counts = [sum(step.request is not None for step in trail.steps) for trail in trails if trail.fate == fate]
    return fmean(counts) if counts else None
