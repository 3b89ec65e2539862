"""The figures of a judge, worked out by hand, and the laws that they keep."""

from __future__ import annotations

from dataclasses import replace
from math import comb, log
from typing import Any, Literal, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from constitution.cli.canaries import lines_of
from constitution.core.intervals import apart, around, wilson
from constitution.core.judgement import Preference, Verdict
from constitution.core.planted import Planted, planted_in
from constitution.core.qualities import QUALITIES, Quality
from constitution.core.records import Message, Prompt
from constitution.core.trail import Trail
from constitution.stages.canaries import CANARIES, planted_for
from constitution.trials.figures import Rate
from constitution.trials.judging.agreement import cohen, kappa
from constitution.trials.judging.calibration import brier, calibration, ece, temperature, tempered
from constitution.trials.judging.canaries import (
    BUCKETS,
    Bucket,
    CanaryCounting,
    CanaryFigures,
    bucket_of,
)
from constitution.trials.judging.figures import judge_figures, lacking, warnings
from constitution.trials.judging.judged import Judged, Truth, of_order

# item  label  a first  b first  length a, b   families a, b        what it is
TABLE: list[tuple[Truth, Preference, Preference, tuple[int, int], tuple[str, str]]] = [
    ("a", "a", "a", (200, 100), ("openai", "")),  # 1 right
    ("a", "a", "a", (100, 105), ("openai", "google")),  # 2 right, of one length: log 1.05 = 0.049
    ("a", "a", "b", (100, 200), ("openai", "google")),  # 3 the first shown
    ("b", "b", "b", (100, 200), ("google", "openai")),  # 4 right
    ("b", "b", "b", (200, 100), ("openai", "openai")),  # 5 right
    ("b", "a", "b", (200, 100), ("openai", "google")),  # 6 the first shown
    ("b", "a", "a", (200, 100), ("openai", "google")),  # 7 wrong in both
    ("a", "tie", "tie", (200, 100), ("openai", "google")),  # 8 a tie where there is none
    ("tie", "tie", "tie", (200, 100), ("openai", "google")),  # 9 right
    ("tie", "a", "a", (200, 100), ("openai", "google")),  # 10 wrong: no tie seen
    ("b", "invalid", "b", (200, 100), ("openai", "google")),  # 11 one order lost
    ("a", "b", "a", (200, 100), ("openai", "google")),  # 12 the second shown
]


def item(
    name: str, truth: Truth, first: Preference, second: Preference, lengths: tuple[int, int] = (1, 1),
    families: tuple[str, str] = ("", ""), p: tuple[float, ...] = (),
) -> Judged:  # fmt: skip
    """One pair, judged once an order."""
    return Judged(id=name, truth=truth, a_first=(first,), b_first=(second,), lengths=lengths, families=families, p=p)


ITEMS = [item(str(n), *row) for n, row in enumerate(TABLE, 1)]
FIGURES = judge_figures(ITEMS, "openai")


def counted(rate: Rate) -> tuple[int, int]:
    return rate.hits, rate.of


def test_the_figures_are_those_worked_out_by_hand() -> None:
    # a first: right on 1 2 3 4 5 9; b first: on 1 2 4 5 6 9 11 12; together 6 + 8 of 24.
    assert counted(FIGURES.a_first) == (6, 12)
    assert counted(FIGURES.b_first) == (8, 12)
    assert counted(FIGURES.accuracy) == (14, 24)
    # The same in both orders: 1 2 4 5 7 8 9 10; of these name an answer 1 2 4 5 7 10, rightly 1 2 4 5.
    assert counted(FIGURES.consistent) == (8, 12)
    assert counted(FIGURES.coverage) == (6, 12)
    assert counted(FIGURES.accuracy_when_consistent) == (4, 6)
    # The verdict over both orders is the label on 1 2 4 5 9.
    assert counted(FIGURES.agreement) == (5, 12)
    assert (FIGURES.n, FIGURES.ties, counted(FIGURES.invalid)) == (12, 2, (1, 24))


