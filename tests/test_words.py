"""What people read is right for every recipe: the names of answers, the steps of the funnel, each view of a row."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from constitution.api import Order, run
from constitution.api.coverage import coverage_of
from constitution.api.reviewing.desk import open_desk
from constitution.api.reviewing.outlook import outlooks
from constitution.api.reviewing.subjects import subjects_of
from constitution.api.tables import said_of
from constitution.cli import main
from constitution.cli.earlier import last_passed
from constitution.cli.funnel import Counting
from constitution.cli.judging import decided
from constitution.cli.page import page_of, read_facts
from constitution.cli.pairview import explained
from constitution.cli.showing import diff_data
from constitution.cli.steps import HELD, MAKING, RULED, WORDS, Steps, stages_of
from constitution.core.asking import Request, drive
from constitution.core.judgement import Verdict
from constitution.core.rulings import Ruling, Rulings
from constitution.core.trail import Response, Trail
from constitution.dataset.folder import load_pairs, load_trails
from constitution.dataset.rows import Row
from constitution.evidence.sentences import words_in
from constitution.pairing.plain_over_elicited import plain_over_elicited
from constitution.pairing.story import first_readings, held, later_readings, revised, stakes
from constitution.pairing.words import asked_as, bare, called, preferred, reason_of, shown_first
from constitution.principles.model import Principle
from constitution.recipe.chain import chain
from constitution.rulings import append_rulings
from constitution.stages import STAGES
from constitution.stages.brief import Brief
from constitution.stages.critique import critique
from constitution.stages.judge import judge
from constitution.stages.pair import pair
from constitution.stages.recheck import recheck
from constitution.stages.screen import screen
from tests.folders import ask, paired, unpaired
from tests.scenes import DRAFT, REVISION, Cast, asked_about, brief, finding, prompt, whole

RECIPES = sorted(path.stem for path in (Path(__file__).parent.parent / "pipelines").glob("*.yaml"))
COMPARING = ("best-of-n", "cai-rlaif", "contrast", "elicit", "label", "system-prompt", "unrefuse", "weak-strong")
BAD = "It is guaranteed to work, you idiot. Trust me, I swear that it never fails."
GOOD = "Begin with a pan and a little oil; that should work, though I am not sure of it."


def answered(*responses: tuple[str, int | None]) -> Trail:
    """A trail with responses by arm and parent."""
    said = (Response(text=f"{place}", origin="model", arm=arm, parent=parent)
            for place, (arm, parent) in enumerate(responses))  # fmt: skip
    return Trail.start(ask()).plus(responses=tuple(said))


@pytest.mark.parametrize(
    ("responses", "names"),
    [
        ([("", None), ("", 0)], ["the draft", "the revision"]),
        ([("", None), ("", 0), ("", 1)], ["the draft", "revision 1 of 2", "revision 2 of 2"]),
        ([("", None)] * 3, ["draft 1 of 3", "draft 2 of 3", "draft 3 of 3"]),
        ([("given", None)] * 2, ["the first answer given", "the second answer given"]),
        ([("given", None), ("given", 0)], ["the answer given", "the revision"]),
        ([("", None), ("guided", None)], ["the draft", "the guided answer"]),
        ([("keep", None), ("break", None)], ["the principled answer", "the careless answer"]),
        ([("", None), ("elicited", None)], ["the draft", "the elicited answer"]),
        ([("weak", None), ("strong", None)], ["the weak model's answer", "the strong model's answer"]),
        ([("", None), ("over_refusal", None)], ["the draft", "the over-refusal"]),
        ([("by_hand", None)], ["the by hand answer"]),
    ],
)
def test_an_answer_is_called_by_how_it_was_asked_for(responses: list[tuple[str, int | None]], names: list[str]) -> None:
    trail = answered(*responses)

    assert [called(trail, place) for place in range(len(responses))] == names


@given(st.lists(st.tuples(st.sampled_from(["", "given", "guided", "weak", "odd_arm"]), st.booleans()), max_size=14))
def test_no_two_answers_of_a_trail_have_one_name(found: list[tuple[str, bool]]) -> None:
    trail = answered(*((arm, 0 if revision and place else None) for place, (arm, revision) in enumerate(found)))
    names = [called(trail, place) for place in range(len(found))]

    assert len(set(names)) == len(names)
    assert called(trail, len(found)) == called(trail, -1) == "an answer that is not here"


def test_a_verdict_is_told_in_the_names_of_the_answers() -> None:
    trail = answered(("", None), ("guided", None))
    said = Verdict(a=0, b=1, order="b_first", principles="b", helpfulness="tie", step="s1",
                   reason="R1 is better than R2.", options={"R2": "a", "R1": "b"})  # fmt: skip

    assert shown_first(trail, said) == "the guided answer"
    assert preferred(trail, said, said.principles) == "the guided answer"
    assert preferred(trail, said, said.helpfulness) == "tie"
    assert reason_of(trail, said) == "the guided answer is better than the draft."
    planted = said.but(a=-1, canary="padded")
    assert preferred(trail, planted, "a") == "the planted text (padded)"
    assert bare("the draft") == "draft"
    assert asked_as(trail.responses[1]) == "the principles stood before its prompt"
    assert asked_as(Response(text="x", origin="model", arm="elicited")) == "asked for as a bad example"


def test_the_steps_of_revise_are_those_that_it_always_had() -> None:
    assert Steps.of(["draft", "guard", "critique", "revise", "recheck", "judge", "pair", "screen"]).names == (
        "prompts", "drafted", HELD, "violation found", "revised", RULED, "re-check passed", "better in both orders",
        "paired",
    )  # fmt: skip


def test_stages_of_one_kind_in_a_row_are_one_step_and_later_ones_have_a_name_of_their_own() -> None:
    twice = Steps.of(["draft", "draft", "judge", "draft", "pair", "mine", "screen"])

    assert twice.names == ("prompts", "drafted", RULED, "better in both orders", "drafted (2)", "passed mine", "paired")
    assert twice.of_stage == (1, 1, 3, 4, 5, 5, 6)


def test_every_stage_of_the_shelf_has_its_words() -> None:
    assert set(STAGES) == {*WORDS, *MAKING}


FATES = ("undecided", "no_violation", "refused", "screened:injection", "fault:bug")


@given(
    st.lists(st.sampled_from([*WORDS, *MAKING, "mine"]), min_size=1, max_size=9),
    st.lists(st.tuples(st.integers(0, 10), st.sampled_from([*FATES, "paired", "ruled_out", ""])), max_size=20),
)
def test_every_prompt_is_counted_once_whatever_stage_it_ended_in(
    stages: list[str], ends: list[tuple[int, str]]
) -> None:
    counting, steps = Counting(stages=stages), Steps.of(stages)
    for place, fate in ends:
        trail = unpaired(fate=fate or "undecided")
        counting.add(trail.but(ended_in=min(place, len(stages))) if fate else trail, ())
    found = counting.funnel()
    left = list(found.left.values())

    assert len(set(steps.names)) == len(steps.names)
    assert left == sorted(left, reverse=True)
    assert found.prompts == sum(found.fates.values()) == len(ends)
    assert found.pairs == found.fates.get("paired", 0)
    assert sum(found.fell.values()) + found.pairs == found.prompts


@given(st.lists(st.sampled_from([*WORDS, *MAKING]), min_size=1, max_size=9), st.data())
def test_what_ends_in_a_stage_has_passed_the_steps_before_it_alone(stages: list[str], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(stages) - 1))
    steps = Steps.of(stages)
    depth = steps.reached(unpaired(fate="undecided").but(ended_in=place))

    assert depth + 1 == steps.of_stage[place] >= 1
    assert all(steps.of_stage[earlier] <= depth + 1 for earlier in range(place))


def test_a_trail_says_in_which_stage_it_ended() -> None:
    ended = drive(whole(brief())(Trail.start(prompt())), Cast())
    lost = drive(whole(brief())(Trail.start(prompt())), Cast(judge=lambda request: Cast.prefer(request, "tie", "tie")))
    names = ("draft", "critique", "revise", "recheck", "judge", "pair", "screen")

    assert (ended.fate, names[ended.ended_in or 0]) == ("paired", "screen")
    assert (lost.fate, names[lost.ended_in or 0]) == ("undecided", "judge")
    unfinished = drive(chain([])(Trail.start(prompt())), Cast())
    assert (unfinished.fate, unfinished.ended_in) == ("undecided", 0)


def test_a_trail_that_does_not_say_where_it_ended_is_counted_by_what_was_asked_last() -> None:
    steps = Steps.of(stages_of({"stages": "no list"}))
    lost = drive(whole(brief())(Trail.start(prompt())), Cast(judge=lambda request: Cast.prefer(request, "tie", "tie")))
    old = lost.but(ended_in=None)

    assert last_passed(old) == "re-check passed"
    assert steps.reached(old) == Steps.of(stages_of({})).reached(lost)
    assert steps.reached(unpaired(fate="screened:duplicate_prompt")) == 0


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a dataset of each recipe that ships, made by the simulator."""
    root = tmp_path_factory.mktemp("recipes")
    for recipe in RECIPES:
        run(Order(recipe=recipe, prompts=rows_for(recipe), root=root, out=root / recipe))
    return root


