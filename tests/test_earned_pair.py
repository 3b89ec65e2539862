"""The earned pair: what must hold before two answers become a pair."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from constitution.core.asking import Reply, Request, drive
from constitution.core.judgement import Claim
from constitution.core.records import Candidate
from constitution.core.trail import Pair, Trail
from constitution.errors import CallFailed, Quarantined
from constitution.pairing.earned import why_not
from constitution.pairing.helpful_revision_over_draft import helpful_revision_over_draft
from constitution.principles.model import AppliesWhen, Principle, Rule
from constitution.recipe import chain
from constitution.stages.critique import critique
from constitution.stages.draft import draft
from constitution.stages.judge import judge
from constitution.stages.pair import pair
from constitution.stages.recheck import recheck
from constitution.stages.revise import revise
from constitution.stages.screen import screen
from tests.scenes import (
    CALM,
    DRAFT,
    KIND,
    REVISION,
    TRUE,
    Cast,
    asked_about,
    brief,
    constitution,
    finding,
    prompt,
    whole,
)

GOLDEN = Path(__file__).parent / "golden" / "trail.json"


def run(cast: Callable[[Request], Reply | CallFailed], given: Any = None, **settings: Any) -> Trail:
    """One prompt through the whole recipe."""
    return drive(whole(settings.pop("given_brief", brief()), **settings)(Trail.start(given or prompt())), cast)


def test_a_pair_costs_six_calls_and_a_clean_draft_two() -> None:
    flawed, clean = Cast(), Cast(author=lambda request: REVISION)

    assert run(flawed).fate == "paired"
    assert run(clean).fate == "no_violation"
    assert [len(flawed.asked), len(clean.asked)] == [6, 2]


def test_the_pair_holds_the_revision_over_the_draft_and_names_what_was_broken() -> None:
    trail = run(Cast())

    assert trail.pair is not None
    assert (trail.pair.chosen.text, trail.pair.rejected.text) == (REVISION, DRAFT)
    assert [principle.id for principle in trail.pair.principles] == ["no-shouting"]
    assert trail.pair.principles[0].meaning == CALM.meaning


def test_the_trail_of_a_pair_is_as_it_was() -> None:
    trail = run(Cast()).as_json()
    if not GOLDEN.exists():
        GOLDEN.write_text(json.dumps(trail, indent=1, ensure_ascii=False, sort_keys=True) + "\n")
        pytest.fail("there was no golden trail; one was written: read it, and keep it if it is right")

    assert trail == json.loads(GOLDEN.read_text())
    assert Trail.model_validate_json(json.dumps(trail)) == run(Cast())


def judged(first: str, second: str, helpful: str = "tie") -> Cast:
    """A judge that says ``first`` with the draft shown first and ``second`` the other way round."""

    def judge(request: Request) -> str:
        body = request.messages[-1].content
        draft_first = body.index(DRAFT) < body.index(REVISION)
        return Cast.prefer(request, first if draft_first else second, helpful)

    return Cast(judge=judge)


@pytest.mark.parametrize(
    ("first", "second", "reason"),
    [
        ("tie", "tie", "a tie on the principles"),
        ("revision", "draft", "the orders disagree"),
        ("draft", "revision", "the orders disagree"),
        ("revision", "tie", "the orders disagree"),
        ("draft", "draft", "the judge prefers the draft"),
    ],
)
def test_a_tie_or_a_flip_makes_no_pair(first: str, second: str, reason: str) -> None:
    trail = run(judged(first, second))

    assert (trail.fate, trail.pair) == ("undecided", None)
    assert reason in trail.reason


def test_a_judge_that_always_takes_the_first_option_makes_no_pair() -> None:
    def first(request: Request) -> str:
        options = request.json_schema["properties"]["principles"]["enum"] if request.json_schema else []
        nonce = request.json_schema["properties"]["nonce"]["enum"][0] if request.json_schema else ""
        return json.dumps({"nonce": nonce, "reason": "", "principles": options[0], "helpfulness": options[0]})

    assert run(Cast(judge=first)).fate == "undecided"


@pytest.mark.parametrize(
    ("intent", "fate"), [("benign", "undecided"), ("borderline", "undecided"), ("harmful", "paired")]
)
def test_helping_less_is_held_against_a_revision_unless_the_prompt_is_harmful(intent: str, fate: str) -> None:
    assert run(judged("revision", "revision", "draft"), prompt(intent=intent)).fate == fate


def test_the_intent_is_the_critics_where_the_row_gives_none() -> None:
    def critic(request: Request) -> str:
        said = json.loads(Cast().criticise(request))
        return json.dumps({**said, "intent": "harmful"})

    assert run(Cast(critic=critic)).intent == "harmful"
    assert run(Cast(critic=critic), prompt(intent="benign")).intent == "benign"


@pytest.mark.parametrize(
    ("quote", "fate"),
    [
        ("BECAUSE OF YEAST!", "paired"),
        ("“BECAUSE  OF YEAST!”", "paired"),
        ("**BECAUSE OF** YEAST!", "paired"),
        ("BECAUSE OF MAGIC!", "undecided"),
        ("", "undecided"),
        ("!", "undecided"),
    ],
)
def test_a_violation_counts_only_with_words_that_are_in_the_draft(quote: str, fate: str) -> None:
    def critic(request: Request) -> str:
        if asked_about(request) == DRAFT:
            broken = finding("no-shouting", "violates", quote, evidence="quote")
            return Cast.critique(request, broken, finding("no-certainty"), finding("be-kind"))
        return Cast().criticise(request)

    assert run(Cast(critic=critic)).fate == fate


def test_an_omission_must_quote_its_demand_from_the_prompt() -> None:
    def critic(quote: str) -> Callable[[Request], str]:
        def said(request: Request) -> str:
            if asked_about(request) == DRAFT:
                missing = finding("be-kind", "violates", quote, evidence="omission")
                return Cast.critique(request, finding("no-shouting"), finding("no-certainty"), missing)
            return Cast().criticise(request)

        return said

    real = run(Cast(critic=critic("bread rise?")))

    assert real.fate == "paired"
    assert real.critiques[2].evidence is not None
    assert real.critiques[2].evidence.message == 0
    assert run(Cast(critic=critic("in three languages"))).fate == "undecided"


@pytest.mark.parametrize("missing", ["left out", "twice"])
def test_a_critique_that_omits_or_repeats_a_principle_cannot_tell_of_it(missing: str) -> None:
    def critic(request: Request) -> str:
        findings = [finding("no-certainty"), finding("be-kind")]
        twice = [finding("no-shouting"), finding("no-shouting", "violates", "YEAST!")]
        return Cast.critique(request, *findings, *(twice if missing == "twice" else []))

    trail = run(Cast(critic=critic))

    assert trail.fate == "undecided"
    assert not trail.faults
    assert trail.critiques[0].verdict == "cannot_tell"


def answered(**verdicts: str) -> Callable[[Request], str]:
    """A critic that says these verdicts of the draft."""

    def critic(request: Request) -> str:
        return Cast.critique(request, *(finding(name.replace("_", "-"), verdict) for name, verdict in verdicts.items()))

    return critic


@pytest.mark.parametrize(
    ("verdicts", "fate"),
    [
        (("complies", "not_applicable", "cannot_tell"), "undecided"),
        (("complies", "not_applicable", "not_applicable"), "no_violation"),
        (("not_applicable",) * 3, "not_applicable"),
    ],
)
def test_without_a_violation_the_verdicts_decide_the_fate(verdicts: tuple[str, str, str], fate: str) -> None:
    names = ("no_shouting", "no_certainty", "be_kind")

    assert run(Cast(critic=answered(**dict(zip(names, verdicts, strict=True))))).fate == fate


def recheck_says(*second: dict[str, str]) -> Cast:
    """A critic that finds shouting in the draft, and says ``second`` of the revision."""

    def critic(request: Request) -> str:
        return Cast().criticise(request) if asked_about(request) == DRAFT else Cast.critique(request, *second)

    return Cast(critic=critic)


def test_revised_is_not_better_by_fiat() -> None:
    still = recheck_says(finding("no-shouting", "violates", "Bread"), finding("no-certainty"), finding("be-kind"))
    unsure = recheck_says(finding("no-shouting", "cannot_tell"), finding("no-certainty"), finding("be-kind"))

    assert [run(still).fate, run(unsure).fate] == ["undecided", "undecided"]
    assert still.count("judge") == unsure.count("judge") == 0


@pytest.mark.parametrize(("name", "fate"), [("no-certainty", "undecided"), ("be-kind", "paired")])
def test_a_revision_must_not_newly_break_what_ranks_as_high(name: str, fate: str) -> None:
    worse = finding(name, "violates", "yeast")
    others = [finding(principle) for principle in ("no-shouting", "no-certainty", "be-kind") if principle != name]

    assert run(recheck_says(worse, *others)).fate == fate


def test_the_recheck_asks_the_very_question_of_the_critique() -> None:
    cast = Cast(reviser=lambda request: REVISION)
    run(cast)
    first, second = (request for request in cast.asked if request.model_name == "critic")

    def skeleton(request: Request, text: str) -> list[str]:
        lines = request.messages[-1].content.replace(text, "TEXT").splitlines()
        return [line for line in lines if "-----" not in line and "nonce" not in line]

    assert skeleton(first, DRAFT) == skeleton(second, REVISION)


def test_a_revision_that_says_the_same_is_undecided() -> None:
    assert run(Cast(reviser=lambda request: f"  {DRAFT}\n")).reason == "the revision says the same as the draft"


@pytest.mark.parametrize(
    ("finish", "text", "fate"),
    [
        ("refused", "", "refused"),
        ("length", "Bread", "truncated"),
        ("stop", " \n", "empty"),
        ("tool", "", "fault:tool_call"),
    ],
)
@pytest.mark.parametrize("role", ["author", "reviser"])
def test_refused_cut_and_empty_answers_are_fates_of_their_own(finish: Any, text: str, fate: str, role: str) -> None:
    trail = run(Cast(**{role: lambda request: Reply(text=text, finish=finish, model_returned="scripted:x")}))

    assert (trail.fate, trail.pair) == (fate, None)


def test_a_refusal_in_words_is_an_ordinary_draft_and_is_marked() -> None:
    trail = run(Cast(author=lambda request: "I'm sorry, but I can't help. GO AWAY NOW!"))

    assert trail.responses[0].declines
    assert trail.fate == "paired"


def test_an_answer_off_its_schema_is_asked_again_once_and_then_a_fault() -> None:
    once = Cast(critic=lambda request: "no" if len(request.messages) == 2 else Cast().criticise(request))
    always = Cast(critic=lambda request: '{"nonce": "wrong"}')

    assert (run(once).fate, once.count("critic")) == ("paired", 4)
    assert (run(always).fate, always.count("critic")) == ("fault:off_schema", 2)


@pytest.mark.parametrize(
    "reply",
    ["", "null", "[]", "{", "yes", '{"nonce": 1}', "```json\n{}\n```", '{"a": NaN}', "\ufeff{}", "[" * 5000, "<html>"],
)
@pytest.mark.parametrize("role", ["critic", "judge"])
def test_a_verdict_is_never_guessed(reply: str, role: str) -> None:
    trail = run(Cast(**{role: lambda request: reply}))

    assert (trail.fate, trail.pair) == ("fault:off_schema", None)


@pytest.mark.parametrize(("role", "fate"), [("critic", "undecided"), ("judge", "undecided")])
def test_a_critic_or_judge_that_refuses_decides_nothing(role: str, fate: str) -> None:
    declined = Reply(text="", finish="refused", model_returned="scripted:x")

    assert run(Cast(**{role: lambda request: declined})).fate == fate


@pytest.mark.parametrize("role", ["author", "critic", "reviser", "judge"])
def test_a_failed_call_ends_its_own_trail_and_keeps_what_came_before(role: str) -> None:
    cast = Cast()
    trail = run(lambda request: Quarantined("400: no") if request.model_name == role else cast(request))

    assert trail.fate == "fault:quarantined"
    assert len(trail.responses) == {"author": 0, "critic": 1, "reviser": 1, "judge": 2}[role]
    assert [fault.kind for fault in trail.faults] == ["quarantined"]


def test_a_prompts_own_candidate_is_the_draft_and_keeps_its_origin() -> None:
    cast = Cast()
    trail = run(cast, prompt(candidates=(Candidate(text=DRAFT, origin="human", model="ann"),)))

    assert trail.pair is not None
    assert (trail.pair.rejected.origin, trail.pair.rejected.model, cast.count("author")) == ("human", "ann", 0)


def test_a_broken_rule_outranks_the_critic() -> None:
    strict = constitution(CALM.but(rules=(Rule(forbid=("because of yeast",)),)), TRUE, KIND)
    kept = answered(no_shouting="complies", no_certainty="complies", be_kind="complies")
    trail = run(Cast(critic=kept), given_brief=brief(strict))

    assert trail.critiques[0].verdict == "violates"
    assert trail.critiques[0].evidence is not None
    assert trail.critiques[0].evidence.kind == "rule"
    assert "still" not in trail.reason
    assert "the revision was checked again: the critic finds it to break no-shouting" in trail.reason


def test_a_trail_that_was_not_judged_or_not_checked_earns_nothing() -> None:
    trail = run(Cast())
    unjudged, unchecked = trail.but(verdicts=()), trail.but(critiques=trail.critiques[:3])

    assert "no valid verdict" in (why_not(unjudged) or "")
    assert "was not checked" in (why_not(unchecked) or "")
    assert why_not(trail) is None


def whatever(trail: Trail) -> Claim:
    """A strategy that claims the draft to be the better one, with nothing to show for it."""
    return Claim(strategy="whatever", rejected=1, chosen=0)


def twice_the_same(trail: Trail) -> Claim:
    """A strategy that pairs an answer with itself."""
    return Claim(strategy="twice_the_same", rejected=0, chosen=0)


def test_no_strategy_can_step_around_the_judge() -> None:
    made = (draft, critique, revise, pair, screen)
    unjudged = chain([(make.__name__, make(brief(strategy=whatever))) for make in made])
    never = drive(unjudged(Trail.start(prompt())), Cast())
    against = run(Cast(), given_brief=brief(strategy=whatever))

    assert (never.fate, never.pair) == ("undecided", None)
    assert "no valid verdict" in never.reason
    assert (against.fate, against.pair) == ("undecided", None)


def test_a_strategy_that_pairs_an_answer_with_itself_costs_one_prompt_and_is_named() -> None:
    trail = run(Cast(), given_brief=brief(strategy=twice_the_same))

    assert trail.fate == "fault:bug"
    assert "twice_the_same pairs the responses 0 and 0" in trail.reason


def test_a_verdict_on_other_texts_carries_no_pair() -> None:
    given = brief()
    twice = (draft, critique, revise, recheck, judge, draft, critique, revise, recheck, pair, screen)
    stages = chain([(make.__name__, make(given)) for make in twice])
    drafts = iter([DRAFT, DRAFT.replace("ten", "twelve")])
    cast = Cast(author=lambda request: next(drafts), reviser=lambda request: REVISION)
    trail = drive(stages(Trail.start(prompt())), cast)

    assert len(trail.verdicts) == 2
    assert (trail.fate, trail.pair) == ("undecided", None)
    assert "no valid verdict" in trail.reason


def test_a_pair_that_was_not_screened_is_no_pair() -> None:
    given = brief()
    stages = chain([(m.__name__, m(given)) for m in (draft, critique, revise, recheck, judge, pair)])
    trail = drive(stages(Trail.start(prompt())), Cast())

    assert (trail.fate, trail.pair) == ("undecided", None)


def test_a_bug_in_one_check_costs_one_prompt_and_is_named() -> None:
    def broken(pair: Pair, trail: Trail) -> None:
        raise KeyError("colour")

    trail = run(Cast(), given_brief=brief(checks=(broken,)))

    assert (trail.fate, trail.reason) == ("fault:bug", "screen: KeyError: 'colour'")
    assert len(trail.verdicts) == 2


def test_the_strict_strategy_lets_no_single_verdict_call_the_draft_more_helpful() -> None:
    strict = brief(strategy=helpful_revision_over_draft)
    fine = run(Cast(), given_brief=strict)
    helps_less = run(judged("revision", "revision", "draft"), prompt(intent="harmful"), given_brief=strict)

    assert fine.pair is not None
    assert fine.pair.strategy == "helpful_revision_over_draft"
    assert (helps_less.fate, helps_less.pair) == ("undecided", None)


def test_only_groups_in_scope_are_asked_about_and_one_by_default() -> None:
    medical = Principle(id="no-doses", rule="No doses.", applies_when=AppliesWhen(tags=("medicine",)))
    given = constitution(medical)

    assert run(Cast(), prompt(tags=("baking",)), given_brief=brief(given)).fate == "not_applicable"


def test_more_votes_are_asked_only_where_the_orders_disagree() -> None:
    def wavering(request: Request) -> str:
        first = "tie" if draft_first(request) else "revision"
        return Cast.prefer(request, "revision" if request.draw else first, "tie")

    agreed, split = Cast(), Cast(judge=wavering)
    settings = {"judge": {"extra_votes": 2}}

    assert (run(agreed, **settings).fate, agreed.count("judge")) == ("paired", 2)
    assert (run(split, **settings).fate, split.count("judge")) == ("paired", 6)


def draft_first(request: Request) -> bool:
    body = request.messages[-1].content
    return body.index(DRAFT) < body.index(REVISION)


def test_the_truncation_test_drops_a_verdict_that_hangs_on_the_end() -> None:
    long_draft = DRAFT + " So it is." * 40

    def judge(request: Request) -> str:
        whole_text = long_draft in request.messages[-1].content
        return Cast.prefer(request, "revision" if whole_text else "tie", "tie")

    cast = Cast(author=lambda request: long_draft, judge=judge)

    assert "last 200 characters" in run(cast, judge={"truncation_share": 1.0}).reason
    assert run(cast).fate == "paired"


def test_a_model_that_judges_its_own_words_is_marked() -> None:
    alone = dict.fromkeys(("author", "critic", "reviser", "judge"), "scripted:author")
    roles = Cast()

    def one(request: Request) -> Reply:
        if request.json_schema is None:
            role = "reviser" if "What is wrong with it:" in request.messages[-1].content else "author"
        else:
            role = "critic" if "findings" in request.json_schema["properties"] else "judge"
        return roles(request.but(model=f"scripted:{role}")).but(model_returned="scripted:author")

    assert run(one, given_brief=brief(roles=alone)).self_judged
    assert not run(Cast()).self_judged
