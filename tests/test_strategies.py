"""Strategies: which two answers each of them claims, and that no claim makes a pair without the judge's word."""

from __future__ import annotations

from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from constitution.core.asking import drive
from constitution.core.judgement import Claim, Preference, Rating, Verdict
from constitution.core.named import bound, named
from constitution.core.trail import Critique, Evidence, Response, Trail
from constitution.pairing import STRATEGIES
from constitution.pairing.best_over_worst import best_over_worst
from constitution.stages.pair import pair
from tests.scenes import CALM, KIND, TRUE, Cast, brief, prompt

GIVEN = "given"


def answer(text: str, **more: Any) -> Response:
    """An answer of a scripted author."""
    return Response(text=text, origin="program", model="scripted:author", step="s1", **more)


def found(response: int, principle: Any = CALM, verdict: Any = "violates") -> Critique:
    """What the critic found, with evidence where it is a violation."""
    shown = Evidence(kind="quote", text="x", start=0, end=1) if verdict == "violates" else None
    return Critique(principle=principle.ref, response=response, group="all", verdict=verdict, evidence=shown, step="s2")


def trail(*responses: Response, critiques: tuple[Critique, ...] = (), scores: tuple[int | None, ...] = ()) -> Trail:
    """A trail with these answers and what was said of them."""
    ratings = tuple(Rating(response=place, score=score, step="s3") for place, score in enumerate(scores))
    return Trail.start(prompt(intent="benign")).plus(responses=responses, critiques=critiques, ratings=ratings)


ROUNDS = trail(
    answer("one"), answer("two", parent=0), answer("three", parent=1),
    critiques=(found(0), found(1, KIND), found(0, TRUE, "complies"), found(2, verdict="complies"),
               found(2, KIND, "complies")),
)  # fmt: skip
REVISED = trail(answer("one"), answer("two", parent=0), critiques=(found(0), found(1, verdict="complies")))
TRAILS: dict[str, Trail] = {
    "best_over_worst": trail(answer("one"), answer("two"), answer("three"), scores=(5, 2, 9)),
    "guided_over_plain": trail(answer("one"), answer("two", arm="guided")),
    "help_over_refusal": trail(answer("one"), answer("two", arm="over_refusal", declines=True)),
    "helpful_revision_over_draft": REVISED,
    "judged_candidates": trail(answer("one", arm=GIVEN), answer("two", arm=GIVEN)),
    "judged_drafts": trail(answer("one"), answer("two")),
    "keep_over_break": trail(answer("one", arm="keep"), answer("two", arm="break"),
                             critiques=(found(1), found(0, verdict="complies"))),
    "last_revision_over_first_draft": ROUNDS,
    "plain_over_elicited": trail(answer("one"), answer("two", arm="elicited"),
                                 critiques=(found(1), found(0, verdict="complies"))),
    "revision_over_draft": REVISED,
    "strong_over_weak": trail(answer("one", arm="weak"), answer("two", arm="strong")),
}  # fmt: skip
"""For each strategy a trail of which it makes a claim."""

CLAIMS: dict[str, tuple[int, int, tuple[str, ...]]] = {
    "best_over_worst": (1, 2, ()),
    "guided_over_plain": (0, 1, ()),
    "help_over_refusal": (1, 0, ()),
    "helpful_revision_over_draft": (0, 1, ("no-shouting",)),
    "judged_candidates": (0, 1, ()),
    "judged_drafts": (0, 1, ()),
    "keep_over_break": (1, 0, ("no-shouting",)),
    "last_revision_over_first_draft": (0, 2, ("no-shouting", "be-kind")),
    "plain_over_elicited": (1, 0, ("no-shouting",)),
    "revision_over_draft": (0, 1, ("no-shouting",)),
    "strong_over_weak": (0, 1, ()),
}
"""Rejected, chosen, and what is cited."""


def claim_of(name: str, of: Trail, **settings: Any) -> Claim | None:
    """What the strategy of this name claims."""
    claim: Claim | None = bound(named("pairing", STRATEGIES, name), settings)(of)
    return claim


def test_every_strategy_has_a_trail_here() -> None:
    assert TRAILS.keys() == CLAIMS.keys() == STRATEGIES.keys()


@pytest.mark.parametrize("name", STRATEGIES)
def test_a_strategy_claims_what_its_name_says(name: str) -> None:
    claim = claim_of(name, TRAILS[name])

    assert claim is not None
    assert claim.strategy == name
    assert (claim.rejected, claim.chosen, tuple(ref.id for ref in claim.principles)) == CLAIMS[name]


def test_only_a_claim_that_nothing_speaks_for_may_be_turned_round() -> None:
    every = {name: claim for name in STRATEGIES if (claim := claim_of(name, TRAILS[name]))}

    assert {name for name, claim in every.items() if claim.either} == {"judged_candidates", "judged_drafts"}
    assert {name for name, claim in every.items() if claim.on == "helpfulness"} == {"help_over_refusal"}
    assert {name for name, claim in every.items() if claim.strict_help} == {"helpful_revision_over_draft"}
    assert {name for name, claim in every.items() if claim.critiqued} == {
        "helpful_revision_over_draft", "keep_over_break", "last_revision_over_first_draft", "plain_over_elicited",
        "revision_over_draft",
    }  # fmt: skip


