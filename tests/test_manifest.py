"""The manifest: gates that add up, what people did, models and materials, and the schemas that others hold it to."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

import constitution
from constitution.cli.ending import replaced_notes
from constitution.core.fates import FATES
from constitution.core.rulings import Ruling
from constitution.core.trail import Step, Trail
from constitution.dataset.bundle import hashes
from constitution.dataset.envelope import ENVELOPE, load_envelope
from constitution.dataset.figures import Gate
from constitution.dataset.folder import load_manifest, load_pairs, load_statement, load_trails, write_folder
from constitution.dataset.gates import Gates
from constitution.dataset.published import SCHEMAS, published, schema
from constitution.dataset.replace import state_of
from constitution.dataset.statement import Manifest
from constitution.errors import BadFile
from constitution.rulings import append_rulings
from tests.folders import ask, contents, everything, paired, restate, unpaired
from tests.simulated import PLAIN, ROOT
from tests.test_simulated_recipes import CLEAN, GIVEN, PROMPTS, RECIPES

NO_PAIR = [fate for fate in FATES if fate != "paired"]


def adds_up(ledger: Sequence[Gate], prompts: int, rows: int) -> bool:
    """Whether what comes out of each gate goes into the next, from all prompts to the rows, and each drop has a
    reason."""
    chained = all(before.kept == after.entered for before, after in pairwise(ledger))
    counted = all(
        gate.entered - gate.kept == gate.dropped == sum(gate.reasons.values()) and gate.order == place
        for place, gate in enumerate(ledger)
    )
    return chained and counted and (ledger[0].entered, ledger[-1].kept) == (prompts, rows)


# Gates


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The folder of a small run of each shipped recipe; one prompt comes twice."""
    base = tmp_path_factory.mktemp("runs")
    brought = [{"text": f"You idiot. {CLEAN}"}, {"text": "Start with the part that is quick to try."}]
    for recipe in RECIPES:
        rows = [
            {"prompt": prompt, **({"candidates": brought} if recipe in GIVEN else {})}
            for prompt in (PROMPTS[3], *PROMPTS[3:5])
        ]
        roles = {"teacher": "simulator:careful", "model": PLAIN} if recipe == "weak-strong" else {}
        constitution.run(recipe, prompts=rows, ledger=base / f"{recipe}.db", root=base, out=base / recipe, **roles)
    return {recipe: base / recipe for recipe in RECIPES}


@pytest.mark.parametrize("recipe", RECIPES)
def test_the_drop_ledger_of_every_recipe_adds_up_under_the_names_of_its_stages(
    recipe: str, runs: dict[str, Path]
) -> None:
    manifest = load_manifest(runs[recipe])
    lock = manifest.run_recipe.lock

    assert adds_up(manifest.ledger, 3, manifest.rows.count)
    assert [gate.gate for gate in manifest.ledger] == ["prompts", *(next(iter(stage)) for stage in lock["stages"])]
    assert manifest.ledger[0].reasons == {"screened:duplicate_prompt": 1}
    lines = (runs[recipe] / "provenance/ledger.jsonl").read_text().splitlines()
    assert [Gate.model_validate_json(line) for line in lines] == list(manifest.ledger)


@given(
    stages=st.lists(st.sampled_from(["draft", "guard", "judge"]), max_size=4),
    ends=st.lists(st.tuples(st.sampled_from(NO_PAIR), st.none() | st.integers(0, 4)), max_size=12),
    pairs=st.integers(0, 3),
)
def test_any_trails_add_up_wherever_they_ended(
    stages: list[str], ends: list[tuple[str, int | None]], pairs: int
) -> None:
    gates = Gates({"stages": [{name: {"at": place}} for place, name in enumerate(stages)]})
    trails = [unpaired(fate=fate).but(ended_in=place and min(place, len(stages))) for fate, place in ends]
    for trail in [*trails, *[paired()] * pairs]:
        gates.add(trail)

    found = gates.lines()

    assert adds_up(found, len(ends) + pairs, pairs)
    assert sum((Counter(gate.reasons) for gate in found), Counter()) == Counter(fate for fate, _ in ends)


