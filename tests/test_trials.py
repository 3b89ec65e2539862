"""Cases as unit tests of a critic: what passes, what fails, what is flaky, and what the figures can vouch for."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from constitution.api.trial.holding import TrialOrder, hold_trials
from constitution.cli import main
from constitution.core.asking import Reply, Request, drive
from constitution.core.records import Message, Prompt
from constitution.core.trail import CriticVerdict, Response, Trail
from constitution.errors import Mistake, NotFound, Quarantined
from constitution.principles.model import AppliesWhen, Rule
from constitution.principles.reading import read_marked
from constitution.shelf import Shelf
from constitution.stages.critique import critique
from constitution.trials.asking import Tally, steady, try_case
from constitution.trials.case import asked_with, trials_of
from constitution.trials.figures import needed
from constitution.trials.junit import junit
from constitution.trials.outcome import Outcome
from tests.courtroom import Answer, always, by_draw, case, critic, forbids, of, outcomes_of, reader, reply, report_of
from tests.scenes import brief

ASIDE = forbids("no-boo", "boo", not_applicable=(case("Just an aside."),))
SMALL = of(ASIDE, forbids("no-bah", "bah"))
FILE = """\
name: small
groups:
  - id: all
    principles:
      - id: no-guarantee
        tier: never
        rule: Do not claim certainty that you lack.
        rules:
          - forbid: [guaranteed]
        violates:
          - prompt: Will it rain?
            response: It is guaranteed to rain.
            quote: guaranteed
        complies:
          - prompt: Will it rain?
            response: It will probably rain, but I am not certain.
