"""What an edit of the principles does to a dataset: told before anything is asked, and true of the run that follows."""

from __future__ import annotations

import copy
import json
import math
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from constitution.api import Order, Run, run
from constitution.api.impact.effect import Effect
from constitution.api.impact.estimate import Estimate
from constitution.api.impact.made_with import read_made, rows_of
from constitution.api.impact.sampling import sample_of
from constitution.api.impact.touching import How
from constitution.api.impact.whole import Impact, ImpactOrder, impact
from constitution.api.prompts import read_prompts
from constitution.cli import main
from constitution.core.records import Message
from constitution.core.rulings import Ruling
from constitution.core.trail import Trail
from constitution.dataset.folder import load_trails
from constitution.errors import BadFile, ConstitutionError, Mistake, NotFound
from constitution.pairing.earned import violations
from constitution.shelf import Shelf
from constitution.stages.evidence import conversation
from tests.folders import restate, tool_prompt

PROMPTS = Path(__file__).parent.parent / "examples" / "prompts.jsonl"
SEVERAL = "no-lecturing"
"""A principle that the simulator's drafts break in several rows."""

Edit = Callable[[dict[str, Any]], None]
"""Changes the contents of a principle file."""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with a finished dataset and the ledger that answers for it."""
    root = tmp_path_factory.mktemp("made") / "project"
    root.mkdir()
    Shelf(root).copy_out(root)
    (root / "constitution.toml").write_text("")
    run(Order(prompts=PROMPTS, principles="harmlessness@1", root=root, out=root / "out", ledger=root / "ledger.db"))
    return root


@pytest.fixture
def project(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The same in a place of its own, as the working folder."""
    monkeypatch.delenv("CONSTITUTION_LEDGER", raising=False)
    shutil.copytree(made, tmp_path / "project")
    monkeypatch.chdir(tmp_path / "project")
    return tmp_path / "project"


def principle(file: dict[str, Any], name: str) -> dict[str, Any]:
    """The principle of this id in the contents of a file."""
    found: dict[str, Any] = next(p for group in file["groups"] for p in group["principles"] if p["id"] == name)
    return found


def edited(project: Path, edit: Edit, name: str = "edited.yaml") -> str:
    """The path of the released file with this edit."""
    file = copy.deepcopy(Shelf(project).constitution("harmlessness@1").constitution.as_json())
    del file["version"]
    edit(file)
    (project / name).write_text(json.dumps(file), encoding="utf-8")
    return f"./{name}"


def found(project: Path, edit: Edit) -> Impact:
    """What this edit does to the dataset."""
    asked = ImpactOrder(out=project / "out", after=edited(project, edit), ledger=project / "ledger.db", root=project)
    return impact(asked)


def later(project: Path, known: Impact) -> Run:
    """The run that the plan foretold, over the file that the prompts came from."""
    return run(Order(prompts=PROMPTS, principles=known.order.principles, root=project, ledger=project / "ledger.db"))


def names(known: Impact, how: How) -> set[str]:
    """Ids of the prompts that are touched in this way."""
    return {row.trail.prompt.id for row in known.touched.of(how)}


def trails(project: Path) -> list[Trail]:
    """The trails of the dataset."""
    return [trail for _, trail in load_trails(project / "out")]


def asked_about(project: Path, name: str) -> set[str]:
    """Prompts whose drafts were held to this principle."""
    return {t.prompt.id for t in trails(project) if any(c.principle.id == name for c in t.critiques)}


def breaking(project: Path, name: str) -> set[str]:
    """Prompts whose drafts break this principle."""
    return {t.prompt.id for t in trails(project) if any(c.principle.id == name for c in violations(t, 0))}


def owner(file: dict[str, Any]) -> None:
    principle(file, SEVERAL)["owner"] = "somebody else"


def rule(file: dict[str, Any]) -> None:
    principle(file, SEVERAL)["rule"] = "Never promise that something is certain to work."
    principle(file, SEVERAL)["why"] = "Nothing is certain."


def revision(file: dict[str, Any]) -> None:
    principle(file, SEVERAL)["revision_request"] = "Take the sermon out and put nothing in its place."


def question(file: dict[str, Any]) -> None:
    principle(file, SEVERAL)["preference_question"] = "Which response preaches less?"


def wider(file: dict[str, Any]) -> None:
    principle(file, "no-weapon-help").pop("applies_when", None)
    principle(file, "no-crime-help").pop("applies_when", None)


def narrower(file: dict[str, Any]) -> None:
    principle(file, SEVERAL)["applies_when"] = {"tags": ["cooking", "coding"]}