def test_kappa_is_the_one_worked_out_by_hand() -> None:
    # Verdicts: a 4 (1 2 7 10), b 2 (4 5), tie 6. Labels: a 5, b 5, tie 2.
    # Observed 5/12 = 60/144; by chance (4*5 + 2*5 + 6*2)/144 = 42/144; kappa = (60 - 42)/(144 - 42) = 18/102.
    assert FIGURES.kappa.value == pytest.approx(18 / 102)
    assert FIGURES.kappa.interval.low < 18 / 102 < FIGURES.kappa.interval.high


def test_the_lean_to_a_place_is_the_one_worked_out_by_hand() -> None:
    position = FIGURES.position
    # a first, decided: 1 2 3 4 5 6 7 10 12, the first one named on 1 2 3 6 7 10: 6 of 9.
    # b first, decided: 1 2 3 4 5 6 7 10 11 12, the first one named on 3 4 5 6 11: 5 of 10.
    assert counted(position.first) == (11, 19)
    # Better one first: label a in a first 1 2 3, not 8 12; label b in b first 4 5 6 11, not 7: 7 of 10.
    # Better one second: label a in b first 1 2 12, not 3 8; label b in a first 4 5, not 6 7 11: 5 of 10.
    assert (counted(position.right_first), counted(position.right_second)) == ((7, 10), (5, 10))
    assert position.apart == pytest.approx(0.2)


def test_the_lean_to_length_is_the_one_worked_out_by_hand() -> None:
    # Decided in both orders, with an answer as label: 1 2 4 5 7; 2 is of one length.
    # The longer one: judge 1 4 7, label 1 4; they differ on 7 alone.
    length = FIGURES.length
    assert (counted(length.judge), counted(length.labels)) == ((3, 4), (2, 4))
    assert length.value == pytest.approx(0.25)
    # One of one: Wilson's lower end is 1/(1 + 1.96^2) = 0.2065; (2*0.2065 - 1)/4 = -0.1467 up to 1/4.
    assert length.interval == pytest.approx((-0.1467, 0.25), abs=1e-4)


def test_the_lean_to_its_own_family_is_the_one_worked_out_by_hand() -> None:
    # Of 1 2 4 5 7: the maker of one is unknown in 1, both are of the family in 5. Left are 2 4 7.
    # Its own wins: judge 2 4 7, labels 2 4.
    own = FIGURES.own_family
    assert (counted(own.judge), counted(own.labels)) == ((3, 3), (2, 3))
    assert own.value == pytest.approx(1 / 3)
    assert "own family: it leans 33 points more" in " ".join(warnings(FIGURES))
    assert judge_figures(ITEMS, "qwen").own_family.value is None
    assert judge_figures(ITEMS, "").own_family.value is None


def test_the_published_table_comes_out_of_its_counts() -> None:
    """JudgeBench, o1-mini with the Arena-Hard prompt, 350 pairs of GPT-4o: 68.6 / 70.9 / 86.4 / 67.1 per cent."""
    rows = [
        *[item("", "a", "a", "a")] * 203,  # both orders right
        *[item("", "a", "b", "b")] * 32,  # both wrong: 235 covered
        *[item("", "a", "tie", "tie")] * 5,  # both a tie: 240 consistent
        *[item("", "a", "a", "b")] * 45,
        *[item("", "a", "tie", "a")] * 45,
        *[item("", "a", "b", "tie")] * 20,
    ]
    found = judge_figures([replace(one, id=str(n)) for n, one in enumerate(rows)])

    assert share(found.consistent) == 68.6  # 240 / 350
    assert share(found.accuracy) == 70.9  # (2 * 203 + 45 + 45) / 700
    assert share(found.accuracy_when_consistent) == 86.4  # 203 / 235
    assert share(found.coverage) == 67.1  # 235 / 350


def share(rate: Rate) -> float:
    return round(100 * rate.hits / rate.of, 1)


def test_two_looks_at_an_item_are_not_two_items() -> None:
    assert FIGURES.accuracy.interval == around(14 / 24, 12)
    assert FIGURES.accuracy.interval.low < wilson(14, 24).low


