"""Judging at its bounds: judges that are missing, texts that are alike, rulings both ways, figures of few pairs."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Mapping
from math import exp, log, sqrt
from typing import Any

import pytest

from constitution.core.asking import Asking, Reply, Request, drive, hand_over
from constitution.core.chance import fraction
from constitution.core.judgement import Ballot, Preference, Verdict
from constitution.core.rulings import Ruling, Rulings
from constitution.core.trail import Trail, pair_id
from constitution.errors import CallFailed, Mistake, NotFound, Quarantined, Transient
from constitution.pairing.probability import calibrated, likelihood
from constitution.recipe import chain
from constitution.stages.judge import judge
from constitution.stages.pair import pair
from constitution.stages.screen import screen
from constitution.trials.judging.agreement import kappa
from constitution.trials.judging.calibration import LEAST, calibration, tempered
from constitution.trials.judging.figures import judge_figures, warnings
from constitution.trials.judging.judged import Judged
from tests.scenes import brief, nonce, options
from tests.test_judging import (
    BAD,
    GOOD,
    PANEL,
    answering,
    by_model,
    earned,
    judged,
    second_over_first,
    two,
    with_logprobs,
)

Answer = Callable[[Request], Reply | CallFailed]


def naming(request: Request, option: str) -> Reply:
    """A verdict for this option."""
    value = {"nonce": nonce(request), "reason": "because", "principles": option, "helpfulness": "tie"}
    return Reply(text=json.dumps(value), model_returned=request.model)


ALL_GOOD = dict.fromkeys(PANEL.values(), "good")


def without(gone: set[str], failure: CallFailed) -> Answer:
    """Judges of whom these fail so, and the others prefer the better answer."""
    return lambda request: failure if request.model in gone else by_model(ALL_GOOD)(request)


@pytest.mark.parametrize(("missing", "fate"), [(1, "paired"), (2, "paired"), (3, "undecided")])
def test_the_last_judge_of_a_panel_that_answers_does_not_decide_alone(missing: int, fate: str) -> None:
    gone = set(list(PANEL.values())[-missing:])
    trail = judged(without(gone, Quarantined("no such model")), roles=PANEL, panel="always")

    assert trail.fate == fate
    assert (trail.pair is None) == (fate == "undecided")
    if trail.pair is None:
        assert "the panel of 1 comes to no decision" in trail.reason


def test_a_call_of_a_panel_that_may_succeed_tomorrow_is_no_abstention() -> None:
    """Else today's row would be another than that of the same order run again."""
    failing = without({"local:qwen-z"}, Transient("503"))

    assert judged(failing, roles=PANEL, panel="always").fate == "fault:transient"
    assert judged(failing, roles=PANEL).fate == "paired", "nobody asked it"


def about_the_planted(said: Reply | CallFailed) -> Answer:
    """A judge that prefers the better answer, and says this of a planted text."""

    def answer(request: Request) -> Reply | CallFailed:
        return answering(lambda _: "good")(request) if set(options(request)) == {GOOD, BAD} else said

    return answer


def test_what_a_judge_does_not_say_of_a_planted_text_costs_no_pair() -> None:
    for said in (Reply(text="not JSON", model_returned="m"), Quarantined("400")):
        trail = judged(about_the_planted(said), canaries=1.0)
        assert (earned(trail).chosen.text, len(trail.verdicts)) == (GOOD, 2)

    assert judged(about_the_planted(Transient("503")), canaries=1.0).fate == "fault:transient"


LONG = GOOD + " So it is." * 40


def on_long(says: Mapping[str, str]) -> Answer:
    """Judges that name the long answer, whole or cut, or what is shown first."""

    def answer(request: Request) -> Reply:
        names = options(request)
        good = next(name for text, name in names.items() if text != BAD)
        return naming(request, good if says[request.model] == "good" else next(iter(names.values())))

    return answer


def test_all_that_decided_are_asked_again_about_the_cut_answer() -> None:
    """The first judge alone would be asked in vain: that it could not decide is why there is a panel."""
    says = ALL_GOOD | {"anthropic:claude-x": "split"}
    trail = judged(on_long(says), two(second=LONG), roles=PANEL, truncation_share=1.0)

    assert earned(trail).chosen.text == LONG
    assert [verdict.role for verdict in trail.verdicts if verdict.cut] == [role for role in PANEL for _ in range(2)]