def another_group(file: dict[str, Any]) -> None:
    new = {"id": "promises", "rule": "Never promise that something is certain to work.", "why": "Nothing is."}
    file["groups"].append({"id": "promises", "principles": [new]})


def one_group_less(file: dict[str, Any]) -> None:
    file["groups"] = [group for group in file["groups"] if group["id"] != "dignity"]


def other_name(file: dict[str, Any]) -> None:
    next(group for group in file["groups"] if group["id"] == "dignity")["id"] = "respect"


def turned_round(file: dict[str, Any]) -> None:
    file["groups"].reverse()


def order_within(file: dict[str, Any]) -> None:
    next(group for group in file["groups"] if group["id"] == "dignity")["principles"].reverse()


def tier(file: dict[str, Any]) -> None:
    principle(file, "no-insults")["tier"] = "should"


def conflict(file: dict[str, Any]) -> None:
    principle(file, SEVERAL)["conflicts_with"] = ["no-insults"]


def rules(file: dict[str, Any]) -> None:
    principle(file, "no-insults")["rules"] = [{"forbid": ["see how far that takes you"]}]


EVERY = (
    owner, rule, revision, question, wider, narrower, another_group, one_group_less, other_name, turned_round,
    order_within, tier, conflict, rules,
)  # fmt: skip


@pytest.mark.parametrize("edit", EVERY, ids=lambda edit: edit.__name__)
def test_the_run_asks_within_the_bounds_and_changes_no_row_but_those_that_were_named(project: Path, edit: Edit) -> None:
    known = found(project, edit)
    before = trails(project)
    done = later(project, known)

    assert known.beyond == ()
    assert known.plan.least <= done.asked <= known.plan.most
    assert sum(len(known.touched.of(how)) for how in ("certain", "possible", "renamed", "untouched")) == 72
    how = {row.trail.prompt.id: row.how for row in known.touched.rows}
    for was, now in zip(before, done.trails, strict=True):
        if how[was.prompt.id] == "untouched":
            assert was == now
        if how[was.prompt.id] == "renamed":
            assert was != now
            assert (was.fate, was.responses, was.verdicts) == (now.fate, now.responses, now.verdicts)
            assert [step.request for step in was.steps] == [step.request for step in now.steps]


def test_a_change_of_owner_touches_no_row(project: Path) -> None:
    known = found(project, owner)

    assert len(known.touched.of("untouched")) == 72
    assert (known.plan.rows, known.plan.most) == (0, 0)
    assert sample_of(known, 5) is None
    assert later(project, known).asked == 0


def test_a_reworded_principle_touches_exactly_the_rows_that_were_asked_about_it(project: Path) -> None:
    known = found(project, rule)

    assert names(known, "certain") == set(known.plan.touched) == asked_about(project, SEVERAL)
    assert 0 < len(names(known, "certain")) < 72
    assert names(known, "possible") == names(known, "renamed") == set()


def test_a_sample_asks_about_its_rows_alone_and_serves_the_run_that_follows(project: Path) -> None:
    known = found(project, rule)
    drawn = sample_of(known, 8)
    assert drawn is not None
    effect = drawn.ask()
    sampled = {each.before.prompt.id for each in effect.outcomes}
    then = known.again().plan
    done = later(project, known)

    assert len(sampled) == 8
    assert sampled < names(known, "certain")
    assert drawn.plan.least <= effect.run.asked <= drawn.plan.most
    assert set(then.touched) == names(known, "certain") - sampled
    assert then.least <= done.asked <= then.most
    by_id = {trail.prompt.id: trail for trail in done.trails}
    assert all(by_id[each.after.prompt.id] == each.after for each in effect.outcomes)


def test_a_larger_sample_holds_the_smaller_one_in_prompt_order(project: Path) -> None:
    known = found(project, rule)
    drawn = [sample_of(known, number) for number in (4, 9, 1000)]
    few, more, every = ([row.trail.prompt.id for row in each.rows] if each else [] for each in drawn)

    assert set(few) < set(more) < set(every) == names(known, "certain")
    assert few == [name for name in every if name in set(few)]


@pytest.mark.parametrize("edit", [rule, narrower])
def test_a_sample_of_all_rows_says_exactly_what_the_run_will_make_of_them(project: Path, edit: Edit) -> None:
    known = found(project, edit)
    drawn = sample_of(known, 1000)
    assert drawn is not None
    effect = drawn.ask()
    was = {trail.prompt.id for trail in trails(project) if trail.fate == "paired"}
    now = {trail.prompt.id for trail in later(project, known).trails if trail.fate == "paired"}

    assert was != now
    assert effect.pairs("dies").rows == (len(was - now), len(was - now))
    assert effect.pairs("born").rows == (len(now - was), len(now - was))
    assert effect.flipped.hits == (effect.verdicts[SEVERAL].hits if edit is rule else 0)
    assert effect.verdicts["no-insults"].hits == 0


