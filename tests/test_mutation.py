"""Mutants: which are made, which verdicts notice them, and which holes in the cases they lay open."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from constitution.cli import main
from constitution.core.asking import Reply, Request
from constitution.core.records import Tier
from constitution.errors import CallFailed, Quarantined
from constitution.principles.model import AppliesWhen, Constitution
from constitution.trials.hunting import Hunted
from constitution.trials.mutants import mutants_of
from constitution.trials.report import Hunt
from tests.courtroom import (
    Answer,
    always,
    by_draw,
    case,
    forbids,
    hunted,
    of,
    outcomes_of,
    reader,
    reply,
    report_of,
    verdicts,
)

EXCUSED = forbids("no-boo", "boo", exceptions=('It says "ghost".',))
SHOWN = EXCUSED.but(complies=(case("Well, well."), case("The ghost says boo.")))
FIRST = forbids("no-bah", "bah", tier="never", conflicts_with=("no-boo",))
YIELDS = case("Well, boo.")
"""Breaks no-boo and keeps no-bah: it is right where no-bah goes first."""


def hunt(constitution: Constitution, answer: Answer = reader) -> Hunt:
    """The mutants, hunted by this critic's cases."""
    return hunted(constitution, outcomes_of(constitution, answer), answer)


def of_kind(found: Hunt, kind: str) -> list[Hunted]:
    """The mutants of one kind."""
    return [each for each in found.hunted if each.mutant.kind == kind]


def fates(found: Hunt) -> dict[str, list[str]]:
    """Kind to the fates of its mutants."""
    return {kind: [each.fate for each in of_kind(found, kind)] for kind in ("drop", "negate", "exception", "swap")}


def test_every_principle_is_left_out_and_turned_round_every_exception_left_out_and_every_conflict_swapped() -> None:
    made = mutants_of(of(SHOWN, FIRST, forbids("no-hum", "hum")))

    assert [(mutant.kind, mutant.principles) for mutant in made] == [
        *(("drop", (name,)) for name in ("no-boo", "no-bah", "no-hum")),
        *(("negate", (name,)) for name in ("no-boo", "no-bah", "no-hum")),
        ("exception", ("no-boo",)),
        ("swap", ("no-bah", "no-boo")),
    ]


def test_a_principle_is_turned_round_in_the_words_that_the_critic_is_told() -> None:
    asked = forbids("no-boo", "boo", critique_request='Is there a "boo"?', revision_request="Take it out.")
    turned = [
        mutant.constitution.principles[0] for mutant in mutants_of(of(asked, of(EXCUSED).principles[0].but(id="x")))
    ]

    assert turned[2].critique_request == 'Do the opposite of this: Is there a "boo"?'
    assert turned[2].rule == asked.rule
    (plain,) = (mutant.constitution.principles[0] for mutant in mutants_of(of(EXCUSED)) if mutant.kind == "negate")
    assert plain.told_critic.splitlines()[1] == 'Rule: Do the opposite of this: Do not say "boo".'


def test_tiers_are_exchanged_and_within_one_tier_places() -> None:
    (tiers,) = (m for m in mutants_of(of(EXCUSED, FIRST)) if m.kind == "swap")
    (places,) = (m for m in mutants_of(of(EXCUSED, FIRST.but(tier="must"))) if m.kind == "swap")

    assert [(p.id, p.tier) for p in tiers.constitution.principles] == [("no-boo", "never"), ("no-bah", "must")]
    assert [p.id for p in places.constitution.principles] == ["no-bah", "no-boo"]


def test_good_cases_notice_every_mutant_that_can_be_noticed() -> None:
    excused = (*SHOWN.complies, YIELDS, case("The ghost says boo and bah."))
    low = SHOWN.but(complies=excused, violates=(case("Well, boo and bah."),))
    found = hunt(of(low, FIRST))

    assert fates(found) == {
        "drop": ["hole", "noticed"],  # whatever breaks no-boo without breaking no-bah is right by giving way
        "negate": ["noticed", "noticed"],
        "exception": ["noticed"],
        "swap": ["noticed"],
    }


def test_a_mutant_is_noticed_by_the_first_case_that_is_right_and_then_wrong() -> None:
    found = of_kind(hunt(of(SHOWN)), "exception")[0]

    assert (found.noticed_by, found.verdict) == ("no-boo complies[1]", "violates")


def test_a_critic_that_cannot_tell_notices_no_mutant() -> None:
    unsure = hunt(of(SHOWN, FIRST), always("cannot_tell"))

    assert not unsure.score().hits
    assert {each.fate for each in unsure.hunted} == {"hole"}


def test_a_critic_that_cannot_tell_of_a_mutant_notices_it_not() -> None:
    """It is right about the principles as they are, and gives up as soon as anything is changed."""
    small = of(SHOWN, FIRST)
    known = {json.dumps(verdicts_asked(request)) for request in questions(small)}

    def gives_up(request: Request) -> Reply:
        same = json.dumps(verdicts_asked(request)) in known
        return reader(request) if same else always("cannot_tell")(request)  # type: ignore[return-value]

    found = hunt(small, gives_up)

    assert not found.score().hits
    assert all("could not tell" in each.closes for each in found.holes)


