"""What is not a pair is not wasted: every answer labelled, every critique kept, of trails with a pair and without."""

from __future__ import annotations

from collections import Counter
from typing import Any, Literal

import pytest

from constitution.api import Finished
from constitution.core.asking import Reply, Request, drive
from constitution.core.judgement import Preference, Verdict
from constitution.core.rulings import Ruling
from constitution.core.trail import CriticVerdict, Critique, Evidence, Finding, Response, Step, Trail
from constitution.evidence.answers import Answer, answers
from constitution.evidence.lessons import Lesson, lessons
from tests.folders import CALM, TRUE, ask, paired, unpaired
from tests.scenes import DRAFT, REVISION, Cast, brief, finding, whole
from tests.scenes import prompt as bread


def finished(*trails: Trail) -> Finished:
    """A run that left these trails."""
    fates = Counter(trail.fate or "" for trail in trails)
    held = [place for place, trail in enumerate(trails) if trail.pair is not None]
    return Finished(run_id="r", trails=trails, fates=fates, paired=held, out=None)


def held_to(*verdicts: tuple[Any, CriticVerdict], evidence: Evidence | None = None, **changes: Any) -> Trail:
    """A trail with one draft that was held to these principles, without a judge."""
    shown = evidence or Evidence(kind="quote", text="YEAST!", start=11, end=17)
    critiques = tuple(
        Critique(principle=principle, response=0, group="all", verdict=verdict, step="s2",
                 evidence=shown if verdict == "violates" else None)
        for principle, verdict in verdicts
    )  # fmt: skip
    draft = Response(text="Because of YEAST! I swear.", origin="model", model="small-1", step="s1")
    steps = (Step(id="s1", kind="draft", agent="model", model="small"),
             Step(id="s2", kind="critique", agent="model", model="big", model_returned="big-2"))  # fmt: skip
    trail = Trail.start(ask()).but(responses=(draft,), critiques=critiques, steps=steps)
    return trail.but(**changes).ends(changes.get("fate", "undecided"), "for a reason")


def label(trail: Trail, position: int = 0) -> tuple[str, str]:
    """Label and reason of one response."""
    answer = answers(trail)[position]
    assert answer.response == position
    return answer.label, answer.why


def judged(*said: tuple[Literal["a_first", "b_first"], Preference], **changes: Any) -> tuple[Verdict, ...]:
    """Verdicts on draft and revision."""
    return tuple(
        Verdict(a=0, b=1, order=order, principles=prefers, helpfulness="tie", step="s5", **changes)
        for order, prefers in said
    )  # fmt: skip


def test_a_draft_that_keeps_all_it_was_held_to_is_desirable_without_a_pair() -> None:
    trail = held_to((CALM, "complies"), (TRUE, "not_applicable"))

    (found,) = answers(trail)

    assert (found.label, found.principles, found.confirmed) == ("desirable", (CALM,), ())


@pytest.mark.parametrize(
    ("verdicts", "why"),
    [
        (((CALM, "complies"), (TRUE, "cannot_tell")), "cannot tell"),
        (((CALM, "not_applicable"), (TRUE, "not_applicable")), "no principle applies"),
        ((), "no critic held it"),
        (((CALM, "violates"), (TRUE, "complies")), "nothing confirms it"),
    ],
)
def test_what_nobody_can_vouch_for_is_neither(verdicts: tuple[tuple[Any, CriticVerdict], ...], why: str) -> None:
    found, reason = label(held_to(*verdicts))

    assert found == "neither"
    assert why in reason


def test_a_violation_is_confirmed_by_judges_who_prefer_an_answer_that_keeps_the_principle() -> None:
    draft, revision = answers(paired())

    assert (draft.label, draft.confirmed, draft.principles) == ("undesirable", ("judge",), (CALM,))
    assert (revision.label, revision.principles) == ("desirable", (CALM,))