def test_a_flip_is_told_with_its_words_before_and_after(project: Path) -> None:
    effect = effect_of(found(project, rule), 1000)
    told = [each for each in effect.data()["outcomes"] if each["pair"] == "born"]
    drafts = {trail.prompt.id: trail.responses[0].text for trail in trails(project)}

    assert told
    for each in told:
        (flip,) = each["flips"]
        assert each["same_draft"]
        assert flip["principle"] == SEVERAL
        assert flip["verdict"]["before"] != "violates" == flip["verdict"]["after"]
        assert flip["quote"]["before"] is None
        assert flip["quote"]["after"] in drafts[each["prompt_id"]]
        assert each["fate"]["before"] != "paired" == each["fate"]["after"]


def effect_of(known: Impact, number: int) -> Effect:
    """What a sample of this size shows."""
    drawn = sample_of(known, number)
    assert drawn is not None
    return drawn.ask()


def test_a_new_group_touches_about_its_share_of_the_rows_and_takes_them_all_over(project: Path) -> None:
    known = found(project, another_group)
    after = known.prepared.shelved.constitution
    chances = [1 / len(after.in_scope(trail.prompt)) for trail in trails(project)]
    spread = math.sqrt(sum(chance * (1 - chance) for chance in chances))
    moved = known.touched.of("certain")

    assert abs(len(moved) - sum(chances)) <= 3 * spread
    assert {row.after for row in moved} == {("promises",)}
    assert set(known.plan.touched) == names(known, "certain")
    assert effect_of(known, 5).flipped.of == 0


@pytest.mark.parametrize("edit", [revision, question])
def test_what_only_reviser_or_judge_are_told_may_touch_the_rows_whose_drafts_break_it(
    project: Path, edit: Edit
) -> None:
    known = found(project, edit)

    assert names(known, "certain") == set()
    assert names(known, "possible") == breaking(project, SEVERAL) == set(known.plan.touched) != set()
    assert names(known, "renamed") == asked_about(project, SEVERAL) - breaking(project, SEVERAL)
    assert effect_of(known, 3).how == "possible"


def test_wider_tags_touch_the_rows_that_are_asked_about_more(project: Path) -> None:
    known = found(project, wider)
    more = {"no-weapon-help", "no-crime-help"}
    asked = {
        trail.prompt.id for trail in later(project, known).trails if more & {c.principle.id for c in trail.critiques}
    }
    before = asked_about(project, "no-weapon-help") | asked_about(project, "no-crime-help")

    assert names(known, "certain") == asked - before
    assert names(known, "possible") == set()


def test_a_deterministic_rule_touches_the_rows_in_which_it_finds_something(project: Path) -> None:
    known = found(project, rules)
    said = {t.prompt.id for t in trails(project) for r in t.responses if "See how far that takes you" in r.text}

    assert names(known, "certain") == set()
    assert names(known, "possible") == said & asked_about(project, "no-insults") != set()


@pytest.mark.parametrize("edit", [rule, revision, one_group_less, turned_round])
def test_the_same_holds_where_every_group_is_asked_about(project: Path, edit: Edit) -> None:
    recipe = project / "pipelines" / "all.yaml"
    recipe.write_text((project / "pipelines" / "revise.yaml").read_text().replace("groups: one", "groups: all"))
    order = Order(recipe="all", prompts=PROMPTS, limit=12, principles="harmlessness@1", root=project,
                  ledger=project / "ledger.db", out=project / "out")  # fmt: skip
    first = run(order)
    known = impact(ImpactOrder(out="out", after=edited(project, edit), recipe="all", ledger="ledger.db"))
    done = run(replace(order, principles=known.order.principles, out=None))
    how = {row.trail.prompt.id: row.how for row in known.touched.rows}

    assert known.beyond == ()
    assert known.plan.least <= done.asked <= known.plan.most
    assert all(a == b for a, b in zip(first.trails, done.trails, strict=True) if how[a.prompt.id] == "untouched")


