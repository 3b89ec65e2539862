"""From an order to a dataset folder: what is written, what is asked again, and what an edit touches."""

from __future__ import annotations

import asyncio
import hashlib
import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

import constitution
from constitution.api import Order, Run, plan, prepare, run
from constitution.core.asking import Reply, Request
from constitution.dataset.folder import load_pairs, load_trails
from constitution.errors import MissingKey, Mistake, NotFound, Occupied, ProviderGone
from constitution.providers import PROVIDERS
from constitution.providers.simulator import Simulator
from constitution.recipe import cast
from constitution.shelf import Shelf

PROMPTS = Path(__file__).parent.parent / "examples" / "prompts.jsonl"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with its own copies of what ships."""
    Shelf(tmp_path).copy_out(tmp_path)
    (tmp_path / "constitution.toml").write_text("")
    return tmp_path


def order(project: Path, **changes: Any) -> Order:
    """The rehearsal over the example prompts, in this project."""
    given: dict[str, Any] = {"prompts": PROMPTS, "root": project, "out": project / "out", **changes}
    return Order(**given)


def files(folder: Path) -> dict[str, str]:
    """Every file below the folder, but for the one with the clock in it, with its hash."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != "calls.parquet"
    }


def test_fates_add_up_and_every_prompt_is_whole_in_its_row(project: Path) -> None:
    done = run(order(project))
    rows = {row.prompt_id: row for row in load_pairs(project / "out")}

    assert sum(done.fates.values()) == len(done.trails) == 72
    assert len(rows) == done.fates["paired"] == len(done.pairs) > 0
    assert all(rows[view.trail.prompt.id].prompt == view.trail.prompt.messages for view in done.pairs)
    assert len({row.pair_id for row in rows.values()}) == len(rows)
    assert [trail for _, trail in load_trails(project / "out")] == list(done.trails)


def test_running_again_asks_nothing_and_writes_the_same_bytes(project: Path) -> None:
    first = run(order(project))
    before = files(project / "out")
    again = run(order(project))

    assert (again.asked, again.reused) == (0, first.asked)
    assert files(project / "out") == before


def test_one_worker_and_sixty_four_write_the_same_bytes(project: Path) -> None:
    run(order(project, concurrency=1, ledger=project / "one.db"))
    before = files(project / "out")
    run(order(project, concurrency=64, ledger=project / "many.db"))

    assert files(project / "out") == before


def edited(project: Path, pattern: str, new: str) -> None:
    """Change the first words of the draft constitution that match."""
    path = project / "principles" / "harmlessness" / "draft.yaml"
    text, count = re.subn(pattern, new, path.read_text(), count=1)
    assert count == 1
    path.write_text(text)


def test_an_edited_rule_asks_again_only_where_its_group_was_asked_and_the_plan_said_so(project: Path) -> None:
    of_draft = order(project, principles="harmlessness@draft")
    first = run(of_draft)
    shelved = Shelf(project).constitution("harmlessness@draft").constitution
    principle = shelved.groups[0].principles[0]
    edited(project, r'(rule: (?:>-\n\s+|")?)', r"\1At all times. ")
    held = {trail.prompt.id for trail in first.trails if principle.id in {c.principle.id for c in trail.critiques}}
    planned = plan(of_draft)
    second = run(of_draft)

    assert held
    assert set(planned.touched) == held
    assert planned.least <= second.asked <= planned.most
    assert planned.reused <= second.reused
    untouched = [(a, b) for a, b in zip(first.trails, second.trails, strict=True) if a.prompt.id not in held]
    assert all(before == after for before, after in untouched)


def test_an_edited_owner_asks_nothing_again(project: Path) -> None:
    of_draft = order(project, principles="harmlessness@draft")
    run(of_draft)
    edited(project, "owner: maintainers", "owner: somebody else")

    assert (plan(of_draft).most, run(of_draft).asked) == (0, 0)


def test_a_plan_asks_nothing_and_writes_nothing(project: Path) -> None:
    before = files(project)
    found = plan(order(project)).data()

    assert files(project) == before
    assert found["prompts"] == found["rows"] == 72
    assert 72 <= found["ask"]["min"] <= found["ask"]["max"]
    assert found["cost"] == 0.0