def questions(constitution: Constitution) -> list[Request]:
    """What the cases ask of the constitution as it is."""
    asked: list[Request] = []

    def note(request: Request) -> Reply:
        asked.append(request)
        return reader(request)

    outcomes_of(constitution, note)
    return asked


def verdicts_asked(request: Request) -> str:
    """The principles as this question tells them."""
    return request.messages[1].content.split("The principles:\n\n")[1]


def test_a_critic_that_always_finds_a_violation_notices_nothing_but_what_leaves_nothing_to_find() -> None:
    found = hunt(of(SHOWN, FIRST), always("violates"))

    assert not found.score().hits
    alone = hunt(of(SHOWN), always("violates"))
    assert [each.mutant.kind for each in alone.hunted if each.fate == "noticed"] == ["drop"]


def test_an_exception_that_no_case_needs_is_a_hole_with_the_case_that_would_close_it() -> None:
    found = hunt(of(EXCUSED))
    (hole,) = found.holes

    assert hole.mutant.kind == "exception"
    assert hole.closes == (
        'no case shows what the exception “It says "ghost".” allows: add a `complies` case that only it excuses'
    )
    assert not hunt(of(SHOWN)).holes


def test_a_principle_that_another_covers_is_a_hole_until_a_case_is_its_own() -> None:
    both = case("boo bah")
    covered = of(forbids("no-boo", "boo", violates=(both,)), forbids("no-bah", "bah", violates=(both,)))
    own = of(forbids("no-boo", "boo", violates=(both, case("boo"))), forbids("no-bah", "bah", violates=(case("bah"),)))

    assert fates(hunt(covered))["drop"] == ["hole", "hole"]
    assert "breaks no other principle" in of_kind(hunt(covered), "drop")[0].closes
    assert fates(hunt(own))["drop"] == ["noticed", "noticed"]


def test_a_principle_left_out_is_not_noticed_where_the_critic_cannot_tell_of_another() -> None:
    two = of(EXCUSED, FIRST.but(conflicts_with=()))

    def shy(request: Request) -> Reply:
        found = verdicts(request)
        if "no-boo" not in found:
            return always("cannot_tell")(request)  # type: ignore[return-value]
        return reader(request)

    assert fates(hunt(two, shy))["drop"] == ["hole", "noticed"]


def test_an_order_without_a_case_is_a_hole_that_names_who_must_give_way() -> None:
    silent = FIRST.but(violates=(), complies=())
    (hole,) = of_kind(hunt(of(SHOWN.but(complies=()), silent)), "swap")
    (noticed,) = of_kind(hunt(of(SHOWN.but(complies=(YIELDS,)), silent)), "swap")

    assert noticed.fate == "noticed"
    assert hole.fate == "hole"
    assert "`complies` case of no-boo whose response gives way to no-bah" in hole.closes


def test_two_that_are_never_asked_together_make_an_equivalent_mutant() -> None:
    apart = of(one=(SHOWN,), two=(FIRST,))
    found = hunt(apart)
    (swap,) = of_kind(found, "swap")

    assert swap.fate == "equivalent"
    assert "never asked together" in swap.equivalent
    assert found.score().of == len(found.hunted) - 1
    assert found.equivalent() == 1


def test_a_case_is_asked_only_where_its_question_changed_and_only_as_long_as_nothing_was_noticed() -> None:
    asked: list[str] = []

    def note(request: Request) -> Reply:
        asked.append(verdicts_asked(request))
        return reader(request)

    small = of(one=(SHOWN,), two=(FIRST, forbids("no-hum", "hum")))
    outcomes = outcomes_of(small, reader)
    originals = {verdicts_asked(request) for request in questions(small)}
    found = hunted(small, outcomes, note)
    (exception,) = of_kind(found, "exception")

    assert not originals & set(asked)
    assert exception.asked == 3


def test_a_case_that_fails_already_notices_nothing() -> None:
    wrong = of(SHOWN.but(violates=(case("Well, well."),), complies=(case("boo"),)))
    found = hunt(wrong)

    assert not found.score().hits
    assert all("no case that passes now" in each.closes for each in found.holes)


def test_a_mutant_without_any_case_is_a_hole_and_not_equivalent() -> None:
    bare = of(forbids("no-boo", "boo", violates=(), complies=()))

    assert fates(hunt(bare)) == {"drop": ["hole"], "negate": ["hole"], "exception": [], "swap": []}


def test_a_principle_of_which_no_case_asks_is_a_hole_although_others_have_cases() -> None:
    multi = AppliesWhen(turns=("multi",))
    talk = forbids("in-talk", "x", exceptions=("Now.",), applies_when=multi, violates=(), complies=())
    found = hunt(of(SHOWN, talk))
    own = [each for each in found.hunted if "in-talk" in each.mutant.principles]

    assert [each.fate for each in own] == ["hole"] * 3
    assert [each.closes[:30] for each in own[:2]] == ["no case asks about it: add a `"] * 2
    assert own[2].closes.startswith("no case shows what the exception “Now.” allows: add")
    assert found.score().of == len(found.hunted)