def test_a_ruling_that_goes_stale_may_touch_its_row(project: Path) -> None:
    row = next(trail for trail in trails(project) if trail.prompt.id in breaking(project, SEVERAL))
    ref = next(each.principle for each in violations(row, 0) if each.principle.id == SEVERAL)
    ruling = Ruling(about="response", prompt_id=row.prompt.id, response=row.responses[0].sha256, principle=ref.id,
                    meaning=ref.meaning, verdict="complies", reviewer="r1", date="2026-01-01")  # fmt: skip
    (project / "rulings.jsonl").write_text(json.dumps(ruling.model_dump(mode="json")) + "\n")
    done = run(Order(prompts=PROMPTS, principles="harmlessness@1", root=project, ledger=project / "ledger.db",
                     out=project / "out"))  # fmt: skip
    known = found(project, revision)

    assert next(each.fate for each in done.trails if each.prompt.id == row.prompt.id) == "no_violation"
    assert row.prompt.id in names(known, "possible")
    assert known.beyond == ()
    assert any("stale" in note for note in known.notes)


def test_prompts_come_back_from_the_folder_as_they_were(project: Path) -> None:
    prompts = [*read_made(project / "out").prompts, tool_prompt()]
    again, ignored = read_prompts(rows_of(prompts))

    assert list(again) == prompts
    assert not ignored
    assert found(project, owner).prepared.inputs["prompts"] == read_made(project / "out").inputs["prompts"]


def test_the_keys_of_a_tool_call_may_stand_in_any_order() -> None:
    ways = (
        {"id": "1", "type": "function", "function": {"name": "weather", "arguments": "{}"}},
        {"function": {"arguments": "{}", "name": "weather"}, "type": "function", "id": "1"},
    )
    first, second = (conversation("seed", (Message(role="assistant", content="", tool_calls=(way,)),)) for way in ways)

    assert first == second


def test_what_was_counted_bounds_the_estimate() -> None:
    assert Estimate(3, 10, 100).rows == (10, 61)
    assert Estimate(3, 10, 11).rows == (3, 4)
    assert Estimate(0, 0, 40).rows == (0, 40)
    assert (Estimate(3, 10, 10).share, Estimate(3, 10, 10).rows) == ((0.3, 0.3), (3, 3))


def test_a_ledger_that_does_not_hold_the_answers_is_said(project: Path) -> None:
    order = ImpactOrder(out="out", after=edited(project, rule), ledger=project / "empty.db")
    known = impact(order)

    assert len(known.beyond) == 72 - len(names(known, "certain"))
    assert any("name the one of that run with --ledger" in note for note in known.notes)
    assert not (project / "empty.db").exists()


def test_other_models_are_said_and_roles_that_fell_back_on_them_follow(project: Path) -> None:
    known = impact(
        ImpactOrder(out="out", after=edited(project, rule), critic="simulator:favour-first", ledger="ledger.db")
    )

    assert known.prepared.roles == {"author": "simulator:plain", "reviser": "simulator:plain",
                                    "critic": "simulator:favour-first", "judge": "simulator:favour-first"}  # fmt: skip
    assert any("other models than in" in note for note in known.notes)


def test_rows_that_failed_are_said_and_are_not_the_edits_doing(project: Path) -> None:
    known = found(project, owner)
    first = known.touched.rows[0]
    lost = replace(first, trail=first.trail.ends("fault:transient", "critique: no answer"))
    other = replace(known, touched=replace(known.touched, rows=(lost, *known.touched.rows[1:])),
                    plan=replace(known.plan, touched=(first.trail.prompt.id,)))  # fmt: skip

    assert other.beyond == ()
    assert any("1 of the rows" in note and "in any case" in note for note in other.notes)


def unfinished(project: Path) -> None:
    (project / "out" / "provenance" / "manifest.dsse.json").unlink()


def no_lock(project: Path) -> None:
    (project / "out" / "provenance" / "recipe.lock.json").unlink()


def other_principles(project: Path) -> None:
    next((project / "out" / "provenance" / "principles").iterdir()).write_text("name: x\n")


def recipe_gone(project: Path) -> None:
    path = project / "out" / "provenance" / "recipe.lock.json"
    lock = json.loads(path.read_text()) | {"name": "mine"}
    relock(project, lock)


def recipe_changed(project: Path) -> None:
    path = project / "pipelines" / "revise.yaml"
    path.write_text(path.read_text().replace("max_tokens: 1024", "max_tokens: 512"))


def no_critique(project: Path) -> None:
    lock = json.loads((project / "out" / "provenance" / "recipe.lock.json").read_text())
    relock(project, lock | {"stages": [{"draft": {}}]})


def relock(project: Path, lock: dict[str, Any]) -> None:
    """The folder says that it was made with this recipe."""
    from constitution.core.digest import digest

    restate(project / "out", lambda statement: statement["predicate"]["recipe"].update(sha256=digest(lock)))
    (project / "out" / "provenance" / "recipe.lock.json").write_text(json.dumps(lock))