@pytest.mark.parametrize("name", STRATEGIES)
@pytest.mark.parametrize(
    "of",
    [trail(), trail(answer("one")), trail(answer("one", arm="odd"), answer("two", arm="odd"))],
    ids=["nothing", "one answer", "two answers of no known arm"],
)
def test_a_strategy_makes_no_claim_of_answers_that_it_does_not_know(name: str, of: Trail) -> None:
    assert claim_of(name, of) is None


@pytest.mark.parametrize(
    ("name", "of"),
    [
        ("judged_candidates", trail(*(answer(str(n), arm=GIVEN) for n in range(3)))),
        ("judged_drafts", trail(*(answer(str(n)) for n in range(3)))),
        ("guided_over_plain", trail(answer("one"), answer("two"), answer("three", arm="guided"))),
        ("keep_over_break", trail(answer("one", arm="keep"), answer("two", arm="break"))),
        ("plain_over_elicited", trail(answer("one"), answer("two", arm="elicited"), critiques=(found(0),))),
        ("help_over_refusal", trail(answer("one", declines=True), answer("two", arm="over_refusal"))),
    ],
    ids=["three given", "three drafts", "two plain ones", "nothing found", "found in the other", "no help"],
)
def test_a_strategy_makes_no_claim_of_a_trail_that_is_not_its_own(name: str, of: Trail) -> None:
    assert claim_of(name, of) is None


def test_a_revision_is_no_draft_of_its_arm() -> None:
    claim = claim_of("guided_over_plain", trail(answer("one"), answer("two", parent=0), answer("three", arm="guided")))

    assert claim is not None
    assert (claim.rejected, claim.chosen) == (0, 2)


def decided(claim: Claim, verdicts: tuple[Verdict, ...]) -> bool:
    """Whether each order has an answer on the question that decides, and all of them name a side that may win."""
    said = [(verdict.order, getattr(verdict, claim.on)) for verdict in verdicts]
    sides = {side for _, side in said}
    return len({order for order, _ in said}) == 2 and (sides == {"b"} or (claim.either and sides == {"a"}))


PREFERENCES = st.sampled_from(get_args(Preference))
ANSWERS = st.lists(
    st.tuples(st.sampled_from(["a_first", "b_first"]), PREFERENCES, PREFERENCES), max_size=2, unique_by=lambda v: v[0]
)


@pytest.mark.parametrize("name", STRATEGIES)
@given(said=ANSWERS)
def test_ties_invalid_and_missing_verdicts_make_no_pair(name: str, said: list[tuple[str, str, str]]) -> None:
    claim = claim_of(name, TRAILS[name])
    assert claim is not None
    verdicts = tuple(
        Verdict(a=claim.rejected, b=claim.chosen, order=order, principles=on, helpfulness=helps, step="s4")
        for order, on, helps in said
    )  # fmt: skip
    of = TRAILS[name].but(claim=claim).plus(verdicts=verdicts)
    after = drive(pair(brief(strategy=lambda trail: claim))(of), Cast())

    assert after.pair is None or decided(claim, verdicts)
    assert (after.pair is None) == (after.fate == "undecided")


@pytest.mark.parametrize("name", STRATEGIES)
def test_both_orders_for_the_claim_make_its_pair(name: str) -> None:
    claim = claim_of(name, TRAILS[name])
    assert claim is not None
    verdicts = tuple(
        Verdict(a=claim.rejected, b=claim.chosen, order=order, principles="b", helpfulness="b", step="s4")
        for order in ("a_first", "b_first")
    )
    after = drive(
        pair(brief(strategy=lambda trail: claim))(TRAILS[name].but(claim=claim).plus(verdicts=verdicts)), Cast()
    )

    assert after.pair is not None
    assert (after.pair.strategy, after.pair.flipped) == (name, False)
    assert after.pair.chosen == TRAILS[name].responses[claim.chosen]
    assert after.pair.rejected == TRAILS[name].responses[claim.rejected]


SCORES = st.lists(st.none() | st.integers(1, 10), max_size=20)


@given(scores=SCORES, below=st.sampled_from(["minimum", "mean_minus_two_sigma"]))
def test_ratings_that_tie_or_are_missing_make_no_claim(scores: list[int | None], below: Any) -> None:
    of = trail(*(answer(str(place)) for place in range(len(scores))), scores=tuple(scores))
    claim = best_over_worst(of, rejected=below)
    there = [score for score in scores if score is not None]

    if claim is None:
        assert len(set(there)) < 2
        return
    best, worst = scores[claim.chosen], scores[claim.rejected]
    assert best is not None
    assert worst is not None
    assert best == max(there) > worst
    assert below != "minimum" or worst == min(there)


def test_the_best_must_be_good_enough() -> None:
    of = TRAILS["best_over_worst"]

    assert best_over_worst(of, floor=9) == best_over_worst(of)
    assert best_over_worst(of, floor=10) is None


def test_the_mean_less_two_sigma_passes_over_an_outlier() -> None:
    scores = (1, 4, *[6] * 12, 8, 9)  # mean 5.9, standard deviation 1.7: the aim is 2.5
    of = trail(*(answer(str(place)) for place in range(len(scores))), scores=scores)
    claims = [best_over_worst(of), best_over_worst(of, rejected="mean_minus_two_sigma")]

    assert [claim and (claim.rejected, claim.chosen) for claim in claims] == [(0, 15), (1, 15)]
