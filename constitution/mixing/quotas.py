"""Quotas: how many rows each source gives, so that every share is met to the row at every size."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import lcm


def quotas(shares: Sequence[Fraction], available: Sequence[int], rows: int | None = None) -> list[int]:
    """Rows of each source: ``rows`` of them together, else as many as the source allows that is short of rows first.

    At each size no source is a whole row away from its share, and a larger mixture holds every smaller one: the quota
    method of Balinski & Young (1975). Ends early, with fewer than ``rows``, where a source that is due has no more.

    >>> quotas([Fraction(7, 10), Fraction(3, 10)], [1000, 1000], 9)
    [7, 2]
    """
    whole = lcm(*(share.denominator for share in shares))
    weights = [int(share * whole) for share in shares]
    seats = [0] * len(shares)
    most = min(int(has / share) for has, share in zip(available, shares, strict=True)) if rows is None else rows
    for size in range(1, most + 1):
        due = [place for place, weight in enumerate(weights) if seats[place] * whole < weight * size]
        first = due[0]
        for place in due[1:]:
            if weights[place] * (seats[first] + 1) > weights[first] * (seats[place] + 1):
                first = place
        if seats[first] == available[first]:
            break
        seats[first] += 1
    return seats