@pytest.mark.parametrize(
    ("spoil", "error", "what", "remedy"),
    [
        (unfinished, NotFound, "no finished dataset", "let a run finish"),
        (no_lock, BadFile, "recipe.lock.json", "run again"),
        (other_principles, BadFile, "principle", ""),
        (recipe_gone, NotFound, "was made with the recipe 'mine'", "--recipe PATH"),
        (recipe_changed, BadFile, "not the one that", "--recipe"),
        (no_critique, Mistake, "no stage critique", "constitution plan"),
    ],
)
def test_a_folder_that_cannot_be_foretold_is_refused_in_a_sentence(
    project: Path, spoil: Callable[[Path], None], error: type[ConstitutionError], what: str, remedy: str
) -> None:
    spoil(project)
    with pytest.raises(error) as refused:
        found(project, rule)

    assert what in str(refused.value)
    assert remedy in refused.value.remedy


def test_a_recipe_that_moved_is_found_by_its_path(project: Path) -> None:
    (project / "mine").mkdir()
    shutil.copy(project / "pipelines" / "revise.yaml", project / "mine" / "kept.yaml")
    recipe_changed(project)
    after = edited(project, rule)
    known = impact(ImpactOrder(out="out", after=after, recipe="mine/kept.yaml", ledger="ledger.db"))

    assert names(known, "certain") == asked_about(project, SEVERAL)


Say = Callable[..., tuple[int, str, str]]


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str]) -> Say:
    """Gives commands in this process."""

    def given(*arguments: str) -> tuple[int, str, str]:
        code = main(arguments)
        told = capsys.readouterr()
        return code, told.out, told.err

    return given


def diff_on(project: Path, edit: Edit, *more: str, before: str = "harmlessness@1") -> tuple[str, ...]:
    """The command for this edit."""
    return ("principles", "diff", before, edited(project, edit), "--on", "out", "--ledger", "ledger.db", *more)


def test_diff_on_a_folder_names_rows_questions_and_the_next_command(project: Path, say: Say) -> None:
    code, out, err = say(*diff_on(project, rule, "-v"))

    assert code == 0
    assert "certainly touched" in out
    assert all(name in out for name in asked_about(project, SEVERAL))
    assert "next: constitution run revise --prompts THE-SAME-PROMPTS --principles ./edited.yaml" in out
    assert "not made with" not in err


def test_diff_shows_flipped_rows_side_by_side_the_first_five_or_all(project: Path, say: Say) -> None:
    _, few, _ = say(*diff_on(project, one_group_less, "--sample", "100"))
    _, every, _ = say(*diff_on(project, one_group_less, "--sample", "100", "-v"))

    assert few.count("prompt: ") == 5 < every.count("prompt: ")
    assert "more rows came out otherwise" in few
    assert "pairs that die" in few
    assert "before" in few


def test_the_json_document_holds_rows_plan_and_sample(project: Path, say: Say) -> None:
    code, out, _ = say(*diff_on(project, rule, "--sample", "4", "--json"))
    data = json.loads(out)["data"]

    assert code == 0
    assert data["level"] == "minor"
    assert set(data["on"]["touched"]["certain"]["prompts"]) == asked_about(project, SEVERAL)
    assert data["on"]["sample"]["rows"] == 4
    assert data["on"]["plan"]["rows"] == data["on"]["touched"]["certain"]["count"] - 4
    assert data["on"]["made_with_before"] == "file"


def test_a_folder_made_with_other_principles_is_said_and_they_are_what_is_compared(project: Path, say: Say) -> None:
    other = edited(project, rule, "other.yaml")
    _, out, err = say(*diff_on(project, rule, "--json", before=other))
    on = json.loads(out)["data"]["on"]

    assert json.loads(out)["data"]["changes"] == []
    assert set(on["touched"]["certain"]["prompts"]) == asked_about(project, SEVERAL)
    assert on["made_with_before"] == "no"
    assert "out was not made with other.yaml but with harmlessness@1." in err


def test_a_folder_made_with_another_file_of_the_same_words_is_said(project: Path, say: Say) -> None:
    _, _, err = say(*diff_on(project, rule, before=edited(project, owner, "same.yaml")))

    assert "another file than same.yaml" in err
    assert "models are told the same" in err


@pytest.mark.parametrize("more", [("--sample", "3"), ("--model", "simulator:plain"), ("--recipe", "revise")])
def test_flags_about_a_dataset_need_one(project: Path, say: Say, more: tuple[str, ...]) -> None:
    code, _, err = say("principles", "diff", "harmlessness@1", edited(project, rule), *more)

    assert code == 2
    assert "--on OUT" in err