def test_calibration_is_the_one_worked_out_by_hand() -> None:
    right = [0.9, 0.8, 0.7, 0.4]
    # Sure .9 .8 .7 .6; right, right, right, wrong. Each in its own bin: (.1 + .2 + .3 + .6)/4.
    assert ece(right) == pytest.approx(0.3)
    # In two bins, {.6 .7} with one right of two and {.8 .9} with two of two: |1.3 - 1| + |1.7 - 2|, by 4.
    assert ece(right, bins=2) == pytest.approx(0.15)
    # (.1^2 + .2^2 + .3^2 + .6^2)/4 = (.01 + .04 + .09 + .36)/4
    assert brier(right) == pytest.approx(0.125)


def test_the_temperature_makes_a_judge_as_sure_as_it_is_right() -> None:
    """Always 0.8 sure and right in 3 of 4; with one more that is wrong, log-odds of 4 to 1 must become 3 to 2."""
    right = [0.8, 0.8, 0.8, 0.2]

    assert temperature(right) == pytest.approx(log(4) / log(1.5), abs=1e-3)
    assert tempered(0.8, temperature(right)) == pytest.approx(0.6, abs=1e-4)


def test_a_judge_that_was_always_right_is_made_no_surer_than_the_count_allows() -> None:
    """100 of 100: the next one with 100 / 101."""
    right = [0.9] * 100

    assert tempered(0.9, temperature(right)) == pytest.approx(100 / 101, abs=1e-3)


def test_the_probability_of_the_label_is_counted_and_places_cancel_out() -> None:
    found = calibration([item("1", "b", "b", "b", p=(0.9, 0.7)), item("2", "a", "b", "b", p=(0.6, 0.6))])

    # Right answers at .8 and .4: the first is .8 sure and right, the second .6 sure and wrong.
    assert found is not None
    assert found.n == 2
    assert (found.ece, found.brier) == pytest.approx((0.4, (0.04 + 0.36) / 2))
    assert not found.usable
    assert calibration([item("1", "b", "b", "b")]) is None
    assert calibration([item("1", "tie", "b", "b", p=(0.9,))]) is None


def test_a_judge_that_errs_as_often_as_it_says_is_usable() -> None:
    items = [item(str(n), "b" if n % 10 < 8 else "a", "b", "b", p=(0.8, 0.8)) for n in range(300)]
    found = calibration(items)

    assert found is not None
    assert found.usable
    assert found.temperature == pytest.approx(1, abs=0.03)
    assert not any("probabilities" in each for each in warnings(judge_figures(items)))


def test_a_judge_that_always_takes_the_first_is_warned_of_and_covers_nothing() -> None:
    items = [item(str(n), "a" if n % 2 else "b", "a", "b") for n in range(40)]
    found = judge_figures(items)

    assert counted(found.position.first) == (80, 80)
    assert found.position.apart == 1
    assert (counted(found.accuracy), counted(found.coverage)) == ((40, 80), (0, 40))
    assert [each.partition(":")[0] for each in warnings(found)] == ["position"]


def test_floors_are_held_to_the_lower_end_of_the_interval() -> None:
    found = judge_figures([item(str(n), "a", "a", "a" if n else "b") for n in range(20)])

    assert found.accuracy.hits / found.accuracy.of == 0.975
    assert lacking(found, {"accuracy": 0.79, "consistent": 0.75}) == ()
    assert [each.split()[0] for each in lacking(found, {"accuracy": 0.90, "consistent": 0.75})] == ["accuracy"]


def test_every_quality_has_a_figure_and_its_words() -> None:
    assert set(get_args(Quality)) == set(QUALITIES)
    for name in get_args(Quality):
        assert -1 <= FIGURES.floor(name) <= 1