def test_pairs_that_were_wanted_faults_and_rulings_are_in_the_ledger_and_people_are_counted(tmp_path: Path) -> None:
    rows = [{"prompt": prompt} for prompt in (*PROMPTS[:4], PROMPTS[0], *PROMPTS[4:9])]
    shared: dict[str, Any] = {"prompts": rows, "ledger": tmp_path / "l.db", "root": tmp_path}
    before = constitution.run("contrast", **shared)
    first, second, third = (view.trail for view in before.pairs[:3])
    said = [on_pair(first, "drop", "ann"), on_pair(second, "keep", "ben"), on_pair(third, "keep", "ben")]
    append_rulings(tmp_path / "r.jsonl", said)

    done = constitution.run("contrast", **shared, accept=2, rulings=tmp_path / "r.jsonl", out=tmp_path / "out")
    off = constitution.run("contrast", **shared, model=PLAIN, judge="simulator:off-schema", out=tmp_path / "off")

    manifest, faulty = load_manifest(tmp_path / "out"), load_manifest(tmp_path / "off")
    assert manifest.rows.count == 2
    assert adds_up(manifest.ledger, len(done.trails), 2)
    assert {"ruled_out", "screened:duplicate_prompt"} & {fate for gate in manifest.ledger for fate in gate.reasons}
    assert (manifest.review.reviewed, manifest.review.reviewers) == (2, 2)
    assert (manifest.review.accepted, manifest.review.dropped) == (2, 1)
    people = [step["agent_id"] for row in load_pairs(tmp_path / "out") for step in row.provenance["steps"]
              if step["kind"] == "human_review"]  # fmt: skip
    assert people == ["ben", "ben"]
    assert adds_up(faulty.ledger, len(off.trails), 0)
    assert any(fate.startswith("fault:") for gate in faulty.ledger if gate.gate == "judge" for fate in gate.reasons)


def on_pair(trail: Trail, verdict: str, reviewer: str) -> Ruling:
    """What somebody says of the pair of this trail."""
    assert trail.pair is not None
    facts = {"about": "pair", "prompt_id": trail.prompt.id, "pair_id": trail.pair.pair_id, "verdict": verdict}
    return Ruling.model_validate({**facts, "reviewer": reviewer, "date": "2026-11-21"})


# Models


def test_one_name_of_two_providers_is_two_models_and_a_model_that_wrote_nothing_shown_has_its_rows(
    tmp_path: Path,
) -> None:
    other = paired(ask("Why?"))
    own = tuple(step.but(provider="local") if step.kind == "judge" else step for step in other.steps)
    scored = Step(id="s7", kind="rate", agent="model", model="rater", provider="local")
    write_folder(tmp_path, contents(paired(), other.but(steps=(*own, scored))))

    shares = {(share.model, share.provider): share for share in load_manifest(tmp_path).synthetic.models}

    assert [shares["small-judge-2", name].judge for name in ("openai", "local")] == [1, 1]
    assert [shares["small-judge-2", name].terms for name in ("openai", "local")] == ["openai-services", "unknown"]
    assert (shares["small-draft-2", "openai"].rejected, shares["small-draft-2", "openai"].rows) == (2, 2)
    assert (shares["rater", "local"].rows, shares["rater", "local"].judge) == (1, 0)


def test_a_text_whose_maker_nobody_knows_is_no_models(tmp_path: Path) -> None:
    trail = paired()
    assert trail.pair is not None
    step = Step(id="s7", kind="import", agent="unknown")
    brought = trail.pair.rejected.but(origin="unknown", model=None, step="s7", parent=None)
    write_folder(tmp_path, contents(trail.plus(steps=(step,)).but(pair=trail.pair.but(rejected=brought))))

    assert "unknown" not in {share.model for share in load_manifest(tmp_path).synthetic.models}


# Materials


def test_a_run_over_a_dataset_names_it_and_its_rows_and_washes_nothing(tmp_path: Path) -> None:
    prompts = [ask(text, license="CC-BY-SA-4.0", origin="model") for text in PROMPTS[:4]]
    first, second = tmp_path / "first", tmp_path / "second"
    write_folder(first, contents(*map(paired, prompts), name="first"))
    parents = {row.prompt_id: row for row in load_pairs(first)}

    constitution.run("contrast", prompts=first, ledger=tmp_path / "l.db", root=tmp_path, out=second)

    envelope, manifest, rows = load_envelope(first), load_manifest(second), load_pairs(second)
    (material,) = manifest.materials
    assert (material.name, material.rows, material.manifest_sha256) == ("first", 4, envelope.sha256)
    assert material.root == envelope.statement.predicate.rows.root
    assert rows
    for row in rows:
        parent = parents[row.prompt_id]
        assert row.provenance["parents"] == [
            {"pair_id": parent.pair_id, "row_sha256": parent.provenance["row_sha256"], "dataset": "first",
             "manifest_sha256": envelope.sha256}
        ]  # fmt: skip
        assert row.provenance["restrictions"] == parent.provenance["restrictions"]
        assert (row.prompt_origin, row.license) == ("model", "CC-BY-SA-4.0")
    assert list(manifest.dataset.restrictions) == ["no-competing-models", "share-alike", "attribution"]
    assert all(trail.prompt.parent for _, trail in load_trails(second))


def test_prompts_of_a_dataset_whose_manifest_is_damaged_are_refused(tmp_path: Path) -> None:
    write_folder(tmp_path / "first", contents())
    (tmp_path / "first" / ENVELOPE).write_text("{}")

    with pytest.raises(BadFile, match="no manifest that this version can read"):
        constitution.plan("contrast", prompts=tmp_path / "first", root=tmp_path)


# Statements of others


