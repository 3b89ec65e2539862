"""What each principle did to a dataset: counts that the long table gives too, and what stands out or is too little."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml

import constitution as c
from constitution.api import Finished
from constitution.api.coverage import Coverage, Notice, coverage_of
from constitution.api.tables import COLUMNS, said_of
from constitution.cli import main
from constitution.core.asking import drive
from constitution.core.rulings import NONE, Ruling, Rulings
from constitution.core.trail import Trail
from constitution.dataset.contents import ConstitutionFile
from constitution.dataset.folder import write_folder
from constitution.errors import NotFound
from constitution.principles.model import AppliesWhen, Constitution, Group
from tests.folders import contents
from tests.scenes import CALM, KIND, TRUE, Cast, asked_about, brief, finding, prompt, whole
from tests.scenes import constitution as small

LOUD = "Bread rises BECAUSE OF YEAST! Knead it for ten minutes and wait an hour."
CLEAN = "Knead it for ten minutes."


def ended(text: str, of: Constitution | None = None, rulings: Rulings | None = None, **rules: Any) -> Trail:
    """The trail of a prompt under these rules of answering."""
    given = brief(of, rulings=rulings or NONE)
    return drive(whole(given)(Trail.start(prompt(text, intent="benign"))), Cast(**rules))


def loud(number: int, **rules: Any) -> Trail:
    """A draft that shouts and is mended."""
    return ended(f"Why does bread rise, {number}?", **{"author": lambda request: LOUD, **rules})


def clean(number: int, **rules: Any) -> Trail:
    """A draft that breaks nothing."""
    return ended(f"How long do I knead, {number}?", **{"author": lambda request: CLEAN, **rules})


def over_rude(request: Any) -> str:
    """A critic that finds the draft shouting, and the revision unkind."""
    if "YEAST!" in asked_about(request):
        return Cast.critique(
            request, finding("no-shouting", "violates", "YEAST!"), finding("no-certainty"), finding("be-kind")
        )
    unkind = finding("no-certainty", "violates", "Knead it")
    return Cast.critique(request, finding("no-shouting"), unkind, finding("be-kind"))


def notices(coverage: Coverage) -> dict[tuple[str, str], Notice]:
    """By kind and principle."""
    return {(each.kind, each.principle): each for each in coverage.notices}


def finished(trails: Sequence[Trail]) -> Finished:
    """These trails as what a run left."""
    paired = [place for place, trail in enumerate(trails) if trail.fate == "paired"]
    return Finished(run_id="r", trails=trails, fates=Counter(t.fate or "" for t in trails), paired=paired, out=None)


def on_answer(trail: Trail, verdict: str, **more: str) -> Ruling:
    """What ann says of the draft under the rule against shouting."""
    facts = {"prompt_id": trail.prompt.id, "response": trail.responses[0].sha256, "principle": CALM.id}
    told = {"about": "response", "meaning": CALM.meaning, "verdict": verdict, "reviewer": "ann", **facts, **more}
    return Ruling.model_validate({**told, "date": "2026-11-21"})


def test_each_principle_is_counted_with_what_came_of_it() -> None:
    effects = {each.principle: each for each in coverage_of([loud(1), clean(1)], small()).effects}
    calm = effects["no-shouting"]

    assert (calm.asked, calm.applied, calm.fired, calm.kept, calm.earned) == (2, 2, 1, 1, 1)
    for each in effects.values():
        assert each.asked == each.applied + each.not_applicable + each.cannot_tell
        assert each.applied == each.fired + each.kept


def test_all_figures_can_be_had_from_the_long_table_by_groupby() -> None:
    trails = (*(loud(n) for n in range(3)), loud(9, critic=over_rude), clean(1), clean(2))
    coverage, frame = coverage_of(trails, small()), finished(trails).to_pandas("verdicts")

    drafts = frame[frame.counts & (frame.subject == "answer")]
    verdicts = drafts.groupby(["principle", "verdict"]).size().unstack(fill_value=0)
    pairs = drafts[drafts.earned].groupby("principle").position.nunique()
    ratio = drafts[drafts.earned].assign(ratio=lambda rows: rows.length_chosen / rows.length_rejected)
    for each in coverage.effects:
        found = verdicts.loc[each.principle]
        assert each.asked == found.sum()
        assert (each.fired, each.kept) == (found.get("violates", 0), found.get("complies", 0))
        assert (each.not_applicable, each.cannot_tell) == (found.get("not_applicable", 0), found.get("cannot_tell", 0))
        assert each.earned == pairs.get(each.principle, 0)
        if each.earned:
            assert each.lengths.ratio == pytest.approx(ratio[ratio.principle == each.principle].ratio.median())

    revisions = frame[frame.counts & (frame.subject == "revision")]
    both = drafts.merge(revisions, on=["position", "principle"], suffixes=("_draft", "_revision"))
    mended = both[(both.verdict_draft == "violates") & both.verdict_revision.isin(["complies", "not_applicable"])]
    newly = both[(both.verdict_draft != "violates") & (both.verdict_revision == "violates")]
    clashes = mended.merge(newly, on="position").groupby(["principle_x", "principle_y"]).position.nunique()
    assert clashes.to_dict() == {(each.mended, each.broken): len(each.at) for each in coverage.clashes}
    assert clashes.to_dict() == {("no-shouting", "no-certainty"): 1}
    held = drafts.groupby("position").verdict.agg(set)
    assert (coverage.held, coverage.unmet) == (len(held), (held == {"not_applicable"}).sum())


def test_the_long_table_keeps_its_old_columns_and_counts_each_answer_once_a_principle() -> None:
    frame = finished((loud(1), clean(1))).to_pandas("verdicts")

    assert list(frame.columns) == list(COLUMNS)
    assert {"prompt_id", "by", "subject", "about", "verdict", "severity", "reason"} <= set(frame.columns)
    assert set(frame["by"]) == {"critic", "judge"}
    once = frame[frame.counts & frame.principle.notna()].groupby(["position", "response", "principle"]).size()
    assert (once == 1).all()
    judged = frame[frame.by == "judge"]
    assert sorted(judged.about.unique()) == ["helpfulness", "principles"]
    assert set(judged.order) == {"a_first", "b_first"}
    shouting = frame[(frame.verdict == "violates")].iloc[0]
    assert (shouting.evidence, shouting.quote, shouting.subject) == ("quote", "BECAUSE OF YEAST!", "answer")


def test_a_person_who_overrules_counts_and_the_critic_stays_beside_them() -> None:
    before = loud(1)
    ruled = ended(before.prompt.messages[0].content, rulings=Rulings((on_answer(before, "complies", reason="No."),)),
                  author=lambda request: LOUD)  # fmt: skip
    critic, person = (said for said in said_of([ruled]) if said.principle == CALM.id)

    assert (critic.by, critic.verdict, critic.counts, critic.overruled) == ("critic", "violates", False, True)
    assert (person.by, person.verdict, person.counts, person.reviewer) == ("person", "complies", True, "ann")
    assert (person.model, critic.model) == (None, "scripted:critic")
    assert coverage_of([ruled], small()).effects[0].fired == 0


def test_a_person_who_agrees_is_a_row_that_does_not_count_twice() -> None:
    before = loud(1)
    ruled = ended(before.prompt.messages[0].content, author=lambda request: LOUD,
                  rulings=Rulings((on_answer(before, "violates", reason="Yes, it does."),)))  # fmt: skip
    critic, person = (said for said in said_of([ruled]) if said.principle == CALM.id and said.subject == "answer")

    assert (critic.by, critic.counts, critic.overruled) == ("critic", True, False)
    assert (person.by, person.counts, person.reason, person.reviewer) == ("person", False, "Yes, it does.", "ann")
    assert person.step == next(step.id for step in ruled.steps if step.kind == "human_review")


def test_a_pair_that_a_person_keeps_is_a_row_and_the_judge_no_longer_counts() -> None:
    before = loud(1)
    assert before.pair is not None
    ruling = Ruling.model_validate({"about": "pair", "prompt_id": before.prompt.id, "pair_id": before.pair.pair_id,
                                    "verdict": "keep", "reviewer": "ann", "date": "2026-11-21"})  # fmt: skip
    lukewarm = Cast(author=lambda request: LOUD, judge=lambda request: Cast.prefer(request, "tie", "tie"))
    kept = drive(whole(brief(rulings=Rulings((ruling,))))(Trail.start(before.prompt)), lukewarm)
    rows = [said for said in said_of([kept]) if said.subject == "pair"]

    assert kept.fate == "paired"
    assert [(said.by, said.verdict) for said in rows if said.counts] == [("person", "keep")]
    assert {said.overruled for said in rows if said.by == "judge" and said.about == "principles"} == {True}


def test_what_never_fires_is_said_only_where_there_is_enough_to_say_it() -> None:
    few = notices(coverage_of([clean(n) for n in range(10)], small()))["never_fires", "be-kind"]
    many = notices(coverage_of([clean(n) for n in range(40)], small()))["never_fires", "be-kind"]

    assert (few.standing, many.standing) == ("insufficient", "found")
    assert "0 of 40 (0.00–0.09)" in many.what
    assert len(many.at) == 40


def test_what_always_fires_is_said_only_where_there_is_enough_to_say_it() -> None:
    few = notices(coverage_of([loud(n) for n in range(5)], small()))["always_fires", "no-shouting"]
    many = notices(coverage_of([loud(n) for n in range(40)], small()))["always_fires", "no-shouting"]

    assert (few.standing, many.standing) == ("insufficient", "found")
    assert ("never_fires", "no-shouting") not in notices(coverage_of([loud(1)], small()))


def test_one_that_sometimes_fires_is_not_accused_of_anything() -> None:
    found = notices(coverage_of([*(loud(n) for n in range(20)), *(clean(n) for n in range(40))], small()))

    assert not {"always_fires", "never_fires", "never_applies"} & {kind for kind, of in found if of == "no-shouting"}


def test_one_that_never_applies_is_told_from_one_that_never_fires() -> None:
    def elsewhere(request: Any) -> str:
        return Cast.critique(
            request, finding("no-shouting"), finding("no-certainty"), finding("be-kind", "not_applicable")
        )

    found = notices(coverage_of([clean(n, critic=elsewhere) for n in range(40)], small()))

    assert found["never_applies", "be-kind"].standing == "found"
    assert ("never_fires", "be-kind") not in found


def test_a_contradiction_needs_several_revisions_and_says_whether_the_file_knows_of_it() -> None:
    once = notices(coverage_of([loud(1, critic=over_rude), loud(2)], small()))["contradicts", "no-shouting"]
    often = coverage_of([loud(n, critic=over_rude) for n in range(4)], small())
    found = notices(often)["contradicts", "no-shouting"]
    knows = small(CALM.but(conflicts_with=("no-certainty",)), TRUE, KIND)

    assert (once.standing, once.other, once.at) == ("insufficient", "no-certainty", (0,))
    assert "1 of 2 (" in once.what
    assert found.standing == "found"
    assert "neither names the other in conflicts_with" in found.what
    assert often.notices[0] == found
    declared = notices(coverage_of([loud(1, critic=over_rude)], knows))["contradicts", "no-shouting"]
    assert "the critic is told which goes first" in declared.what


def test_what_the_draft_broke_already_is_no_contradiction() -> None:
    def both(request: Any) -> str:
        if "YEAST!" in asked_about(request):
            found = (finding("no-shouting", "violates", "YEAST!"), finding("no-certainty", "violates", "Knead it"))
        else:
            found = (finding("no-shouting"), finding("no-certainty", "violates", "Knead it"))
        return Cast.critique(request, *found, finding("be-kind"))

    assert coverage_of([loud(n, critic=both) for n in range(4)], small()).clashes == ()


def lengthening(words: int) -> Mapping[str, Any]:
    """A reviser that makes the answer this long, and a judge that likes it."""
    text = " ".join(["Yeast"] * words) + "."
    return {"reviser": lambda request: text, "judge": lambda request: Cast.prefer(request, "revision", "tie", text)}


@pytest.mark.parametrize(("length", "kind"), [(30, "longer"), (6, "shorter")])
def test_pairs_that_reward_length_are_named_once_there_are_enough(length: int, kind: str) -> None:
    few = notices(coverage_of([loud(n, **lengthening(length)) for n in range(3)], small()))[kind, "no-shouting"]
    many = notices(coverage_of([loud(n, **lengthening(length)) for n in range(12)], small()))[kind, "no-shouting"]

    assert (few.standing, many.standing) == ("insufficient", "found")
    assert "far out" in many.what


def test_pairs_of_like_length_are_let_pass() -> None:
    found = notices(coverage_of([loud(n) for n in range(12)], small()))

    assert not {"longer", "shorter"} & {kind for kind, _ in found}


def test_principles_that_were_never_asked_are_named_with_the_reason() -> None:
    rare = KIND.but(id="for-lawyers", applies_when=AppliesWhen(intents=("harmful",)))
    wide = Constitution(name="small", groups=(*small().groups, Group(id="law", principles=(rare,)),
                                              Group(id="other", principles=(KIND.but(id="unlucky"),))))  # fmt: skip
    found = notices(coverage_of([clean(1), clean(2)], wide))

    assert "no prompt called for it" in found["never_asked", "for-lawyers"].what
    assert "2 prompts called for it" in found["never_asked", "unlucky"].what


def test_nothing_at_all_is_no_error() -> None:
    nothing = coverage_of([], small())

    assert [each.asked for each in nothing.effects] == [0, 0, 0]
    assert list(finished(()).to_pandas("verdicts").columns) == list(COLUMNS)


@pytest.fixture
def out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with contradictions, clean drafts and a pair."""
    monkeypatch.chdir(tmp_path)
    trails = (*(loud(n, critic=over_rude) for n in range(4)), *(clean(n) for n in range(40)), loud(50))
    text = yaml.safe_dump(small().as_json() | {"version": "1.0.0"}, default_style='"').encode()
    file = ConstitutionFile(ref="small@1.0.0", name="small", version="1.0.0", content=text)
    write_folder(tmp_path / "out", contents(*trails, constitution=file))
    return tmp_path / "out"