@pytest.mark.parametrize(
    ("votes", "said"),
    [((), "invalid"), (("a",), "a"), (("a", "b"), "tie"), (("a", "b", "a"), "a"), (("a", "invalid", "a"), "invalid"),
     (("tie", "a", "b"), "tie")],
)  # fmt: skip
def test_the_majority_of_an_order_speaks_for_it(votes: tuple[Preference, ...], said: Preference) -> None:
    assert of_order(votes) == said


def test_where_all_votes_must_agree_a_majority_is_a_tie() -> None:
    assert of_order(("a", "b", "a"), unanimous=True) == "tie"
    assert of_order(("a", "a", "a"), unanimous=True) == "a"
    one = Judged(id="1", truth="a", a_first=("a", "b", "a"), b_first=("a", "a", "a"))
    assert (one.verdict, replace(one, unanimous=True).verdict) == ("a", "tie")


VERDICTS = st.sampled_from(get_args(Preference))
LABELLED = st.lists(st.tuples(st.sampled_from(get_args(Truth)), VERDICTS, VERDICTS), min_size=1, max_size=30)
TURNED: dict[Preference, Preference] = {"a": "b", "b": "a", "tie": "tie", "invalid": "invalid"}


def all_of(rows: list[tuple[Truth, Preference, Preference]]) -> list[Judged]:
    return [item(str(n), *row) for n, row in enumerate(rows)]


@settings(max_examples=15, deadline=None)  # each draws a thousand samples
@given(LABELLED)
def test_what_is_covered_is_consistent_and_what_agrees_is_right_in_both_orders(
    rows: list[tuple[Truth, Preference, Preference]],
) -> None:
    found = judge_figures(all_of(rows))

    assert found.coverage.hits <= found.consistent.hits <= found.n
    assert found.accuracy.hits == found.a_first.hits + found.b_first.hits
    assert found.accuracy_when_consistent.hits <= found.agreement.hits
    assert found.accuracy_when_consistent.of == found.coverage.hits


@settings(max_examples=15, deadline=None)  # each draws a thousand samples
@given(LABELLED)
def test_calling_a_b_and_b_a_changes_no_figure(rows: list[tuple[Truth, Preference, Preference]]) -> None:
    turned: list[tuple[Truth, Preference, Preference]] = [
        ({"a": "b", "b": "a", "tie": "tie"}[truth], TURNED[second], TURNED[first])  # type: ignore[misc]  # same three
        for truth, first, second in rows
    ]
    one, other = judge_figures(all_of(rows)), judge_figures(all_of(turned))

    assert one.position == other.position
    assert one.kappa.value == pytest.approx(other.kappa.value)
    for name in ("accuracy", "consistent", "coverage", "accuracy_when_consistent", "agreement"):
        assert getattr(one, name) == getattr(other, name)


def test_kappa_of_nothing_and_of_one_word_is_none() -> None:
    assert cohen({}) is None
    assert cohen({("a", "a"): 7}) is None
    assert kappa([]).value is None