def test_two_answers_that_say_the_same_are_not_put_to_the_judge() -> None:
    asked: list[Request] = []

    def say(request: Request) -> Reply:
        asked.append(request)
        return answering(lambda _: "good")(request)

    trail = judged(say, two(first=f"{GOOD}\n", second=f" {GOOD}"))
    assert (trail.fate, asked) == ("undecided", [])
    assert "says the same" in trail.reason


def test_a_judge_is_held_to_principles_that_there_are_and_to_votes_that_can_help() -> None:
    with pytest.raises(NotFound, match="no-such-thing"):
        judged(answering(lambda _: "good"), principles=("no-such-thing",))
    with pytest.raises(Mistake, match="in vain"):
        judged(answering(lambda _: "good"), agreement="unanimous", votes=3, extra_votes=2)


# --- rulings on either way round -----------------------------------------------------------------------------------


def ruled(trail: Trail, chosen: str, rejected: str, verdict: str) -> Ruling:
    """A person's ruling on the pair with these sides."""
    return Ruling.model_validate({
        "about": "pair", "prompt_id": trail.prompt.id, "pair_id": pair_id(trail.prompt.messages, chosen, rejected),
        "verdict": verdict, "reviewer": "r-1", "date": "2026-01-31",
    })  # fmt: skip


def after_rulings(*given: tuple[str, str, str], says: str = "good") -> Trail:
    """What comes of two answers, which the judge may turn round, after rulings of (chosen, rejected, verdict)."""
    trail = two()
    told = brief(strategy=second_over_first, rulings=Rulings(tuple(ruled(trail, *each) for each in given)))
    return drive(
        chain([("judge", judge(told)), ("pair", pair(told)), ("screen", screen(told))])(trail),
        answering(lambda _: says),
    )


def test_a_pair_that_is_dropped_one_way_round_and_kept_the_other_is_kept() -> None:
    for given in ([(GOOD, BAD, "drop"), (BAD, GOOD, "keep")], [(BAD, GOOD, "keep"), (GOOD, BAD, "drop")]):
        made = earned(after_rulings(*given))
        assert (made.chosen.text, made.flipped, made.p_chosen, made.p_basis) == (BAD, True, 1.0, "ruling")


def test_of_two_ways_round_that_are_both_kept_the_later_holds() -> None:
    first, second = (GOOD, BAD, "keep"), (BAD, GOOD, "keep")

    assert earned(after_rulings(first, second)).chosen.text == BAD
    assert earned(after_rulings(second, first)).chosen.text == GOOD


# --- how sure a pair is --------------------------------------------------------------------------------------------


def said_by(*given: tuple[str, float | None]) -> tuple[Verdict, ...]:
    """Verdicts for ``b`` in both orders, of these judges with these probabilities."""
    return tuple(
        Verdict(a=0, b=1, order=order, role=role, principles="b", helpfulness="tie", step="s", p=p)
        for role, p in given
        for order in ("a_first", "b_first")
    )


def test_a_temperature_corrects_the_log_probs_of_its_own_judge_alone() -> None:
    ballot = Ballot(temperature=0.1)
    for verdicts, basis, p in (
        (said_by(("judge", None)), "votes", 0.75),
        (said_by(("judge", 0.6), ("judge-2", None)), "votes", 0.8),
        (said_by(("judge", 0.6), ("judge-2", 0.7)), "logprobs", 0.65),
    ):
        found = likelihood(verdicts, "b", "principles", ballot)
        assert found is not None
        assert found[0] == pytest.approx(p)
        assert found[1] == basis
        assert not calibrated(verdicts, ballot)

    alone = said_by(("judge", 0.6))
    found = likelihood(alone, "b", "principles", ballot)
    assert found is not None
    assert found[0] == pytest.approx(tempered(0.6, 0.1))
    assert calibrated(alone, ballot)