def test_show_names_what_stands_out_with_rows_to_look_at(out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(("show", "out", "--by", "principle")) == 0
    told = capsys.readouterr().out

    assert "contradicts another on the same revision" in told
    assert "mending it newly broke no-certainty in 4 of 5" in " ".join(told.split())
    assert "[P]" in told
    commands = [line.split() for line in told.splitlines() if line.strip().startswith("constitution show")]
    assert commands
    for command in commands:
        assert main(tuple(command[1:])) == 0
    capsys.readouterr()


def test_show_tells_of_one_principle_alone_with_all_its_rows(out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(("show", "out", "--by", "principle", "--principle", "be-kind")) == 0
    told = capsys.readouterr().out
    assert main(("show", "out", "--by", "principle", "--principle", "be-kind", "--json")) == 0
    data = json.loads(capsys.readouterr().out)["data"]

    assert told.count("constitution show out") == 45
    assert [each["principle"] for each in data["principles"]] == ["be-kind"]
    assert data["notices"][0]["standing"] == "found"
    assert "1" in data["notices"][0]["examples"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--by", "principle", "--principle", "be-good"), "known: no-shouting"),
        (("--principle", "be-kind"), "--by principle"),
        (("1", "--by", "principle"), "leave out the pair"),
    ],
)
def test_a_question_that_makes_no_sense_is_answered_with_what_to_type(
    out: Path, arguments: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(("show", "out", *arguments)) == 2
    assert said in capsys.readouterr().err


def test_a_folder_is_read_back_as_what_its_run_left(out: Path) -> None:
    read = c.load_run(str(out))

    assert (len(read.trails), read.fates["paired"], len(read.pairs)) == (45, 1, 1)
    assert read.engine == "constitution 0.1.0"
    assert read.to_pandas("verdicts").equals(finished(read.trails).to_pandas("verdicts"))
    assert list(read.to_pandas("costs")["input"]) == [5]
    assert read.dataset()[0]["provenance"]["engine"] == read.engine
    with pytest.raises(NotFound):
        c.load_run(out / "data")