@pytest.mark.parametrize(
    ("subject", "said"),
    [
        ({"name": "../up", "digest": {"sha256": "0" * 64}}, "leads out"),
        ({"name": "/etc/hostname", "digest": {"sha256": "0" * 64}}, "leads out"),
        ({"name": "", "digest": {"sha256": "0" * 64}}, "leads out"),
        ({"name": "a", "digest": {"md5": "0" * 32}}, "no SHA-256"),
        ({"name": "a", "digest": {"sha256": "../x"}}, "no SHA-256"),
        ({"name": "label.html", "digest": {"sha256": "0" * 64}}, "one name"),
    ],
)
def test_a_statement_that_names_files_elsewhere_or_without_a_hash_is_not_read(
    subject: dict[str, Any], said: str, tmp_path: Path
) -> None:
    write_folder(tmp_path, contents())
    restate(tmp_path, lambda told: told["subject"].append({"annotations": {}, **subject}))

    with pytest.raises(BadFile, match=said):
        load_statement(tmp_path)


def test_a_manifest_whose_principle_file_or_terms_lead_elsewhere_is_not_read(tmp_path: Path) -> None:
    def principles(told: dict[str, Any]) -> None:
        told["predicate"]["principles"][0]["file"] = "provenance/../../x"

    def terms(told: dict[str, Any]) -> None:
        told["predicate"]["terms"] = [{"id": "../x", "models": ["a:b"]}]

    for place, edit in enumerate((principles, terms)):
        write_folder(tmp_path / str(place), contents())
        restate(tmp_path / str(place), edit)

        with pytest.raises(BadFile, match=r"leads out|terms\.0\.id"):
            load_statement(tmp_path / str(place))


# Schemas


@pytest.mark.parametrize("name", SCHEMAS)
def test_the_published_schema_is_that_of_the_records(name: str) -> None:
    remedy = f"publish it again: python -m constitution.dataset.published {name} > schemas/{name}.schema.json"

    assert (ROOT / "schemas" / f"{name}.schema.json").read_text(encoding="utf-8") == published(name), remedy
    Draft202012Validator.check_schema(schema(name))


def test_every_row_and_manifest_of_a_simulated_run_keeps_the_published_schemas(runs: dict[str, Path]) -> None:
    of_row, of_statement = (Draft202012Validator(schema(name)) for name in SCHEMAS)

    for out in runs.values():
        of_statement.validate(json.loads(load_envelope(out).payload))
        for row in load_pairs(out):
            of_row.validate(row.provenance)


def test_rows_with_all_that_a_row_can_say_keep_the_schema_and_others_do_not(tmp_path: Path) -> None:
    write_folder(tmp_path, contents())
    of_row, of_statement = (Draft202012Validator(schema(name)) for name in SCHEMAS)
    (row,) = load_pairs(tmp_path)
    payload = json.loads(load_envelope(tmp_path).payload)

    of_row.validate(row.provenance)
    of_statement.validate(payload)
    assert not of_row.is_valid({**row.provenance, "by": "me"})
    assert not of_row.is_valid({name: item for name, item in row.provenance.items() if name != "row_sha256"})
    assert not of_statement.is_valid({**payload, "predicateType": "other"})
    assert not of_statement.is_valid({name: item for name, item in payload.items() if name != "_type"})


# Folders of an earlier version


def of_before(out: Path) -> Path:
    """A folder as an earlier version finished it."""
    write_folder(out, contents())
    (out / ENVELOPE).unlink()
    (out / "provenance/manifest.json").write_text(json.dumps({"format": "constitution-dataset/1", "rows": 1}))
    return out


def test_a_dataset_of_an_earlier_version_is_finished_and_a_run_may_take_its_place(tmp_path: Path) -> None:
    out = of_before(tmp_path / "out")

    assert state_of(out) == "finished"
    for load in (load_manifest, load_statement, load_envelope):
        with pytest.raises(BadFile, match="written by an earlier version") as raised:
            load(out)
        assert "run again" in raised.value.remedy
    assert ["earlier version" in note for note in replaced_notes(out, "r-1")] == [True]
    write_folder(out, contents())
    assert isinstance(load_manifest(out), Manifest)
    assert not (out / "provenance/manifest.json").exists()


def test_what_only_looks_like_an_earlier_dataset_stays_where_it_is(tmp_path: Path) -> None:
    (tmp_path / "provenance").mkdir()
    for said in ("[]", "{", '{"format": "another/1"}'):
        (tmp_path / "provenance/manifest.json").write_text(said)

        assert state_of(tmp_path) == "foreign"


def test_the_same_folder_twice_is_byte_for_byte_the_same_with_all_that_is_new(tmp_path: Path) -> None:
    texts = {"openai-services": b"x"}
    for name in ("one", "two"):
        write_folder(tmp_path / name, contents(terms_texts=texts, name="same"))

    assert everything(tmp_path / "one") == everything(tmp_path / "two")
    assert hashes(tmp_path / "one") == load_statement(tmp_path / "one").files