@pytest.mark.parametrize(
    "verdicts",
    [
        judged(("a_first", "b")),
        judged(("a_first", "b"), ("b_first", "tie")),
        judged(("a_first", "b"), ("b_first", "a")),
        judged(("a_first", "b"), ("b_first", "invalid")),
        judged(("a_first", "b"), ("b_first", "b"), canary="null"),
        (*judged(("a_first", "b"), ("b_first", "b")), *judged(("a_first", "b"), ("b_first", "tie"), cut=True)),
        (),
    ],
)
def test_judges_that_do_not_agree_in_both_orders_confirm_nothing(verdicts: tuple[Verdict, ...]) -> None:
    assert label(paired(verdicts=verdicts).but(pair=None, fate="undecided"))[0] == "neither"


def test_judges_confirm_nothing_where_the_critic_has_not_read_the_other_answer() -> None:
    trail = paired()

    assert label(trail.but(critiques=trail.critiques[:2]))[0] == "neither"


def test_a_clean_answer_that_loses_on_the_principles_is_not_called_desirable() -> None:
    trail = paired(verdicts=judged(("a_first", "a"), ("b_first", "a"))).but(pair=None, fate="undecided")

    assert label(trail, 1) == ("neither", "the judges prefer another answer on the principles")


def test_a_deterministic_rule_confirms_by_itself() -> None:
    rule = Evidence(kind="rule", text="YEAST!", start=11, end=17)

    (found,) = answers(held_to((CALM, "violates"), evidence=rule))

    assert (found.label, found.confirmed) == ("undesirable", ("rule",))


def overruled(by: CriticVerdict, was: CriticVerdict) -> Trail:
    """A draft of which the critic said one thing and a person another, or the same."""
    trail = held_to((CALM, by), evidence=Evidence(kind="ruling", text="YEAST!", start=11, end=17))
    (critique,) = trail.critiques
    step = Step(id="s3", kind="human_review", agent="human", agent_id="ann", inputs=("s2",))
    told = critique.but(step="s3", overruled=critique.but(verdict=was, evidence=None))
    return trail.but(critiques=(told,)).plus(steps=(step,))


def test_a_person_confirms_and_acquits() -> None:
    (guilty,), (clean,) = answers(overruled("violates", "complies")), answers(overruled("complies", "violates"))

    assert (guilty.label, guilty.confirmed) == ("undesirable", ("person",))
    assert clean.label == "desirable"


def test_a_person_who_keeps_the_pair_confirms_what_the_judges_did_not() -> None:
    trail = paired(verdicts=())
    assert trail.pair is not None
    keep = Ruling(about="pair", prompt_id=trail.prompt.id, pair_id=trail.pair.pair_id, verdict="keep", reviewer="ann",
                  date="2026-11-21")  # fmt: skip

    (draft, revision) = answers(trail.but(rulings=(keep,)))

    assert (draft.label, draft.confirmed) == ("undesirable", ("person",))
    assert revision.label == "desirable"


def test_nothing_is_learnt_from_texts_that_were_held_out() -> None:
    clean = held_to((CALM, "complies"), fate="screened:injection")
    marked = held_to((CALM, "complies"), findings=(Finding(check="role_markers", severity="refuse", reason="a role"),))
    short = held_to((CALM, "complies"), findings=(Finding(check="length_ratio", severity="refuse", reason="long"),))
    cut = held_to((CALM, "complies"), fate="truncated")

    assert [label(trail)[0] for trail in (clean, marked, short, cut)] == ["neither", "neither", "desirable", "neither"]


def by_verdict(trail: Trail) -> list[tuple[str, bool, str]]:
    """Verdict, use and basis of each critique."""
    return [(each.critique.verdict, each.usable, each.basis) for each in lessons(trail)]


def test_a_critique_can_teach_where_its_words_a_person_or_a_clean_answer_vouch_for_it() -> None:
    assert by_verdict(paired()) == [
        ("violates", True, "evidence"), ("complies", False, ""), ("complies", True, "clean"),
    ]  # fmt: skip
    assert by_verdict(held_to((CALM, "complies"), (TRUE, "not_applicable"))) == [
        ("complies", True, "clean"), ("not_applicable", True, "clean"),
    ]  # fmt: skip
    assert by_verdict(held_to((CALM, "cannot_tell"), (TRUE, "complies"))) == [
        ("cannot_tell", False, ""), ("complies", False, ""),
    ]  # fmt: skip
    assert by_verdict(overruled("violates", "complies")) == [("violates", True, "person")]
    assert all(each.usable == (not each.why) for each in lessons(paired()))