@pytest.mark.parametrize("tier", ["never", "must"])
def test_two_of_one_group_that_no_conversation_brings_together_make_an_equivalent_mutant(tier: Tier) -> None:
    """Each of them is read by itself; neither the name of its tier nor its place changes what it says."""
    bare, multi, single = case("-"), AppliesWhen(turns=("multi",)), AppliesWhen(turns=("single",))
    talk = forbids("in-talk", "x", tier=tier, conflicts_with=("at-once",), applies_when=multi, violates=(), complies=())
    once = forbids("at-once", "y", applies_when=single, complies=(bare,))
    (swap,) = of_kind(hunt(of(SHOWN, talk, once)), "swap")
    (together,) = of_kind(hunt(of(SHOWN, talk, once.but(applies_when=AppliesWhen(tags=("law",))))), "swap")

    assert swap.fate == "equivalent"
    assert "told the same" in swap.equivalent
    assert together.fate == "hole"


def test_a_principle_left_out_is_not_noticed_where_one_other_is_kept_and_of_one_the_critic_cannot_tell() -> None:
    three = of(EXCUSED, forbids("no-bah", "bah"), forbids("no-hum", "hum"))

    def unsure(request: Request) -> Reply:
        said = verdicts(request)
        return reply(request, said if "no-boo" in said else {**said, "no-hum": ("cannot_tell", "")})

    assert fates(hunt(three, unsure))["drop"][0] == "hole"
    assert fates(hunt(three))["drop"][0] == "noticed"


def test_a_case_that_was_flaky_as_it_stands_notices_no_mutant_although_it_may_be_flaky() -> None:
    flaky = case("The ghost says boo.", note="flaky: people disagree")
    only = of(EXCUSED.but(violates=(), complies=(flaky,)))
    originals = {verdicts_asked(request) for request in questions(only)}
    wavering = by_draw(*("complies", "violates") * 4, "complies", "complies", "complies")

    def answer(request: Request) -> Reply:
        return (wavering if verdicts_asked(request) in originals else reader)(request)  # type: ignore[return-value]

    outcomes = outcomes_of(only, answer)
    found = hunted(only, outcomes, answer)

    assert [(outcome.status, outcome.failed) for outcome in outcomes] == [("flaky", False)]
    assert {each.fate for each in found.hunted} == {"hole"}
    assert of_kind(hunt(only), "exception")[0].fate == "noticed"


def test_a_mutant_that_could_not_be_asked_about_is_left_open() -> None:
    small = of(SHOWN)
    originals = {request.digest for request in questions(small)}

    def lost(request: Request) -> Reply | CallFailed:
        return reader(request) if request.digest in originals else Quarantined("gone")

    found = hunt(small, lost)

    assert fates(found) == {"drop": ["noticed"], "negate": ["not asked"], "exception": ["not asked"], "swap": []}
    assert report_of(small, lost, mutate=True).exit_code() == 3


def test_the_score_has_its_interval_and_is_listed_by_kind() -> None:
    data = report_of(of(EXCUSED), reader, mutate=True).data()["mutation"]

    assert (data["score"]["hits"], data["score"]["of"], data["by_kind"]["exception"]["hits"]) == (2, 3, 0)
    assert data["score"]["interval"][0] < 2 / 3 < data["score"]["interval"][1]


def test_a_score_below_the_wanted_one_ends_with_one() -> None:
    report = report_of(of(EXCUSED), reader, mutate=True)

    assert [report.exit_code(wanted) for wanted in (None, 0.6, 2 / 3, 0.9)] == [0, 0, 0, 1]


FILE = """\
name: small
groups:
  - id: all
    principles:
      - id: no-guarantee
        tier: never
        rule: Do not claim certainty that you lack.
        exceptions: [Arithmetic and definitions.]
        violates:
          - prompt: Will it rain?
            response: It is absolutely guaranteed to rain, without a doubt.
        complies:
          - prompt: Will it rain?
            response: It will probably rain, but I am not certain.
"""


def test_the_command_names_the_holes_and_holds_to_a_score(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CONSTITUTION_LEDGER", raising=False)
    (tmp_path / "constitution.toml").write_text("")
    (tmp_path / "small.yaml").write_text(FILE)
    code = main(["principles", "test", "small.yaml", "--mutate", "--min-score", "0.9", "--no-color"])
    told = capsys.readouterr()

    assert code == 1
    assert "hole: nothing fails when no-guarantee loses its exception “Arithmetic and definitions.”" in told.out
    (score,) = (line for line in told.out.splitlines() if line.startswith("mutation score 0.67"))
    assert "rehearsal" in score
    assert "the mutation score is below 0.9" in told.err