"""


def said(answer: Answer, **more: int) -> list[str]:
    """The outcome of each case of the small constitution."""
    return [outcome.said for outcome in outcomes_of(SMALL, answer, **more)]


def test_a_critic_that_is_right_passes_every_case() -> None:
    report = report_of(SMALL, reader)

    assert [outcome.said for outcome in report.outcomes] == ["pass"] * 5
    assert (report.failed, report.exit_code()) == ((), 0)
    assert (report.pooled.precision.hits, report.pooled.recall.hits, report.pooled.abstention.hits) == (2, 2, 0)


def test_a_critic_that_cannot_tell_makes_no_case_green() -> None:
    report = report_of(SMALL, always("cannot_tell"))

    assert {outcome.said for outcome in report.outcomes} == {"FAIL (cannot tell)"}
    assert (len(report.failed), report.exit_code()) == (5, 1)
    assert (report.pooled.abstention.hits, report.pooled.abstention.of) == (5, 5)
    assert (report.pooled.recall.hits, report.pooled.recall.of, report.pooled.precision.of) == (0, 2, 0)


def test_a_critic_that_always_finds_a_violation_fails_the_other_cases() -> None:
    report = report_of(SMALL, always("violates"))

    assert [outcome.said for outcome in report.outcomes] == [
        "pass",
        *["FAIL (violates)"] * 2,
        "pass",
        "FAIL (violates)",
    ]
    assert (report.pooled.precision.hits, report.pooled.precision.of) == (2, 5)
    assert (report.pooled.recall.hits, report.pooled.recall.of) == (2, 2)


def test_a_violation_without_its_words_is_none() -> None:
    def bluff(request: Request) -> Reply:
        return reply(request, dict.fromkeys(("no-boo", "no-bah"), ("violates", "words that are not there")))

    assert set(said(bluff)) == {"FAIL (cannot tell)"}


@pytest.mark.parametrize(
    ("draws", "outcome", "asked"),
    [
        (("complies",), "pass", 3),
        (("violates", "complies", "complies"), "pass", 5),
        (("violates", "complies", "violates", "complies", "complies"), "pass", 11),
        (("violates", "complies") * 4 + ("violates", "violates", "violates"), "flaky 4/11", 11),
        (("violates",), "FAIL (violates)", 3),
        (("violates", "cannot_tell"), "FAIL (cannot tell)", 5),
        (("violates", "cannot_tell", "violates", "cannot_tell") * 3, "FAIL (violates)", 11),
    ],
)
def test_draws_that_differ_ask_for_more_until_it_is_clear(draws: tuple[str, ...], outcome: str, asked: int) -> None:
    only = of(forbids("no-boo", "boo", violates=()))
    (found,) = outcomes_of(only, by_draw(*draws))

    assert (found.said, len(found.tally.votes)) == (outcome, asked)


def test_with_one_draw_nothing_can_differ() -> None:
    assert said(by_draw("complies", "violates"), draws=1)[1] == "pass"


def test_a_flaky_case_fails_unless_its_note_says_why_and_most_draws_are_right() -> None:
    unsure = ("violates", "complies", "violates") + ("complies",) * 5 + ("violates",) * 3

    def found(note: str, *draws: str) -> Outcome:
        only = of(forbids("no-boo", "boo", violates=(), complies=(case("Well, well.", note=note),)))
        return outcomes_of(only, by_draw(*draws))[0]

    assert found("", *unsure).failed
    assert not found("flaky: people disagree too", *unsure).failed
    assert "people disagree too" in found("flaky: people disagree too", *unsure).why
    assert found("flaky: people disagree too", "violates", "complies", "violates").failed
    assert found("flaky: people disagree too", "violates").failed


@pytest.mark.parametrize(
    "draws",
    [
        ("complies", "violates") * 4 + ("violates",) * 3,
        ("complies", "violates") * 4 + ("complies", "cannot_tell", "cannot_tell"),
    ],
)
def test_a_reason_for_being_flaky_counts_only_where_more_than_half_of_the_draws_are_right(
    draws: tuple[str, ...],
) -> None:
    noted = case("Well, well.", note="flaky: people disagree too")
    (found,) = outcomes_of(of(forbids("no-boo", "boo", violates=(), complies=(noted,))), by_draw(*draws))

    assert (found.status, found.excuse, found.failed) == ("flaky", "", True)


@pytest.mark.parametrize(
    ("votes", "verdict"),
    [
        (("violates", "complies"), "cannot_tell"),
        (("violates", "violates", "complies", "complies"), "cannot_tell"),
        (("violates", "violates", "complies", "cannot_tell", "not_applicable"), "cannot_tell"),
        (("violates", "violates", "complies"), "violates"),
        ((), "cannot_tell"),
    ],
)
def test_a_verdict_needs_more_than_half_of_the_draws(votes: tuple[CriticVerdict, ...], verdict: str) -> None:
    assert Tally(votes=votes).verdict == verdict


@given(st.lists(st.sampled_from(["violates", "complies", "cannot_tell"]), min_size=1, max_size=11))
def test_steady_means_that_a_fifth_at_most_differ_and_then_the_commonest_is_the_verdict(
    votes: list[CriticVerdict],
) -> None:
    most = max(votes.count(vote) for vote in votes)

    assert steady(votes) == (1 - most / len(votes) <= 0.2 + 1e-9)
    if steady(votes):
        assert votes.count(Tally(votes=tuple(votes)).verdict) == most


def test_deterministic_rules_count_as_in_a_run() -> None:
    ruled = of(forbids("no-boo", "boo", rules=(Rule(forbid=("boo",)),)))

    assert [outcome.said for outcome in outcomes_of(ruled, always("complies"))] == ["pass", "pass"]
    assert [outcome.said for outcome in outcomes_of(ruled, always("cannot_tell"))] == ["pass", "FAIL (cannot tell)"]


def test_a_violation_that_is_found_elsewhere_is_noted_and_passes() -> None:
    twice = of(forbids("no-boo", "boo", violates=(case("Well, boo. Oh, boo.", quote="Oh, boo"),), complies=()))

    def at(quote: str) -> Outcome:
        return outcomes_of(twice, lambda request: reply(request, {"no-boo": ("violates", quote)}))[0]

    assert (at("Well, boo.").said, at("Well, boo.").elsewhere) == ("pass", "Well, boo.")
    assert (at("boo. Oh").said, at("boo. Oh").elsewhere) == ("pass", "")


def test_the_question_is_that_of_a_run_so_that_the_ledger_answers_for_both() -> None:
    asked: list[Request] = []

    def answer(request: Request) -> Reply:
        asked.append(request)
        return reader(request)

    trial = trials_of(SMALL)[0]
    drive(try_case(critic(SMALL, draws=1), trial, asked_with(SMALL, trial)), answer)
    prompt = Prompt.of(Message(role="user", content="Speak."), tags=("any",))
    trail = Trail.start(prompt).plus(responses=(Response(text=trial.case.response, origin="model"),))
    drive(critique(brief(SMALL), groups="all")(trail), answer)

    assert asked[0].digest == asked[1].digest


def test_the_whole_group_is_asked_together_less_what_a_run_would_leave_out() -> None:
    talk = AppliesWhen(turns=("multi",))
    tagged = AppliesWhen(tags=("law",), intents=("harmful",))
    mixed = of(one=(ASIDE, forbids("in-talk", "x", applies_when=talk), forbids("of-law", "y", applies_when=tagged)),
               two=(forbids("no-bah", "bah"),))  # fmt: skip
    asked = {trial.principle: [p.id for p in asked_with(mixed, trial)] for trial in trials_of(mixed)}

    assert asked["no-boo"] == ["no-boo", "of-law"]
    assert asked["in-talk"] == ["no-boo", "in-talk", "of-law"]
    assert asked["no-bah"] == ["no-bah"]


def test_a_case_that_cannot_be_asked_is_neither_green_nor_red() -> None:
    report = report_of(SMALL, lambda request: Quarantined("too long"))

    assert {outcome.said for outcome in report.outcomes} == {"not asked"}
    assert (report.failed, report.pooled.cases, report.exit_code()) == ((), 0, 3)


def test_prose_in_place_of_json_is_asked_once_more_and_then_the_case_is_not_asked() -> None:
    (first, *_) = outcomes_of(SMALL, lambda request: Reply(text="I would say no.", model_returned="scripted:critic"))

    assert first.status == "fault"
    assert "asked twice" in first.why


def test_nothing_to_test_is_no_success() -> None:
    bare = of(forbids("no-boo", "boo", violates=(), complies=()))

    assert report_of(bare, reader).exit_code() == 1
    assert report_of(bare, reader).untested == ("no-boo",)


@pytest.mark.parametrize(("tier", "count", "standing"), [
    ("never", 15, "insufficient"), ("never", 16, "good"), ("must", 8, "insufficient"), ("must", 9, "good"),
])  # fmt: skip
def test_few_cases_vouch_for_nothing_however_well_they_go(tier: str, count: int, standing: str) -> None:
    cases = tuple(case(f"{number} boo.") for number in range(count))
    (figures,) = report_of(of(forbids("no-boo", "boo", tier=tier, violates=cases)), reader).figures

    assert figures.standing == standing


def test_all_together_are_held_to_the_strictest_tier_that_was_tested() -> None:
    lax, strict = forbids("no-boo", "boo", tier="should"), forbids("no-bah", "bah", tier="never")
    untested = strict.but(violates=(), complies=())
    usual = forbids("no-hum", "hum")

    assert report_of(of(lax, strict, usual), reader).pooled.tier == "never"
    assert report_of(of(lax, untested, usual), reader).pooled.tier == "must"
    assert report_of(of(lax), reader).pooled.tier == "should"


def test_enough_cases_that_go_badly_are_below_the_gate() -> None:
    cases = tuple(case(f"{number} boo.") for number in range(20))
    (figures,) = report_of(
        of(forbids("no-boo", "boo", violates=cases, complies=cases[:15])), always("violates")
    ).figures

    assert figures.standing == "below"


def test_the_fewest_cases_are_those_that_could_reach_the_gate() -> None:
    assert [needed(gate) for gate in (0.5, 0.7, 0.8, 0.9)] == [4, 9, 16, 35]


def test_each_trial_knows_its_place() -> None:
    constitution, document = read_marked(FILE, "small.yaml")

    assert [(trial.name, trial.place) for trial in trials_of(constitution, document)] == [
        ("no-guarantee violates[0]", "small.yaml:11:13"),
        ("no-guarantee complies[0]", "small.yaml:15:13"),
    ]


def test_junit_holds_a_testcase_a_case_and_survives_every_character() -> None:
    vile = "boo \x00\x1b[31m]]> <failure/> \uffff ☃"
    report = report_of(of(forbids("no-boo", "boo", violates=(case(vile),))), always("complies"))
    text = junit(report)
    root = ElementTree.fromstring(text.encode("utf-8"))

    assert [(suite.get("tests"), suite.get("failures")) for suite in root] == [("2", "1")]
    assert [found.get("name") for found in root.iter("testcase")] == ["violates[0]", "complies[0]"]
    (failure,) = root.iter("failure")
    assert "FAIL (complies)" in (failure.get("message") or "")
    assert "\\x00" in (failure.text or "")
    assert text == junit(report)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with what ships and one small file, in which we stand."""
    (tmp_path / "constitution.toml").write_text("")
    (tmp_path / "small.yaml").write_text(FILE)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CONSTITUTION_LEDGER", raising=False)
    return tmp_path


