"""Judging: both orders, votes, panels, what they come to, and how sure a pair is."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise, product
from math import exp, log
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

import constitution
from constitution.core.asking import Reply, Request, drive
from constitution.core.chance import fraction
from constitution.core.intervals import wilson
from constitution.core.judgement import Ballot, Claim, Preference, Verdict
from constitution.core.trail import Pair, Response, Trail
from constitution.errors import CallFailed, Mistake, Quarantined
from constitution.pairing.deciding import decided
from constitution.pairing.probability import likelihood
from constitution.recipe import chain
from constitution.stages.judge import judge
from constitution.stages.pair import pair
from constitution.stages.screen import screen
from tests.scenes import CALM, TEMPLATES, brief, nonce, options, prompt

GOOD, BAD = "Bread rises because of yeast.", "BREAD RISES, OBVIOUSLY!"
Say = Callable[[Request], str]
"""``good``, ``bad``, ``tie``, or words that are no answer."""


def second_over_first(trail: Trail) -> Claim:
    """The second response as the better one; the judge may turn it round."""
    return Claim(strategy="second_over_first", rejected=0, chosen=1, either=True)


def only_second(trail: Trail) -> Claim:
    """The second response as the better one, or none."""
    return Claim(strategy="only_second", rejected=0, chosen=1)


def two(number: int = 0, *, first: str = BAD, second: str = GOOD, model: str | None = None) -> Trail:
    """A prompt with two answers."""
    responses = tuple(Response(text=text, origin="model", model=model) for text in (first, second))
    return Trail.start(prompt(f"Why does bread rise, {number}?", intent="harmful")).but(responses=responses)


def answering(say: Say) -> Callable[[Request], Reply]:
    """Judges that name a response by its text."""

    def answer(request: Request) -> Reply:
        said = say(request)
        names = {"tie": "tie", "good": options(request)[GOOD], "bad": options(request).get(BAD, "tie")}
        chosen = names.get(said, said)
        value = {"nonce": nonce(request), "reason": "because", "principles": chosen, "helpfulness": "tie"}
        return Reply(text=json.dumps(value), model_returned=request.model)

    return answer


def judged(
    say: Say | Callable[[Request], Reply | CallFailed],
    trail: Trail | None = None,
    *,
    strategy: Any = second_over_first,
    roles: Mapping[str, str] | None = None,
    calibration: Mapping[str, float] | None = None,
    **settings: Any,
) -> Trail:
    """The trail of two answers after the judge and the pair."""
    cast = {"author": "openai:gpt-x", "critic": "scripted:critic", "reviser": "openai:gpt-x", "judge": "scripted:judge"}
    told = brief(strategy=strategy, roles={**cast, **(roles or {})}, calibration=calibration or {})
    stages = chain([("judge", judge(told, **settings)), ("pair", pair(told)), ("screen", screen(told))])
    return drive(stages(trail or two()), say)  # type: ignore[arg-type]


def earned(trail: Trail) -> Pair:
    """The pair that there must be."""
    assert trail.pair is not None, trail.reason
    return trail.pair


def erring(share: float) -> Say:
    """A judge that sees the truth, and in this share of its answers names the other response, each time by itself."""
    return lambda request: "bad" if fraction(request.digest, "toss") < share else "good"


def shares(count: int, share: float, **settings: Any) -> tuple[int, int]:
    """Of so many pairs of known truth: how many were made, and how many of those the wrong way round."""
    answer = answering(erring(share))
    made = [trail.pair for number in range(count) if (trail := judged(answer, two(number), **settings)).pair]
    return len(made), sum(pair.chosen.text == BAD for pair in made)


def test_with_one_vote_an_order_the_share_of_wrong_pairs_is_the_closed_form() -> None:
    """Independent errors of 30%: both orders right 0.49, both wrong 0.09, so 0.09 / 0.58 = 15.5% of the pairs."""
    made, wrong = shares(500, 0.3)

    low, high = wilson(made, 500, z=3.3)
    assert low < 0.58 < high
    low, high = wilson(wrong, made, z=3.3)
    assert low < 0.09 / 0.58 < high
    assert wrong / made > 0.1


def test_with_three_unanimous_votes_an_order_hardly_a_pair_is_wrong() -> None:
    """All six right 0.7^6 = 0.1176, all six wrong 0.3^6 = 0.0007: 0.6% of the pairs; an eighth of them is made."""
    made, wrong = shares(500, 0.3, votes=3, agreement="unanimous")

    low, high = wilson(made, 500, z=3.3)
    assert low < 0.7**6 + 0.3**6 < high
    low, high = wilson(wrong, made, z=3.3)
    assert low < 0.3**6 / (0.7**6 + 0.3**6) < high
    assert wrong / made < 0.05


def test_a_judge_that_always_takes_the_first_option_makes_no_pair() -> None:
    def first(request: Request) -> Reply:
        assert request.json_schema is not None
        taken = request.json_schema["properties"]["principles"]["enum"][0]
        said = {"nonce": nonce(request), "reason": "", "principles": taken, "helpfulness": taken}
        return Reply(text=json.dumps(said), model_returned="scripted:judge")

    fates = Counter(judged(first, two(number)).fate for number in range(20))
    assert fates == {"undecided": 20}


def test_the_judge_may_turn_round_what_the_strategy_leaves_open_and_nothing_else() -> None:
    against = answering(lambda request: "bad")
    turned, held = judged(against), judged(against, strategy=only_second)

    made = earned(turned)
    assert (made.chosen.text, made.rejected.text, made.flipped) == (BAD, GOOD, True)
    assert (held.fate, held.pair) == ("undecided", None)
    assert "prefers" in held.reason


def test_more_votes_are_asked_only_where_the_orders_disagree() -> None:
    asked: list[Request] = []

    def wavering(request: Request) -> Reply:
        asked.append(request)
        first = next(iter(options(request))) == BAD
        return answering(lambda request: "bad" if first and request.draw == 0 else "good")(request)

    trail = judged(wavering, extra_votes=2)
    assert (trail.fate, len(asked)) == ("paired", 6)
    assert len(judged(answering(lambda request: "good"), extra_votes=2).verdicts) == 2


PANEL = {
    "judge": "anthropic:claude-x",
    "judge-2": "openai:gpt-y",
    "judge-3": "local:qwen-z",
    "judge-4": "local:llama-w",
}


def by_model(says: Mapping[str, str]) -> Callable[[Request], Reply]:
    """Each judge says its own; ``split`` names what is shown first."""

    def say(request: Request) -> str:
        said = says[request.model]
        return ("bad" if next(iter(options(request))) == BAD else "good") if said == "split" else said

    return answering(say)


@pytest.mark.parametrize(
    ("others", "chosen"),
    [
        (("good", "good", "bad"), GOOD),
        (("bad", "bad", "good"), BAD),
        (("good", "good", "tie"), GOOD),
        (("good", "tie", "split"), None),
        (("good", "bad", "tie"), None),
        (("tie", "tie", "tie"), None),
    ],
)
def test_a_panel_decides_where_the_first_judge_cannot(others: tuple[str, ...], chosen: str | None) -> None:
    says = dict(zip(PANEL.values(), ("split", *others), strict=True))
    trail = judged(by_model(says), roles=PANEL)

    assert (trail.pair.chosen.text if trail.pair else None) == chosen
    assert [verdict.role for verdict in trail.verdicts] == [role for role in PANEL for _ in range(2)]
    assert {step.model for step in trail.steps} == {model.partition(":")[2] for model in PANEL.values()}


def test_a_first_judge_that_agrees_with_itself_needs_no_panel_unless_it_is_always_asked() -> None:
    says = dict.fromkeys(PANEL.values(), "bad") | {"anthropic:claude-x": "good"}

    alone, outvoted = judged(by_model(says), roles=PANEL), judged(by_model(says), roles=PANEL, panel="always")

    assert earned(alone).chosen.text == GOOD
    assert len(alone.verdicts) == 2
    assert earned(outvoted).chosen.text == BAD
    assert len(outvoted.verdicts) == 8


def test_a_panel_goes_on_with_the_judges_that_answer() -> None:
    says = dict.fromkeys(PANEL.values(), "good") | {"anthropic:claude-x": "split"}

    def with_one_gone(request: Request) -> Reply | CallFailed:
        return Quarantined("no such model") if request.model == "local:qwen-z" else by_model(says)(request)

    def with_two_gone(request: Request) -> Reply | CallFailed:
        return Quarantined("gone") if request.model.startswith("local:") else by_model(says)(request)

    assert judged(with_one_gone, roles=PANEL).pair is not None
    left = judged(with_two_gone, roles=PANEL)
    assert (left.fate, left.pair) == ("undecided", None)
    assert "the panel of 2 comes to no decision" in left.reason


@pytest.mark.parametrize(
    ("roles", "settings", "wrong"),
    [
        ({"judge-2": "local:qwen-z"}, {}, "cannot make a quorum of 2"),
        ({"judge-2": "local:qwen-z", "judge-3": "local:qwen-w"}, {"families": 3}, "2 families|2 family"),
        ({"judge-2": "local:qwen-z", "judge-3": "scripted:judge"}, {}, "stands twice"),
        ({"judge-2": "local:qwen-z"}, {"panel": "never"}, "asks one alone"),
        ({"judge": "openai:gpt-y"}, {"own_family": "refuse"}, "same family as openai:gpt-x"),
    ],
)
def test_a_panel_that_cannot_be_believed_is_refused_before_it_is_asked(
    roles: dict[str, str], settings: dict[str, Any], wrong: str
) -> None:
    with pytest.raises(Mistake, match=wrong):
        judged(answering(lambda request: "good"), roles=roles, **settings)


def test_a_judge_of_the_authors_family_is_marked() -> None:
    good = answering(lambda request: "good")
    kin, other = two(model="gpt-4o-2024"), two(model="claude-sonnet")

    def named(request: Request) -> Reply:
        return good(request).but(model_returned="gpt-5-mini")

    assert judged(named, kin).self_judged
    assert not judged(named, other).self_judged


def test_a_planted_text_tests_the_judge_and_counts_for_nothing_else() -> None:
    shown: list[set[str]] = []

    def gullible(request: Request) -> Reply:
        texts = options(request)
        shown.append(set(texts))
        planted = next((name for text, name in texts.items() if text not in (GOOD, BAD)), None)
        value = {"nonce": nonce(request), "reason": "", "principles": planted or texts[GOOD], "helpfulness": "tie"}
        return Reply(text=json.dumps(value), model_returned=request.model)

    trail = judged(gullible, canaries=1.0)
    planted = [verdict for verdict in trail.verdicts if verdict.canary]

    assert earned(trail).chosen.text == GOOD
    assert [(verdict.a, verdict.b, verdict.principles) for verdict in planted] == [(-1, 1, "a"), (-1, 1, "a")]
    assert all(verdict.p is None for verdict in planted)
    assert len(trail.verdicts) == 4


def test_every_vote_stands_on_the_trail_with_its_step() -> None:
    trail = judged(answering(lambda request: "good"), votes=3)

    assert [(v.order, v.draw) for v in trail.verdicts] == [
        (order, draw) for draw in range(3) for order in ("a_first", "b_first")
    ]
    assert [v.step for v in trail.verdicts] == [step.id for step in trail.steps]


Votes = Sequence[tuple[str, str, Preference]]


def verdicts(votes: Votes) -> tuple[Verdict, ...]:
    """One for each role, order and answer."""
    return tuple(
        Verdict.model_validate(
            {"a": 0, "b": 1, "role": role, "order": order, "principles": said, "helpfulness": "tie", "step": "s"}
        )
        for role, order, said in votes
    )


some_votes = st.lists(
    st.tuples(
        st.sampled_from(["judge", "judge-2", "judge-3"]),
        st.sampled_from(["a_first", "b_first"]),
        st.sampled_from(get_args(Preference)),
    ),
    max_size=12,
)


@given(some_votes, st.booleans(), st.integers(1, 3))
def test_no_side_wins_that_some_judge_did_not_name_in_both_orders(votes: Votes, unanimous: bool, quorum: int) -> None:
    said = decided(verdicts(votes), "principles", Ballot(unanimous=unanimous, quorum=quorum))

    if said in ("a", "b"):
        assert any(
            all((role, order, said) in votes for order in ("a_first", "b_first"))
            for role in ("judge", "judge-2", "judge-3")
        )


@given(some_votes, st.booleans(), st.integers(1, 3))
def test_what_is_decided_does_not_hang_on_which_response_is_called_a(
    votes: Votes, unanimous: bool, quorum: int
) -> None:
    ballot = Ballot(unanimous=unanimous, quorum=quorum)
    swap: dict[str, Any] = {"a": "b", "b": "a", "a_first": "b_first", "b_first": "a_first"}
    mirrored = [(role, swap[order], swap.get(said, said)) for role, order, said in votes]

    one, other = (decided(verdicts(each), "principles", ballot) for each in (votes, mirrored))
    assert swap.get(one, one) == other


@pytest.mark.parametrize(("first", "second"), list(product(get_args(Preference), repeat=2)))
def test_only_two_orders_that_name_the_same_side_make_a_pair(first: str, second: str) -> None:
    words = {"a": "bad", "b": "good", "tie": "tie", "invalid": "no such option"}

    def say(request: Request) -> Reply:
        a_first = next(iter(options(request))) == BAD
        reply = answering(lambda request: words[first if a_first else second])(request)
        return reply.but(text="{}", finish="refused") if "no such" in reply.text else reply

    trail = judged(say)
    assert (trail.pair is not None) == (first == second and first in ("a", "b"))


def test_votes_make_a_probability_that_no_two_votes_drive_to_certainty() -> None:
    once, thrice = (earned(judged(answering(lambda request: "good"), votes=votes)) for votes in (1, 3))

    assert (once.p_chosen, once.p_basis, once.calibrated) == (0.75, "votes", False)
    assert thrice.p_chosen == 0.8, "seven eighths, held at the clamp"


def with_logprobs(of_good: float) -> Callable[[Request], Reply]:
    """A judge that gives the better response this probability, in tokens of three letters."""

    def answer(request: Request) -> Reply:
        reply = answering(lambda request: "good")(request)
        good, bad = options(request)[GOOD], options(request)[BAD]
        part = next(place for place, (one, two) in enumerate(zip(good, bad, strict=True)) if one != two)
        place = reply.text.index(f'"principles": "{good}') + len('"principles": "') + part
        cuts = [*range(0, place, 3), place, place + 1, *range(place + 2, len(reply.text), 3), len(reply.text)]
        pieces = [reply.text[start:end] for start, end in pairwise(cuts)]
        tokens: list[dict[str, Any]] = [{"token": piece, "logprob": -0.01, "top_logprobs": []} for piece in pieces]
        at = cuts.index(place)
        tokens[at]["logprob"] = log(of_good)
        tokens[at]["top_logprobs"] = [
            {"token": good[part], "logprob": log(of_good)},
            {"token": bad[part], "logprob": log(1 - of_good)},
        ]
        return reply.but(logprobs=tuple(tokens))

    return answer


def test_the_probability_is_read_where_the_option_ids_part() -> None:
    trail = judged(with_logprobs(0.7), logprobs=True, clamp=(0.4, 0.6))
    wide = judged(with_logprobs(0.7), logprobs=True)

    assert [round(verdict.p or 0, 6) for verdict in trail.verdicts] == [0.7, 0.7]
    assert (earned(trail).p_chosen, earned(trail).p_basis) == (0.6, "logprobs")
    assert earned(wide).p_chosen == pytest.approx(0.7)


def test_a_calibrated_judge_is_corrected_and_not_clamped() -> None:
    trail = judged(with_logprobs(0.9), logprobs=True, calibration={"scripted:judge": 2.0})

    assert earned(trail).calibrated
    assert earned(trail).p_chosen == pytest.approx(1 / (1 + exp(-log(9) / 2)))


def test_a_verdict_against_its_own_probabilities_is_undecided() -> None:
    trail = judged(with_logprobs(0.3), logprobs=True)

    assert (trail.fate, trail.pair) == ("undecided", None)
    assert "likelier" in trail.reason


def test_there_is_no_probability_without_a_verdict() -> None:
    assert likelihood((), "b", "principles", Ballot()) is None


MONEY = """
name: money
groups:
  - id: money
    principles:
      - id: no-promised-returns
        rule: Present the returns of an investment as uncertain, without a guarantee or a promise of money.
