"""How far a share that was counted may be from the true one: Wilson's score interval."""

from __future__ import annotations

from math import sqrt
from typing import NamedTuple


class Interval(NamedTuple):
    """From the lowest share to the highest that the counts speak for."""

    low: float
    high: float


def wilson(successes: int, n: int, z: float = 1.96) -> Interval:
    """The score interval for ``successes`` of ``n``; with the default ``z`` it holds the true share 95 times in 100.

    It stays within 0 and 1 and is of use for few counts and for shares near 0 and 1; of nothing counted it says
    nothing: (0, 1). Raises ``ValueError`` for counts that cannot be. E. B. Wilson, "Probable inference, the law of
    succession, and statistical inference", J. Am. Stat. Assoc. 22 (1927), 209-212.

    >>> [f"{end:.2f}" for end in wilson(5, 5)]
    ['0.57', '1.00']
    """
    if not 0 <= successes <= n:
        raise ValueError(f"{successes} of {n} is no share")
    if n == 0:
        return Interval(0.0, 1.0)
    share, square = successes / n, z * z
    middle = (share + square / (2 * n)) / (1 + square / n)
    reach = z * sqrt(share * (1 - share) / n + square / (4 * n * n)) / (1 + square / n)
    # At the ends the formula is exact on paper and a hair off in floating point.
    low = 0.0 if successes == 0 else max(0.0, middle - reach)
    high = 1.0 if successes == n else min(1.0, middle + reach)
    return Interval(low, high)