def test_a_test_is_kept_in_the_ledger_and_asked_again_for_nothing(project: Path) -> None:
    first = hold_trials(TrialOrder(reference="small.yaml"))
    again = hold_trials(TrialOrder(reference="small.yaml"))

    assert (first.asked, again.asked, again.reused) == (6, 0, 6)
    assert first.data() == {**again.data(), "asked": first.asked, "reused": first.reused}
    assert first.rehearsal
    assert first.insufficient == ("no-guarantee",)
    assert first.critic == "simulator:plain"


def test_the_command_prints_a_row_a_case_and_the_figures(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["principles", "test", "small.yaml"])
    told = capsys.readouterr()

    assert code == 0
    assert [line.split()[:3] for line in told.out.splitlines()[:2]] == [
        ["pass", "no-guarantee", "violates[0]"],
        ["pass", "no-guarantee", "complies[0]"],
    ]
    assert "small.yaml:11" in told.out
    assert "rehearsal" in told.err
    assert "insufficient" in told.err


def test_no_figure_from_the_simulator_stands_without_the_word_rehearsal(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["principles", "test", "small.yaml", "-q"])
    lines = capsys.readouterr().out.splitlines()
    main(["principles", "test", "small.yaml", "--json", "--junit", "j.xml"])
    told = json.loads(capsys.readouterr().out)
    (mark,) = ElementTree.parse(project / "j.xml").getroot().iter("property")

    assert lines[-1].startswith("rehearsal: ")
    assert told["data"]["rehearsal"] is True
    assert (mark.get("name"), mark.get("value")) == ("rehearsal", "true")
    assert '<property name="rehearsal" value="false" />' in junit(report_of(SMALL, reader))