def test_the_probability_of_a_pair_that_was_turned_round_is_that_of_its_own_chosen_answer() -> None:
    made = earned(judged(with_logprobs(0.7), two(first=GOOD, second=BAD), logprobs=True))

    assert (made.chosen.text, made.flipped, made.p_basis) == (GOOD, True, "logprobs")
    assert made.p_chosen == pytest.approx(0.7)


def test_votes_of_a_calibrated_judge_are_not_called_calibrated() -> None:
    made = earned(judged(answering(lambda _: "good"), calibration={"scripted:judge": 0.2}))

    assert (made.p_chosen, made.p_basis, made.calibrated) == (0.75, "votes", False)


def test_log_probs_that_mean_nothing_are_not_used() -> None:
    found = likelihood(said_by(("judge", 0.99)), "b", "principles", Ballot(distrusted=True, temperature=0.1))
    assert found == (0.75, "votes")

    told = brief(strategy=second_over_first, miscalibrated=frozenset({brief().model("judge")}))
    stages = chain([("judge", judge(told, logprobs=True)), ("pair", pair(told)), ("screen", screen(told))])
    made = earned(drive(stages(two()), with_logprobs(0.3)))
    assert (made.p_chosen, made.p_basis) == (0.75, "votes")


# --- the plan ------------------------------------------------------------------------------------------------------


def longest(stage: Callable[[Trail], Asking[Trail]], trail: Trail) -> int:
    """How many requests a dry run counts."""
    asking, count = stage(trail), 0
    try:
        requests = next(asking)
        while True:
            count += len(requests)
            requests = hand_over(asking, [Reply(text=r.supposed, model_returned=r.model) for r in requests])
    except StopIteration:
        return count


@pytest.mark.parametrize("roles", [{}, PANEL], ids=["alone", "panel"])
@pytest.mark.parametrize("settings", [
    {"votes": 3, "extra_votes": 2}, {"votes": 2, "extra_votes": 2}, {"extra_votes": 4}, {"votes": 3},
    {"votes": 3, "agreement": "unanimous"}, {"votes": 5, "extra_votes": 2, "canaries": 1.0},
])  # fmt: skip
def test_no_way_through_the_judge_asks_more_than_the_dry_run_supposes(
    roles: dict[str, str], settings: dict[str, Any]
) -> None:
    cast = {"author": "openai:gpt-x", "critic": "scripted:critic", "reviser": "openai:gpt-x", "judge": "scripted:judge"}
    told = brief(strategy=second_over_first, roles={**cast, **roles})
    stage = judge(told, truncation_share=1.0, **settings)
    # Each first answer may be off its schema, so that the longest way asks everything twice.
    most = longest(stage, two()) // 2

    for share in (0.2, 0.4, 0.5):
        for number in range(60):
            asked: list[Request] = []

            def say(request: Request, asked: list[Request] = asked, share: float = share) -> Reply:
                asked.append(request)
                names = options(request)
                bad = fraction(request.digest, "toss") < share
                named = names[BAD] if bad and BAD in names else next((n for t, n in names.items() if t != BAD), "tie")
                return naming(request, named)

            drive(stage(two(number)), say)
            assert len(asked) <= most


# --- the figures of qualify, by a second hand ----------------------------------------------------------------------


def tossed(seed: int, count: int) -> list[Judged]:
    """Random items; every second one with probabilities."""
    chance = random.Random(seed)
    says: tuple[Preference, ...] = ("a", "b", "tie", "invalid")
    return [
        Judged(
            id=str(n),
            truth=chance.choice(("a", "b", "tie")),
            a_first=tuple(chance.choices(says, (5, 4, 2, 0.3), k=3)),
            b_first=tuple(chance.choices(says, (5, 4, 2, 0.3), k=3)),
            p=tuple(chance.random() for _ in range(6)) if n % 2 else (),
        )
        for n in range(count)
    ]


def by_majority(votes: tuple[Preference, ...]) -> str:
    """What three votes come to."""
    if "invalid" in votes:
        return "invalid"
    return next((word for word in ("a", "b", "tie") if votes.count(word) >= 2), "tie")


