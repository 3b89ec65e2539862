"""Wilson's interval: known values, and what must hold of any counts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from constitution.core.intervals import Interval, wilson

COUNTS = st.integers(0, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@pytest.mark.parametrize(
    ("hits", "n", "low", "high"),
    [(0, 10, 0.0, 0.2775), (5, 10, 0.2366, 0.7634), (81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605)],
)
def test_known_intervals_come_out(hits: int, n: int, low: float, high: float) -> None:
    """The last two are of R. G. Newcombe, Statistics in Medicine 17 (1998), table I, method 3."""
    assert wilson(hits, n) == pytest.approx((low, high), abs=5e-5)


@pytest.mark.parametrize(("n", "low"), [(5, 0.57), (16, 0.81), (35, 0.90), (73, 0.95)])
def test_of_a_perfect_score_the_lower_end_is_n_of_n_and_almost_four(n: int, low: float) -> None:
    assert wilson(n, n).low == pytest.approx(n / (n + 1.96**2))
    assert round(wilson(n, n).low, 2) == low


@given(COUNTS)
def test_the_share_lies_inside_and_the_ends_are_shares(counts: tuple[int, int]) -> None:
    hits, n = counts
    low, high = wilson(hits, n)

    assert 0 <= low <= (hits / n if n else 0.5) <= high <= 1
    assert low < high


@given(COUNTS)
def test_failures_have_the_mirror_image(counts: tuple[int, int]) -> None:
    hits, n = counts
    low, high = wilson(n - hits, n)

    assert wilson(hits, n) == pytest.approx((1 - high, 1 - low))


@given(COUNTS)
def test_more_of_the_same_narrows_it(counts: tuple[int, int]) -> None:
    hits, n = counts
    few, many = wilson(hits, n), wilson(4 * hits, 4 * n)

    assert many.high - many.low <= few.high - few.low


def test_of_nothing_counted_nothing_is_known() -> None:
    assert wilson(0, 0) == Interval(0.0, 1.0)


@pytest.mark.parametrize(("hits", "n"), [(-1, 3), (4, 3), (0, -1)])
def test_counts_that_cannot_be_are_refused(hits: int, n: int) -> None:
    with pytest.raises(ValueError, match="is no share"):
        wilson(hits, n)