def test_the_dataset_in_memory_is_that_of_the_folder(project: Path) -> None:
    import datasets

    done = run(order(project))
    loaded = datasets.load_dataset(str(project / "out"), split="train", cache_dir=str(project / "cache"))

    assert loaded.to_list() == done.dataset().to_list()
    assert {row["chosen_origin"] for row in loaded} == {"simulator"}
    assert all(isinstance(row["provenance"], dict) for row in loaded)


def test_a_run_is_there_as_data_frames(project: Path) -> None:
    done = run(order(project, out=None))
    tables = {name: done.to_pandas(name) for name in ("pairs", "verdicts", "fates", "costs")}

    assert len(tables["pairs"]) == done.fates["paired"]
    assert len(tables["fates"]) == 72
    assert set(tables["verdicts"]["by"]) == {"critic", "judge"}
    assert list(tables["costs"]["model"]) == ["simulator:plain"]


def test_python_runs_inside_a_running_loop_too(project: Path) -> None:
    async def notebook() -> Run:
        return constitution.run(prompts=["Why does bread rise?"], root=project)

    assert asyncio.run(notebook()).data()["prompts"] == 1
    assert asyncio.run(constitution.arun(prompts=["Why?"], root=project)).out is None
    assert constitution.plan(prompts=["Why does bread rise?"], root=project).most == 0
    assert constitution.load_constitution("harmlessness@1", root=project).version == "1.0.1"


class Clinging(Simulator):
    """A provider that fails when it is to let go of its connections."""

    async def close(self) -> None:
        """It never does."""
        raise OSError("the connection was reset")


class Refusing(Clinging):
    """One that refuses for good as well."""

    async def answer(self, request: Request) -> Reply:
        """Nothing is answered."""
        raise ProviderGone("the key is not known")


@pytest.mark.parametrize("provider", [Clinging, Refusing])
def test_a_provider_that_fails_to_close_changes_nothing_about_the_end_of_a_run(
    provider: type[Simulator], project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(PROVIDERS, "simulator", f"{__name__}:{provider.__name__}")
    if provider is Refusing:
        with pytest.raises(ProviderGone, match="the key is not known"):
            run(order(project))
    else:
        assert len(run(order(project)).pairs) == len(list(load_pairs(project / "out"))) > 0


def test_an_unfinished_folder_with_other_inputs_is_refused_until_they_are_accepted(project: Path) -> None:
    from constitution.api.writing import begin_folder

    begin_folder(project / "out", prepare(order(project)))
    with pytest.raises(Occupied, match="prompts"):
        run(order(project, prompts=["Something else?"]))

    assert run(order(project, prompts=["Something else?"], accept_changes=True)).data()["prompts"] == 1


def test_a_folder_of_something_else_is_refused_and_left_alone(project: Path) -> None:
    (project / "out").mkdir()
    (project / "out" / "thesis.txt").write_text("Years of work.")

    with pytest.raises(Occupied):
        run(order(project))
    assert (project / "out" / "thesis.txt").read_text() == "Years of work."


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"model": "nobody:x"}, Mistake),
        ({"model": "plain"}, Mistake),
        ({"model": "simulator:heroic"}, Mistake),
        ({"critic": "simulator:plain"}, Mistake),
        ({"recipe": "no-such-recipe"}, NotFound),
        ({"principles": "no-such-file"}, NotFound),
        ({"principles": "harmlessness@9.9.9"}, NotFound),
        ({"only": "no-such-principle"}, Mistake),
        ({"prompts": []}, Mistake),
        ({"model": "scripted:x"}, Mistake),
        ({"prompts": [{"text": "?"}]}, Mistake),
        ({"prompts": "prompts.docx"}, Mistake),
    ],
)
def test_a_mistake_ends_it_before_anything_is_asked_or_written(
    project: Path, changes: dict[str, Any], error: type[Mistake]
) -> None:
    before = files(project)

    with pytest.raises(error) as caught:
        run(order(project, **changes))
    assert caught.value.exit_code == 2
    assert caught.value.remedy
    assert files(project) == before


@pytest.mark.parametrize("name", ["concurrency", "limit", "accept", "max_candidates"])
def test_a_number_below_one_is_refused_before_anything_is_replaced(name: str, project: Path) -> None:
    with pytest.raises(Mistake, match=f"{name} is 0"):
        order(project, **{name: 0})