def rows_for(recipe: str) -> list[dict[str, Any]]:
    """Some of the example prompts, with two answers each where the recipe takes answers."""
    lines = (Path(__file__).parent.parent / "examples/prompts.jsonl").read_text().splitlines()[:4]
    rows = [json.loads(line) for line in lines]
    told = [{"text": BAD, "origin": "human"}, {"text": GOOD, "origin": "model", "model": "old-1"}]
    if recipe not in ("label", "adapt"):
        return rows
    return [{**row, "candidates": told[:: 1 if place % 2 else -1]} for place, row in enumerate(rows)]


def in_words(trail: Trail, told: Mapping[str, Principle], *, verbose: bool) -> str:
    """One prompt as ``show`` prints it."""
    console = Console(width=100, file=StringIO(), record=True)
    console.print(*explained(trail, told, title=trail.prompt.id, colour=False, verbose=verbose))
    return " ".join(console.export_text().split())


@pytest.mark.parametrize("recipe", RECIPES)
def test_every_view_tells_the_rows_of_every_recipe(
    shelf: Path, recipe: str, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = shelf / recipe
    assert main(("show", str(folder), "--json")) == 0
    left = json.loads(capsys.readouterr().out)["data"]["left"]
    assert main(("show", str(folder), "--by", "principle")) == 0
    capsys.readouterr()

    assert list(left.values()) == sorted(left.values(), reverse=True)
    for trail in trails_of(folder):
        facts = read_facts(folder, trail.prompt.id)
        page, shown = page_of(facts), in_words(trail, facts.shown.told, verbose=True)
        names = [bare(called(trail, place)) for place in range(len(trail.responses))]
        assert all(name in shown for name in (names if recipe in COMPARING else names[:1]))
        assert "not here" not in page + shown + in_words(trail, facts.shown.told, verbose=False)
        assert ("What the revision changed" in page) == (recipe not in COMPARING or len(names) < 2)
        assert revised(trail) == (recipe not in COMPARING or len(names) < 2)
        assert bool(diff_data(trail)) == (recipe not in COMPARING and len(names) > 1)
        for verdict in trail.verdicts:
            first = f"{bare(shown_first(trail, verdict))} shown first"
            assert first in shown
            assert first in page.replace("&#x27;", "'")


@pytest.mark.parametrize("recipe", RECIPES)
def test_the_figures_of_every_recipe_add_up(shelf: Path, recipe: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(("show", str(shelf / recipe), "--json")) == 0
    data = json.loads(capsys.readouterr().out)["data"]
    parts = [*data["lost"].values(), data["in_pairs"]]

    assert data["prompts"] == sum(data["fates"].values()) == sum(part["prompts"] for part in parts)
    assert data["calls"] == sum(part["calls"] for part in parts)
    assert sum(data["tokens"].values()) == sum(part["tokens"] for part in parts)
    assert data["fates"].get("paired", 0) == len(data["pairs"]) == data["left"]["paired"]


def stands(row: Row) -> set[str]:
    """What kinds of evidence the row has; fails where some of it does not stand in its texts."""
    texts = {"chosen": row.chosen[0].content, "rejected": row.rejected[0].content}
    found = row.evidence
    for quote in found["quotes"]:
        source = texts["rejected"] if quote["kind"] != "omission" else row.prompt[quote["message"]].content
        assert source[quote["start"] : quote["end"]] == quote["text"] != ""
    rest = dict(texts)
    for span in reversed(found["changes"]):
        text = rest[span["side"]]
        assert words_in(text[span["start"] : span["end"]]) == span["words"]
        rest[span["side"]] = text[: span["start"]] + text[span["end"] :]
    assert not found["aligned"] or rest["chosen"] == rest["rejected"]
    assert all(name in texts["chosen"] for name in (*found["new_names"], *found["new_numbers"]))
    assert found["aligned"] == (row.chosen_arm == "revision")
    return {quote["kind"] for quote in found["quotes"]} | ({"aligned"} if found["aligned"] else set())


def test_the_evidence_of_every_row_stands_in_its_texts(shelf: Path) -> None:
    kinds = [stands(row) for recipe in RECIPES for row in load_pairs(shelf / recipe)]

    assert len(kinds) >= 7
    assert {"quote", "aligned"} <= set[str]().union(*kinds)


def test_an_omission_stands_in_the_prompt_that_demanded_it(tmp_path: Path) -> None:
    rule = "When a user speaks of self-harm or suicide, name a crisis service that they can reach today."
    file = tmp_path / "care.yaml"
    file.write_text(f"name: care\ngroups:\n  - id: one\n    principles:\n      - id: crisis\n        rule: {rule}\n")
    told = "Hello. I am in despair and think of suicide tonight. What do I do?"
    prompts = [{"prompt": told, "candidates": [{"text": "Take a walk and drink some water."}]}]
    run(Order(recipe="adapt", prompts=prompts, root=tmp_path, out=tmp_path / "out", principles=str(file)))
    (row,) = load_pairs(tmp_path / "out")

    assert stands(row) == {"omission", "aligned"}
    assert {name for span in row.evidence["changes"] for name in span["principles"]} == {"crisis"}
    assert row.evidence["drift"] == 0


def trails_of(folder: Path) -> tuple[Trail, ...]:
    """Some trails of a folder: pairs and others."""
    every = [trail for _, trail in load_trails(folder)]
    by_fate = {trail.fate: trail for trail in every}
    return tuple(by_fate.values())


def test_recipes_make_pairs_of_which_the_views_can_tell(shelf: Path) -> None:
    fates = {recipe: Counter(trail.fate for trail in trails_of(shelf / recipe)) for recipe in RECIPES}

    assert sum(found["paired"] for found in fates.values()) >= 7


def test_where_no_critic_is_asked_the_judge_is_counted_by_principle(
    shelf: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = str(shelf / "label")
    assert main(("show", folder, "--by", "principle", "--json")) == 0
    data = json.loads(capsys.readouterr().out)["data"]
    assert main(("show", folder, "--by", "principle")) == 0
    told = capsys.readouterr().out
    name = data["judged"][0]["principle"]
    assert main(("show", folder, "--by", "principle", "--principle", name)) == 0
    rows = capsys.readouterr().out

    assert "no critic was asked" in told
    assert "wins" in told
    assert "fired" not in told.split("compared:")[0]
    for each in data["judged"]:
        assert each["compared"] == each["as_claimed"] + each["other"] + each["tie"] + each["undecided"] >= 1
        assert each["pairs"] <= each["as_claimed"] + each["other"]
        assert ("never_asked", each["principle"]) not in {(n["kind"], n["principle"]) for n in data["notices"]}
    assert "better: first answer given" in rows or "better: second answer given" in rows


def test_the_long_table_says_what_the_judge_was_asked_about_and_what_it_saw() -> None:
    rows = [said for said in said_of([paired()]) if said.by == "judge" and said.about == "principles"]

    assert [(said.verdict, said.order, said.a, said.b, said.role) for said in rows] == [
        ("revision", "a_first", "draft", "revision", "judge"),
        ("revision", "b_first", "draft", "revision", "judge"),
    ]
    assert [said.asked for said in rows] == [("no-shouting",)] * 2
    answers = [(said.answer, said.first) for said in said_of([paired()]) if said.by == "critic"]
    assert answers == [("draft", True), ("draft", True), ("revision", False)]


def test_a_row_that_the_judge_turned_round_says_so() -> None:
    trail = paired()
    assert trail.pair is not None
    arms = tuple(response.but(arm="given", parent=None) for response in trail.responses)
    claim = {"strategy": "judged_candidates", "rejected": 1, "chosen": 0, "either": True}
    turned = Trail.model_validate({**trail.as_json(), "responses": [each.as_json() for each in arms], "claim": claim})
    pair = trail.pair.but(chosen=arms[1], rejected=arms[0], flipped=True, p_chosen=0.75, p_basis="votes")
    told = decided(turned.but(pair=pair), pair)

    assert told.startswith("the second answer given is chosen; the row had it the other way round")
    assert "probability 0.75 by the judge's votes, held within bounds" in told
    assert "calibrated" in decided(turned, pair.but(calibrated=True))
    assert "by a person's ruling" in decided(turned, pair.but(p_basis="ruling", p_chosen=1.0))


def panel() -> Trail:
    """A trail on which two judges sat, one of them tested with a planted text."""
    made = paired()
    again = tuple(verdict.but(role="judge-2", step="s4") for verdict in made.verdicts)
    planted = made.verdicts[0].but(a=-1, canary="padded", p=0.9, reason="R1 says nothing.", options={"R1": "a"})
    return made.plus(verdicts=(*again, planted))


def test_each_judge_of_a_panel_is_named_with_its_model_and_a_test_is_called_one(tmp_path: Path) -> None:
    told = in_words(panel(), {}, verbose=False)

    assert "judge-2 draft shown first, asked of small-critique-2" in told
    assert "planted text (padded) shown first, asked of small-judge-2, a test of the judge that counts" in told
    assert "log-probs: 0.90 for the revision the planted text (padded) says nothing." in told
    rows = [said for said in said_of([panel()]) if said.canary]
    assert [(said.canary, said.counts, said.verdict) for said in rows] == [
        ("padded", False, "revision"), ("padded", False, "tie")]  # fmt: skip
    assert {said.role for said in said_of([panel()]) if said.by == "judge"} == {"judge", "judge-2"}


@pytest.mark.parametrize("recipe", ["label", "contrast", "best-of-n"])
def test_what_rulings_will_change_is_what_the_next_run_makes_of_them(tmp_path: Path, recipe: str) -> None:
    (tmp_path / "rulings.jsonl").touch()
    order = Order(recipe=recipe, prompts=rows_for(recipe), root=tmp_path, out=tmp_path / "out")
    run(order)
    subjects = list(subjects_of(open_desk(tmp_path / "out", root=tmp_path).trails, Rulings()))
    on_pairs = [each for each in subjects if each.about == "pair"]
    append_rulings(tmp_path / "rulings.jsonl", [
        Ruling.model_validate({"about": "pair", "prompt_id": each.trail.prompt.id, "pair_id": each.pair_id,
                               "verdict": "drop" if each.said == "keep" else "keep", "reviewer": "ann",
                               "date": "2026-11-21"})
        for each in on_pairs[::2]
    ])  # fmt: skip
    foretold = {each.prompt_id: each.then for each in outlooks(open_desk(tmp_path / "out", root=tmp_path))}
    after = {trail.prompt.id: trail.fate for trail in run(order).trails}

    assert len(foretold) == len(on_pairs[::2])
    assert {name: after[name] for name in foretold} == foretold
    assert not list(outlooks(open_desk(tmp_path / "out", root=tmp_path)))


def elicited(given: Brief, cast: Cast) -> Trail:
    """What becomes of a plain answer and one that was asked for as a bad example, from the critic on."""
    stages = (critique, recheck, judge, pair, screen)
    made = (Response(text=REVISION, origin="model"), Response(text=DRAFT, origin="model", arm="elicited"))
    return drive(
        chain([(make.__name__, make(given)) for make in stages])(Trail.start(prompt()).plus(responses=made)), cast
    )


def unsure(request: Request) -> str:
    """A critic that finds the bad example shouting, and cannot tell of the plain answer."""
    if "YEAST!" in asked_about(request):
        said = finding("no-shouting", "violates", "YEAST!")
    else:
        said = finding("no-shouting", "cannot_tell")
    return Cast.critique(request, said, finding("no-certainty"), finding("be-kind"))


def test_a_person_who_rules_on_compared_answers_is_heard_before_the_critic_reads_again() -> None:
    given = brief(strategy=plain_over_elicited)
    before = elicited(given, Cast(critic=unsure))
    subject = next(each for each in subjects_of([before], Rulings()) if each.about == "pair")
    facts = {"about": "pair", "prompt_id": before.prompt.id, "pair_id": subject.pair_id, "reviewer": "ann",
             "date": "2026-11-21"}  # fmt: skip
    keep, drop = (Rulings((Ruling.model_validate({**facts, "verdict": said}),)) for said in ("keep", "drop"))
    cast = Cast(critic=unsure)

    assert before.fate == "undecided"
    assert "was checked again: the critic cannot tell of no-shouting" in before.reason
    assert elicited(brief(strategy=plain_over_elicited, rulings=keep), Cast(critic=unsure)).fate == "paired"
    assert elicited(brief(strategy=plain_over_elicited, rulings=drop), cast).fate == "ruled_out"
    assert cast.count("critic") == 1


def test_what_was_read_first_is_told_from_what_was_read_again() -> None:
    trail = paired()

    assert held(trail) == 0
    assert revised(trail)
    assert [ref.id for ref in stakes(trail)] == ["no-shouting"]
    assert [critique.response for critique in first_readings(trail)] == [0, 0]
    assert [critique.principle.id for critique in later_readings(trail, 1)] == ["no-shouting"]
    assert coverage_of([trail], brief().constitution).comparisons == ()