def run(**rules: Any) -> Trail:
    """What the recipe makes of the question about bread when these roles answer so."""
    return drive(whole(brief())(Trail.start(bread())), Cast(**rules))


def test_the_tables_hold_what_trails_without_a_pair_have_to_give() -> None:
    def tie(request: Request) -> str | Reply:
        return Cast.prefer(request, "tie", "tie")

    def breaks(request: Request) -> str | Reply:
        return Cast.critique(request, finding("no-shouting", "violates", "BECAUSE OF YEAST!"),
                             finding("no-certainty"), finding("be-kind"))  # fmt: skip

    clean, undecided, stubborn = run(author=lambda _: REVISION), run(judge=tie), run(critic=breaks)
    pair = run()
    trails = (clean, undecided, stubborn, unpaired(), overruled("violates", "complies"), pair)
    assert [trail.fate for trail in trails] == [
        "no_violation", "undecided", "undecided", "no_violation", "undecided", "paired",
    ]  # fmt: skip

    frame = finished(*trails).to_pandas("answers")

    assert len(frame) == sum(len(trail.responses) for trail in trails)
    assert [(row.position, row.answer, row.label) for row in frame.itertuples()] == [
        (0, REVISION, "desirable"),
        (1, DRAFT, "neither"), (1, REVISION, "desirable"),
        (2, DRAFT, "neither"), (2, REVISION, "neither"),
        (4, "Because of YEAST! I swear.", "undesirable"),
        (5, DRAFT, "undesirable"), (5, REVISION, "desirable"),
    ]  # fmt: skip
    assert list(frame["side"][-2:]) == ["rejected", "chosen"]
    assert frame["side"][:-2].isna().all()
    bad = frame.iloc[5]
    assert (bad["principles"], bad["meanings"], bad["confirmed"]) == (["no-shouting"], ["a" * 64], ["person"])
    assert (bad["origin"], bad["model"], bad["step"], bad["arm"]) == ("model", "small-1", "s1", "draft")
    assert bad["prompt"] == [{"role": "user", "content": "Why does bread rise?"}]


def test_every_critique_of_every_trail_is_in_its_table_with_who_said_it() -> None:
    trails = (run(author=lambda _: REVISION), overruled("violates", "complies"), held_to((CALM, "violates")))

    frame = finished(*trails).to_pandas("critiques")

    assert len(frame) == sum(len(trail.critiques) for trail in trails)
    ruled, shown = frame.iloc[-2], frame.iloc[-1]
    assert (ruled["basis"], ruled["overruled"], ruled["reviewer"], ruled["origin"]) == (
        "person", "complies", "ann", "human",
    )  # fmt: skip
    assert (shown["principle"], shown["meaning"], shown["model"], shown["origin"]) == (
        "no-shouting", "a" * 64, "big-2", "model",
    )  # fmt: skip
    assert shown["answer"][int(shown["start"]) : int(shown["end"])] == shown["quote"] == "YEAST!"
    assert list(frame["usable"][:3]) == [True, True, True]


@pytest.mark.parametrize("table", ["answers", "critiques"])
def test_the_tables_of_no_trails_still_have_their_columns(table: Any) -> None:
    empty, full = finished().to_pandas(table), finished(paired()).to_pandas(table)

    assert list(empty.columns) == list(full.columns)
    assert len(empty) == 0


def test_labels_are_records_that_can_be_written_down() -> None:
    trail = paired()

    assert [Answer.model_validate_json(each.spelled()) for each in answers(trail)] == list(answers(trail))
    assert [Lesson.model_validate_json(each.spelled()) for each in lessons(trail)] == list(lessons(trail))