def test_prompts_are_drawn_until_enough_made_pairs(project: Path) -> None:
    all_of_them = run(order(project, out=None))
    some = run(order(project, accept=3))
    too_many = run(order(project, accept=3, max_candidates=5))

    assert list(some.trails) == list(all_of_them.trails[: len(some.trails)])
    assert (len(some.pairs), some.exit_code, some.trails[-1].fate) == (3, 0, "paired")
    assert (len(too_many.trails), too_many.exit_code) == (5, 4 if len(too_many.pairs) < 3 else 0)


@pytest.mark.parametrize("accept", [1, 3, 12, 72])
def test_a_plan_until_enough_pairs_counts_the_first_prompts_at_least_and_every_candidate_at_most(
    project: Path, accept: int
) -> None:
    wanted = order(project, out=None, accept=accept, max_candidates=20)
    whole, before = plan(order(project, out=None, max_candidates=20)), plan(wanted)
    done = run(wanted)

    assert (before.least, before.most) == (min(accept, 20), whole.most)
    assert before.touched == whole.touched
    assert before.least <= done.asked <= before.most
    assert plan(wanted).least == 0


def test_prompts_that_are_known_to_make_no_pair_do_not_count_among_the_first(project: Path) -> None:
    first = run(order(project, out=None, accept=1))
    assert len(first.trails) > 1
    again = run(order(project, out=None, limit=len(first.trails) - 1))

    assert again.pairs == ()
    assert plan(order(project, out=None, accept=3, ledger=project / "none.db")).least == 3
    known = plan(order(project, out=None, accept=3, max_candidates=len(first.trails) + 2))
    assert (known.prompts, known.least) == (len(first.trails) + 2, len(known.touched))


def test_a_plan_needs_no_key(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ANTHROPIC_API_KEY", raising=False)

    assert plan(order(project, model="anthropic:claude-sonnet-4-5")).cost
    with pytest.raises(MissingKey):
        run(order(project, model="anthropic:claude-sonnet-4-5"))


def test_the_seed_decides_which_group_is_asked(project: Path) -> None:
    first, other = (run(order(project, out=None, seed=seed)) for seed in ("one", "two"))

    assert [trail.groups for trail in first.trails] != [trail.groups for trail in other.trails]


def test_a_setting_that_a_model_does_not_take_is_no_part_of_the_question(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-none")
    path = project / "pipelines" / "revise.yaml"
    path.write_text(path.read_text().replace("max_tokens: 1024", "max_tokens: 1024\n      temperature: 0.7", 1))

    def first_request(model: str) -> Any:
        prepared = prepare(order(project, model=model))
        from constitution.core.trail import Trail

        return next(prepared.stage(Trail.start(prepared.prompts[0])))[0]

    warm, without = first_request("simulator:plain"), first_request("anthropic:m")
    assert (warm.sampling.temperature, warm.removed) == (0.7, ())
    assert (without.sampling.temperature, without.removed) == (None, ("temperature",))


def test_groups_of_prompts_are_never_torn_between_splits(project: Path) -> None:
    path = project / "pipelines" / "revise.yaml"
    path.write_text(path.read_text().replace("test: 0.0", "test: 0.5"))
    rows = [json.loads(line) for line in PROMPTS.read_text().splitlines()]
    grouped = [{**row, "group_id": f"g{place % 6}"} for place, row in enumerate(rows)]
    run(order(project, prompts=grouped))

    import pyarrow.parquet as pq

    groups = {
        split: set(pq.read_table(project / "out" / "data" / f"{split}-00000-of-00001.parquet")["group_id"].to_pylist())
        for split in ("train", "test")
    }
    assert groups["train"]
    assert groups["test"]
    assert not groups["train"] & groups["test"]


def test_what_ships_is_found_without_a_project(tmp_path: Path) -> None:
    found = prepare(Order(prompts=["Why?"], root=tmp_path))

    assert found.shelved.ref == "harmlessness@1.0.1"
    assert found.roles == cast(found.recipe, {})


def test_a_project_goes_before_what_ships(project: Path) -> None:
    shutil.copytree(project / "principles" / "plain-answers", project / "principles" / "mine")
    path = project / "principles" / "mine" / "draft.yaml"
    path.write_text(path.read_text().replace("name: plain-answers", "name: mine", 1))

    assert prepare(Order(prompts=["Why?"], root=project, principles="mine@draft")).shelved.constitution.name == "mine"