def test_the_bootstrap_draws_groups_and_always_the_same_ones() -> None:
    truths: list[Truth] = ["a", "b"] * 20
    apart_ = [item(str(n), truth, truth, "a" if n % 4 == 1 else truth) for n, truth in enumerate(truths)]
    together = [replace(one, group=str(n // 10)) for n, one in enumerate(apart_)]

    assert kappa(apart_) == kappa(apart_)
    assert kappa(apart_).value == kappa(together).value
    assert kappa(apart_).interval != kappa(together).interval


@given(st.integers(0, 30), st.integers(0, 30), st.integers(0, 30))
def test_how_far_two_shares_are_apart_lies_in_its_interval(more: int, less: int, alike: int) -> None:
    n = more + less + alike
    low, high = apart(more, less, n)

    assert -1 <= low <= ((more - less) / n if n else 0) <= high <= 1
    assert apart(less, more, n) == pytest.approx((-high, -low))


def planted(number: int, lost: int) -> list[Planted]:
    return [Planted(f"p-{n}", "judge", "blank", n < lost) for n in range(number)]


def canaries(found: list[Planted]) -> CanaryFigures:
    counting = CanaryCounting()
    counting.add(found)
    figures = counting.figures()
    assert figures is not None
    return figures


def test_one_lost_canary_voids_nothing_and_here_is_why() -> None:
    """A judge that is right 99 times in 100 loses one or more of 20 canaries in 18% of all buckets."""
    of_20 = [comb(20, k) * 0.01**k * 0.99 ** (20 - k) for k in range(21)]
    fails = [k for k in range(21) if Bucket(0, Rate(k, 20)).standing == "failed"]

    assert 1 - of_20[0] == pytest.approx(1 - 0.99**20)
    assert round(1 - of_20[0], 2) == 0.18
    # Wilson's lower end is 0.028 at two of 20 and 0.052 at three, which is the first above 0.05.
    assert fails == list(range(3, 21))
    assert sum(of_20[k] for k in fails) < 0.002


@pytest.mark.parametrize(
    ("lost", "of", "standing"),
    [(0, 0, "insufficient"), (19, 19, "insufficient"), (0, 20, "good"), (2, 20, "good"), (3, 20, "failed"),
     (10, 100, "failed"), (9, 100, "good"), (6, 100, "good")],
)  # fmt: skip
def test_a_bucket_fails_where_the_lower_end_is_above_what_is_tolerated(lost: int, of: int, standing: str) -> None:
    assert Bucket(0, Rate(lost, of)).standing == standing


def test_buckets_are_fixed_by_the_prompt_and_add_up() -> None:
    found, turned = canaries(planted(400, 30)), canaries(planted(400, 30)[::-1])

    assert found == turned
    assert len(found.buckets) == BUCKETS
    assert counted(found.whole.lost) == (30, 400)
    assert sum(each.lost.of for each in found.buckets) == 400
    assert all(30 <= each.lost.of <= 70 for each in found.buckets)
    assert CanaryCounting().figures() is None


def test_only_a_judge_that_holds_the_planted_text_to_help_more_has_lost() -> None:
    def said(helpfulness: Preference, order: Literal["a_first", "b_first"], **more: Any) -> Verdict:
        given = {"canary": "blank", "principles": "a", **more}
        return Verdict(a=-1, b=0, order=order, helpfulness=helpfulness, step="s1", **given)

    prompt = Prompt.of(Message(role="user", content="Why?"))
    trail = Trail.start(prompt).plus(
        verdicts=(
            said("b", "a_first"), said("a", "b_first"),
            said("tie", "a_first", role="judge-2"), said("invalid", "b_first", role="judge-2"),
            said("invalid", "a_first", role="judge-3"),
            said("a", "a_first", canary=""),
        )
    )  # fmt: skip

    assert [(each.role, each.lost) for each in planted_in(trail)] == [("judge", True), ("judge-2", False)]
    counting = CanaryCounting()
    counting.add(planted_in(trail))
    found = counting.figures()
    assert found is not None
    first, worst = lines_of(found)
    assert "1 of 2" in first
    assert "too few" in first
    assert worst == "lost to: blank 1 of 2"
    assert not list(planted_in(Trail.start(prompt)))


def test_what_failed_is_said() -> None:
    shown = " ".join(lines_of(canaries(planted(400, 200))))

    assert "200 of 400 (50.0%, 45.1% to 54.9%)" in shown
    assert "the judge fails: it loses more than 5%" in shown
    assert "lost to: blank 200 of 400" in shown

    one = bucket_of("p-0")
    mixed = [
        each._replace(lost=bucket_of(each.prompt_id) == one and n % 3 == 0) for n, each in enumerate(planted(400, 0))
    ]
    assert canaries(mixed).failed == (one,)
    assert f"the judge fails in 1 of 8 parts ({one})" in " ".join(lines_of(canaries(mixed)))


def test_there_are_planted_texts_enough_and_each_prompt_has_its_own() -> None:
    assert len(CANARIES) == len(set(CANARIES.values())) >= 12
    assert {planted_for("seed", f"p-{n}")[0] for n in range(400)} == set(CANARIES)
    assert planted_for("seed", "p-1") == planted_for("seed", "p-1")
