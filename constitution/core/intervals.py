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
    return around(successes / n if n else 0.0, n, z)


def around(share: float, n: int, z: float = 1.96) -> Interval:
    """The score interval around a share that ``n`` independent items gave, also where it is no whole number of them.

    For means over several looks at the same items: the looks are not independent of one another, the items are.

    >>> around(0.25, 100) == wilson(25, 100)
    True
    """
    if not 0 <= share <= 1 or n < 0:
        raise ValueError(f"{share} of {n} is no share")
    if n == 0:
        return Interval(0.0, 1.0)
    square = z * z
    middle = (share + square / (2 * n)) / (1 + square / n)
    reach = z * sqrt(share * (1 - share) / n + square / (4 * n * n)) / (1 + square / n)
    # At the ends the formula is exact on paper and a hair off in floating point.
    low = 0.0 if share == 0 else max(0.0, middle - reach)
    high = 1.0 if share == 1 else min(1.0, middle + reach)
    return Interval(low, high)


def apart(more: int, less: int, n: int) -> Interval:
    """How far two shares of the same ``n`` items are apart: ``more`` items count for the first alone, ``less`` for the
    second alone.

    The interval is that of ``more`` among the items on which the two differ, as McNemar's test looks at them (Q.
    McNemar, Psychometrika 12 (1947), 153-157); of no item, nothing is known: (-1, 1).

    >>> [f"{end:.3f}" for end in apart(8, 2, 50)]
    ['-0.004', '0.177']
    """
    if more < 0 or less < 0 or more + less > n:
        raise ValueError(f"{more} and {less} of {n} are no shares")
    if n == 0:
        return Interval(-1.0, 1.0)
    low, high = wilson(more, more + less)
    differ = (more + less) / n
    return Interval((2 * low - 1) * differ, (2 * high - 1) * differ)