def scored(hits: int, n: int) -> tuple[float, float]:
    """Wilson's interval by the roots of its quadratic equation, (p - x)^2 = z^2 x (1 - x) / n."""
    p, z2 = hits / n, 1.96**2
    a, b, c = 1 + z2 / n, -(2 * p + z2 / n), p * p
    root = sqrt(b * b - 4 * a * c)
    return (-b - root) / (2 * a), (-b + root) / (2 * a)


@pytest.mark.parametrize("seed", range(8))
def test_the_figures_are_those_of_a_second_reckoning(seed: int) -> None:
    items = tossed(seed, 120)
    found = judge_figures(items)
    both = [(by_majority(each.a_first), by_majority(each.b_first), each.truth) for each in items]
    same = [(one, true) for one, other, true in both if one == other != "invalid"]
    named = [(one, true) for one, true in same if one != "tie"]
    verdicts = [(one if one == other != "invalid" else "tie", true) for one, other, true in both]

    assert (found.consistent.hits, found.coverage.hits) == (len(same), len(named))
    assert found.accuracy_when_consistent.hits == sum(one == true for one, true in named)
    assert found.accuracy.hits == sum((one == true) + (other == true) for one, other, true in both)
    assert found.consistent.interval == pytest.approx(scored(len(same), 120))
    agreed = sum(one == true for one, true in verdicts) / 120
    words = ("a", "b", "tie")
    chance = (
        sum(sum(one == word for one, _ in verdicts) * sum(true == word for _, true in verdicts) for word in words)
        / 120**2
    )
    assert found.kappa.value == pytest.approx((agreed - chance) / (1 - chance))

    sure = [(sum(each.p) / 6, each.truth == "b") for each in items if each.p and each.truth != "tie"]
    assert found.calibration is not None
    assert found.calibration.n == len(sure)
    assert found.calibration.brier == pytest.approx(sum((p - is_b) ** 2 for p, is_b in sure) / len(sure))
    ranked = sorted((max(p, 1 - p), float((p > 0.5) == is_b)) for p, is_b in sure)
    n = len(ranked)
    bins = [ranked[n * place // 15 : n * (place + 1) // 15] for place in range(15)]
    error = sum(abs(sum(s for s, _ in each) / len(each) - sum(r for _, r in each) / len(each)) * len(each) / n
                for each in bins if each)  # fmt: skip
    assert found.calibration.ece == pytest.approx(error)

    def loss(at: float) -> float:
        odds = [log(p / (1 - p)) * (1 if is_b else -1) / at for p, is_b in sure]
        odds.append(-sum(map(abs, odds)) / len(odds))  # one answer more, as sure as they are, and wrong
        return sum(log(1 + exp(-each)) for each in odds)

    best = min((0.05 * 400 ** (step / 2_000) for step in range(2_001)), key=loss)
    assert loss(found.calibration.temperature) <= loss(best) + 1e-6


def perfect(number: int, **more: Any) -> list[Judged]:
    """Items that a judge has right in both orders, in turn of the one label and the other."""
    sides: tuple[Preference, ...] = ("a", "b")
    return [
        Judged(id=str(n), truth=sides[n % 2], a_first=(sides[n % 2],), b_first=(sides[n % 2],), **more)  # type: ignore[arg-type]  # a side is a truth
        for n in range(number)
    ]


def test_few_pairs_that_are_all_right_reach_no_high_kappa() -> None:
    """By Wilson 5 of 5 speak for 0.57, which is 0.13 above chance of one half."""
    assert kappa(perfect(2)).interval.low < 0
    assert kappa(perfect(6)).interval.low == pytest.approx(2 * scored(6, 6)[0] - 1)
    assert kappa(perfect(400)).interval.low > 0.97
    assert kappa([each for n in range(50) for each in perfect(2, group="g")]).interval.low < 0, "one group"


def test_a_temperature_is_fitted_to_pairs_enough_and_to_whole_items() -> None:
    few, enough = (calibration(perfect(n, p=(0.6, 0.6))) for n in (LEAST - 1, LEAST))
    assert few is not None
    assert enough is not None
    assert few.n == LEAST - 1
    assert not few.usable
    assert any("too few to fit" in each for each in warnings(judge_figures(perfect(9, p=(0.6, 0.6)))))
    assert calibration(perfect(200, p=(0.9,))) is None, "one order only: its place does not cancel out"
