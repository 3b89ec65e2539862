"""Fates for people: in the order in which they are shown, and the commonest reasons of each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from constitution.core.fates import FATES
from constitution.core.trail import Trail

_ORDER = tuple(FATES)


def ordered(fates: Mapping[str, int]) -> dict[str, int]:
    """The fates that occur, in the order of ``FATES``; what follows a colon is sorted."""

    def rank(fate: str) -> tuple[int, str]:
        head = fate.partition(":")[0]
        return (_ORDER.index(head) if head in FATES else len(_ORDER), fate)

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