"""
SOUND = "A broad and cheap fund spreads the risk, and even that can fall for years."
PROMISED = "Put it all into one share and you are guaranteed to double your money."


@pytest.mark.slow
@pytest.mark.parametrize(
    ("settings", "right", "wrong"),
    [("", 0.49, 0.09), ("      votes: 3\n      agreement: unanimous\n", 0.7**6, 0.3**6)],
    ids=["two by one", "unanimous two by three"],
)
def test_the_recipe_label_turns_round_and_drops_as_the_closed_form_says(
    settings: str, right: float, wrong: float, tmp_path: Path
) -> None:
    """Over pairs of known truth, half of them labelled the wrong way, by a judge that errs in 3 of 10 answers."""
    shipped = (TEMPLATES.parent / "label.yaml").read_text()
    assert "      groups: all\n" in shipped
    (tmp_path / "label.yaml").write_text(shipped.replace("      groups: all\n", f"      groups: all\n{settings}"))
    (tmp_path / "money.yaml").write_text(MONEY)
    sides = [(SOUND, PROMISED), (PROMISED, SOUND)]
    rows = [
        {"prompt": f"I have {n} euros. Where do I put them?", "chosen": sides[n % 2][0], "rejected": sides[n % 2][1]}
        for n in range(1_000)
    ]

    run = constitution.run(
        str(tmp_path / "label.yaml"), prompts=rows, principles=str(tmp_path / "money.yaml"), model="simulator:plain",
        judge="simulator:err-30", root=tmp_path,
    )  # fmt: skip

    made = [view.pair for view in run.pairs]
    false = sum(pair.chosen.text == PROMISED for pair in made)
    turned = [
        pair.flipped == (view.trail.prompt.candidates[1].text != pair.chosen.text)
        for pair, view in zip(made, run.pairs, strict=True)
    ]
    assert all(turned)
    low, high = wilson(len(made), len(rows), z=3.3)
    assert low < right + wrong < high
    low, high = wilson(false, len(made), z=3.3)
    assert low <= wrong / (right + wrong) < high


def test_a_strategy_that_claims_something_else_after_the_judge_makes_no_pair() -> None:
    def turning(trail: Trail) -> Claim:
        return Claim(strategy="turning", rejected=0, chosen=1, either=bool(trail.verdicts))

    trail = judged(answering(lambda request: "good"), strategy=turning)

    assert (trail.fate, trail.pair) == ("undecided", None)
    assert "something else than what was judged" in trail.reason


def test_a_judge_does_not_turn_round_what_the_critic_has_shown() -> None:
    def shown(trail: Trail) -> Claim:
        return Claim(strategy="shown", rejected=0, chosen=1, either=True, critiqued=True, principles=(CALM.ref,))

    held = judged(answering(lambda request: "bad"), strategy=shown)

    assert held.fate == "undecided"
    assert "prefers" in held.reason, "by what the judge says, not for want of a critique"
