"""Agreement of a judge with the labels beyond what chance gives: Cohen's kappa, with its interval by bootstrap."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import floor
from typing import Any

from constitution.core.chance import keyed
from constitution.core.intervals import Interval, wilson
from constitution.trials.judging.judged import Judged

Cells = Mapping[tuple[str, str], int]
"""(verdict, label) to how many items have both."""
Kind = tuple[tuple[tuple[str, str], int], ...]
"""The cells of one group."""
REPEATS = 1000
"""Samples that the bootstrap draws."""
SEED = "kappa-bootstrap-1"
"""The same for all: the same items have the same interval."""


@dataclass(frozen=True)
class Kappa:
    """Agreement beyond chance: 1 is perfect, 0 what chance gives."""

    value: float | None
    """None where chance alone would agree on everything, so that nothing can be said."""
    interval: Interval

    def data(self) -> dict[str, Any]:
        """As plain JSON values."""
        return {"value": self.value, "interval": list(self.interval)}


def cohen(cells: Cells) -> float | None:
    """(observed - expected) / (1 - expected) agreement; J. Cohen, Educ. Psychol. Meas. 20 (1960), 37-46.

    None of nothing counted, and where verdicts and labels are all the same one.

    >>> cohen({("a", "a"): 20, ("a", "b"): 5, ("b", "a"): 10, ("b", "b"): 15})
    0.4
    """
    n = sum(cells.values())
    if not n:
        return None
    said: Counter[str] = Counter()
    true: Counter[str] = Counter()
    for (verdict, label), number in cells.items():
        said[verdict] += number
        true[label] += number
    expected = sum(said[name] * true[name] for name in said)
    if expected == n * n:
        return None
    same = sum(number for (verdict, label), number in cells.items() if verdict == label)
    return (same * n - expected) / (n * n - expected)


def kappa(items: Iterable[Judged]) -> Kappa:
    """Cohen's kappa of verdicts and labels over a, b and tie; the interval holds 95 of 100 samples of the groups.

    The percentile bootstrap, over groups and not over items (B. Efron, Ann. Statist. 7 (1979), 1-26); which groups a
    sample draws is a hash of its number, so that the same items always have the same interval. Where no verdict is
    another than its label, every sample says 1, be it of two items: the lower end is then what is left of 1 if as many
    were right as Wilson's interval over the groups grants.
    """
    groups: dict[str, Counter[tuple[str, str]]] = {}
    for item in items:
        groups.setdefault(item.group or item.id, Counter())[item.verdict, item.truth] += 1
    # Groups that say the same are counted, not looked at one by one: most hold one item of nine kinds.
    kinds = [tuple(sorted(cells.items())) for cells in groups.values()]
    whole = cohen(_together(Counter(kinds)))
    samples = (Counter(map(kinds.__getitem__, _draws(number, len(kinds)))) for number in range(REPEATS if kinds else 0))
    drawn = (cohen(_together(sample)) for sample in samples)
    found = sorted(value for value in drawn if value is not None)
    if not found:
        return Kappa(whole, Interval(-1.0, 1.0))
    cut = floor(0.025 * len(found))
    low = found[cut] if whole is None or whole < 1 else _least(_together(Counter(kinds)), len(kinds))
    return Kappa(whole, Interval(low, found[-1 - cut]))


def _least(cells: Cells, groups: int) -> float:
    """Kappa of verdicts that were all right, had only as many been as so many groups speak for."""
    n = sum(cells.values())
    chance = sum((number / n) ** 2 for number in cells.values())
    return (wilson(groups, groups).low - chance) / (1 - chance)


def _together(kinds: Mapping[Kind, int]) -> Cells:
    """The cells of so many groups of each kind."""
    whole: dict[tuple[str, str], int] = {}
    for kind, times in kinds.items():
        for cell, number in kind:
            whole[cell] = whole.get(cell, 0) + number * times
    return whole


def _draws(sample: int, n: int) -> Sequence[int]:
    """``n`` places below ``n``, drawn with replacement; eight from each hash."""
    words: list[int] = []
    while len(words) < n:
        hashed = keyed(SEED, str(sample), str(len(words)))
        words += [int(hashed[start : start + 8], 16) for start in range(0, 64, 8)]
    return [word * n >> 32 for word in words[:n]]