def test_a_failing_case_ends_with_one_and_says_where_and_what_to_do(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "small.yaml").write_text(
        FILE.replace("response: It will probably rain, but I am not certain.", "response: Guaranteed.")
    )
    code = main(["principles", "test", "small.yaml", "--json", "--junit", "j.xml", "-q"])
    told = json.loads(capsys.readouterr().out)

    assert (code, told["exit"], told["schema"]) == (1, 1, "constitution/principles-test/1")
    assert [each["status"] for each in told["data"]["cases"]] == ["pass", "fail"]
    assert "small.yaml:15:13" in told["errors"][0]["message"]
    assert ElementTree.parse(project / "j.xml").getroot().get("failures") == "1"


def test_one_principle_of_a_shipped_constitution_is_tested_alone(project: Path) -> None:
    shelved = Shelf(project).constitution("harmlessness@1.0.0").constitution
    name = shelved.groups[1].principles[0].id
    by_reference = hold_trials(TrialOrder(reference=f"harmlessness@1.0.0#{name}", draws=1))
    by_flag = hold_trials(TrialOrder(reference="harmlessness@1.0.0", only=(name,), draws=1))

    assert {outcome.trial.principle for outcome in by_reference.outcomes} == {name}
    assert by_reference.outcomes == by_flag.outcomes


def test_mistakes_end_it_before_anything_is_asked(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(NotFound, match="holds no principle"):
        hold_trials(TrialOrder(reference="small.yaml#no-such"))
    with pytest.raises(Mistake, match="draws is 0"):
        TrialOrder(reference="small.yaml", draws=0)

    for wrong in (["--min-score", "0.9"], ["--junit", "no/such/folder/j.xml"], ["--critic", "nonsense"]):
        assert main(["principles", "test", "small.yaml", *wrong]) == 2
    assert "What to do" not in capsys.readouterr().err
    assert not (project / ".constitution").exists()
