"""Rows, labels, provenance, files and card of a dataset."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from constitution.core.asking import drive
from constitution.core.digest import digest, without_nothing
from constitution.core.judgement import Verdict
from constitution.core.records import Message, Origin, Prompt
from constitution.core.trail import Response, Trail, pair_id
from constitution.dataset.columns import ARMS, COLUMNS
from constitution.dataset.contents import ConstitutionFile
from constitution.dataset.folder import load_manifest, load_pairs, load_statement, load_trails, write_folder
from constitution.dataset.provenance import changed
from constitution.dataset.rows import Row, row_of
from constitution.dataset.schema import pair_schema
from constitution.errors import BadFile, ConstitutionError, NotFound
from constitution.labels.rollup import source_type, synthetic_of
from constitution.pairing.words import NAMES
from tests.folders import ask, contents, everything, paired, tool_prompt, unpaired
from tests.scenes import Cast, brief, whole
from tests.scenes import prompt as bread

ENGINE = "constitution 0.1.0"
RESERVED = {
    "image", "images", "tools", "chat_template_kwargs", "messages", "completion", "label", "margin", "prompt_ids",
    "chosen_ids", "rejected_ids", "ref_chosen_logps", "ref_rejected_logps", "input_ids",
}  # fmt: skip
"""Column names that change what a TRL trainer does."""


@pytest.fixture
def quiet_datasets(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Any]:
    """``datasets`` with a cache of its own, silent and offline."""
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    import datasets

    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", tmp_path / "cache")
    datasets.disable_progress_bars()
    yield datasets
    datasets.enable_progress_bars()


def messages_of(row: Row) -> dict[str, dict[str, Any]]:
    """Every message of a row by its path."""
    found = {f"prompt/{place}": message.as_json() for place, message in enumerate(row.prompt)}
    found |= {"chosen/0": row.chosen[0].as_json(), "rejected/0": row.rejected[0].as_json()}
    return found | {f"critique/{place}": remark.model_dump() for place, remark in enumerate(row.critique)}


def test_a_row_says_in_flat_labels_who_made_what() -> None:
    prompt = ask(source="kitchen", source_id="k-1", license="CC-BY-4.0", intent="benign", origin="human")

    row = row_of(paired(prompt, self_judged=True), engine=ENGINE)

    labels = row.model_dump(exclude={"prompt", "chosen", "rejected", "critique", "evidence", "provenance"})
    assert labels == {
        "pair_id": pair_id(prompt.messages, "Because of yeast, I think.", "Because of YEAST! I swear."),
        "prompt_id": prompt.id,
        "group_id": prompt.id,
        "source": "kitchen",
        "source_id": "k-1",
        "synthetic": "partial",
        "prompt_origin": "human",
        "chosen_origin": "model",
        "rejected_origin": "model",
        "chosen_model": "small-revise-2",
        "rejected_model": "small-draft-2",
        "chosen_arm": "revision",
        "rejected_arm": "draft",
        "license": "CC-BY-4.0",
        "intent": "benign",
        "strategy": "revision_over_draft",
        "flipped": False,
        "p_chosen": None,
        "p_basis": "none",
        "p_calibrated": False,
        "principles": ("no-shouting",),
        "self_judged": True,
        "warnings": ("length_ratio",),
    }


def test_what_nobody_said_is_called_unknown_and_never_null() -> None:
    row = row_of(paired(ask()), engine=ENGINE)

    assert {row.source, row.source_id, row.license, row.intent, row.prompt_origin} == {"unknown"}
    assert [name for name, value in row.model_dump().items() if value is None] == ["p_chosen"]


def test_a_text_that_a_person_wrote_has_no_model() -> None:
    trail = paired()
    assert trail.pair is not None
    own = Response(text="Yeast, dear.", origin="human")

    row = row_of(trail.but(pair=trail.pair.but(chosen=own)), engine=ENGINE)

    assert (row.chosen_model, row.rejected_model) == ("none", "small-draft-2")


@pytest.mark.parametrize(
    ("origins", "expected"),
    [
        (("model", "model", "model"), "full"),
        (("program", "simulator", "model"), "full"),
        (("human", "human", "human"), "none"),
        (("human", "model", "model"), "partial"),
        (("unknown", "model", "model"), "partial"),
        (("mixed", "human", "human"), "partial"),
        (("unknown", "human", "human"), "unknown"),
        (("unknown", "unknown", "unknown"), "unknown"),
    ],
)
def test_synthetic_rolls_up_the_three_origins(origins: tuple[Origin, ...], expected: str) -> None:
    assert synthetic_of(*origins) == expected


@pytest.mark.parametrize(
    ("origins", "expected"),
    [
        (("model", "model"), "trainedAlgorithmicMedia"),
        (("unknown", "model"), "compositeWithTrainedAlgorithmicMedia"),
        (("mixed",), "compositeWithTrainedAlgorithmicMedia"),
        (("simulator", "program"), "algorithmicMedia"),
        (("human", "simulator"), "compositeSynthetic"),
        (("human",), "digitalCreation"),
        (("human", "unknown"), "unknown"),
    ],
)
def test_the_source_type_never_washes_machine_text_human(origins: tuple[Origin, ...], expected: str) -> None:
    assert source_type(origins).rpartition("/")[2] == expected


def test_the_parts_are_the_messages_of_the_row_each_once_with_its_hash() -> None:
    for prompt in (ask(), tool_prompt()):
        row = row_of(paired(prompt), engine=ENGINE)

        parts = [(part["path"], part["sha256"]) for part in row.provenance["parts"]]

        assert parts == [(path, digest(without_nothing(said))) for path, said in messages_of(row).items()]


def test_the_critique_is_of_the_rejected_answer_on_the_principles_of_the_pair() -> None:
    (remark,) = row_of(paired(), engine=ENGINE).critique

    assert remark.model_dump() == {"principle": "no-shouting", "verdict": "violates", "text": "It shouts."}


def test_a_revised_text_says_what_it_was_revised_from() -> None:
    parts = {part["path"]: part for part in row_of(paired(), engine=ENGINE).provenance["parts"]}

    (edit,) = parts["chosen/0"]["edits"]
    assert edit["from_sha256"] == parts["rejected/0"]["sha256"]
    assert (edit["step"], edit["by"]) == ("s3", "model")
    assert "edits" not in parts["rejected/0"]


def test_every_step_is_named_and_parts_and_inputs_point_at_steps() -> None:
    found = row_of(paired(), engine=ENGINE).provenance

    steps = {step["id"]: step for step in found["steps"]}
    assert list(steps) == ["s0", "s1", "s2", "s3", "s4", "s5", "s6"]
    assert {part["step"] for part in found["parts"]} <= set(steps)
    assert {name for step in found["steps"] for name in step.get("inputs", [])} <= set(steps)
    assert steps["s2"]["principles"] == [{"id": "no-shouting", "meaning": "a" * 64}]


def test_a_row_holds_nothing_of_the_clock_the_run_or_the_key() -> None:
    text = json.dumps(row_of(paired(), engine=ENGINE).provenance)

    for word in ("time", "request", "seed", "usage", "api_key", "run_id", "principle_file", "output_sha256", "null"):
        assert f'"{word}' not in text
    assert '"max_tokens": 64' in text


@settings(deadline=None)
@given(st.text(max_size=40), st.text(max_size=40))
def test_characters_added_and_removed_lead_from_one_text_to_the_other(before: str, after: str) -> None:
    added, removed = changed(before, after)

    assert len(before) + added - removed == len(after)
    assert min(added, removed) >= 0
    assert (added, removed) == (0, 0) or before != after


def test_a_paired_trail_without_a_pair_is_our_bug() -> None:
    with pytest.raises(ConstitutionError, match="has no pair"):
        row_of(paired().but(pair=None), engine=ENGINE)


def test_a_trail_without_a_fate_is_our_bug(tmp_path: Path) -> None:
    with pytest.raises(ConstitutionError, match="without a fate"):
        write_folder(tmp_path / "out", contents(Trail.start(ask())))

    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["../up.md", "", "a/b.md", ".."])
def test_a_template_name_cannot_lead_out_of_its_folder(name: str) -> None:
    with pytest.raises(ConstitutionError, match="cannot be the name of a file"):
        contents(templates={name: "x"})


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)


@settings(deadline=None)  # the first example waits for pyarrow
@given(texts=st.lists(TEXT, min_size=1, max_size=4), answers=st.tuples(TEXT, TEXT), tools=st.booleans())
def test_any_text_comes_back_from_the_files_as_it_went_in(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str], answers: tuple[str, str], tools: bool
) -> None:
    named = "n\0é" if tools else None
    prompt = Prompt.of(*(Message(role="user", content=text, name=named) for text in texts))
    trail = paired(prompt, draft=answers[0], revision=answers[1])
    out = tmp_path_factory.mktemp("texts") / "out"

    write_folder(out, contents(trail))

    assert load_pairs(out) == [row_of(trail, engine=ENGINE)]
    assert load_trails(out) == [(0, trail)]


def test_a_trail_of_the_real_stages_makes_a_row(tmp_path: Path) -> None:
    trail = drive(whole(brief())(Trail.start(bread())), Cast())

    write_folder(tmp_path / "out", contents(trail))

    (row,) = load_pairs(tmp_path / "out")
    assert (row.chosen_origin, row.synthetic, row.principles) == ("program", "partial", ("no-shouting",))
    assert load_trails(tmp_path / "out") == [(0, trail)]


def test_trails_and_dropped_rows_list_every_prompt_with_its_fate(tmp_path: Path) -> None:
    given = contents()
    write_folder(tmp_path, given)

    assert load_trails(tmp_path) == list(enumerate(given.trails))
    trails = pq.read_table(tmp_path / "trails.parquet").to_pylist()
    assert [(row["position"], row["fate"], row["split"]) for row in trails] == [
        (0, "paired", "train"), (1, "no_violation", ""), (2, "screened:duplicate_prompt", ""),
    ]  # fmt: skip
    dropped = pq.read_table(tmp_path / "provenance/dropped.parquet").to_pylist()
    assert [tuple(row.values()) for row in dropped] == [
        (1, given.trails[1].prompt.id, "no_violation", "clean"),
        (2, given.trails[0].prompt.id, "screened:duplicate_prompt", "asked before"),
    ]


def test_times_and_tokens_stand_in_the_calls_alone(tmp_path: Path) -> None:
    write_folder(tmp_path, contents())

    (call,) = pq.read_table(tmp_path / "provenance/calls.parquet").to_pylist()
    assert (call["time"], call["request_id"], call["input_tokens"]) == ("2026-11-21T08:00:00Z", "r-1", 5)
    others = [content for name, content in everything(tmp_path).items() if name != "provenance/calls.parquet"]
    assert not any(b"2026-11-21" in content for content in others)


def test_the_same_contents_are_the_same_bytes(tmp_path: Path) -> None:
    trails = [paired(ask(f"Question {n}?"), draft=f"NO {n}!", revision=f"No, {n}.") for n in range(1203)]
    for name in ("one", "two"):
        write_folder(tmp_path / name, contents(*trails, test_ids=frozenset({trails[7].prompt.id})))

    assert everything(tmp_path / "one") == everything(tmp_path / "two")
    assert len(load_pairs(tmp_path / "one")) == 1203


def test_what_the_run_was_made_from_is_kept_byte_for_byte(tmp_path: Path) -> None:
    given = contents()
    write_folder(tmp_path, given)

    found = everything(tmp_path)
    assert found["provenance/principles/small@1.0.0.yaml"] == given.constitution.content
    assert found["provenance/templates/revise.md"] == b"=== user ===\nRevise."
    assert json.loads(found["provenance/recipe.lock.json"]) == given.recipe_lock


def test_the_manifest_names_the_run_its_inputs_and_its_files(tmp_path: Path) -> None:
    import hashlib

    given = contents()
    write_folder(tmp_path, given)
    statement = load_statement(tmp_path)
    manifest = statement.predicate

    assert (manifest.spec, manifest.run_id, manifest.inputs) == ("pairprov/1", "e" * 64, given.inputs)
    assert manifest.constitution.sha256 == given.constitution.sha256
    assert manifest.counts.fates == {"no_violation": 1, "paired": 1, "screened:duplicate_prompt": 1}
    assert manifest.counts.parts["prompt"] == {"human": 1}
    for name, sha256 in statement.files.items():
        assert hashlib.sha256((tmp_path / name).read_bytes()).hexdigest() == sha256
    assert "data/train-00000-of-00001.parquet" in statement.files


def test_no_column_has_a_name_that_a_trainer_takes_for_its_own() -> None:
    assert not RESERVED & set(pair_schema(tools=False).names)


def test_datasets_loads_the_folder_and_gives_provenance_as_an_object(tmp_path: Path, quiet_datasets: Any) -> None:
    out = tmp_path / "out"
    held_out = paired(ask("Why is the sky blue?"))
    write_folder(out, contents(paired(), held_out, unpaired(), test_ids=frozenset({held_out.prompt.id})))

    loaded = quiet_datasets.load_dataset(str(out))

    assert {split: len(rows) for split, rows in loaded.items()} == {"train": 1, "test": 1}
    row = loaded["train"][0]
    assert row["prompt"] == [{"role": "user", "content": "Why does bread rise?"}]
    assert row["provenance"]["spec"] == "pairprov/1"
    assert loaded["train"].features["provenance"] == quiet_datasets.Json()
    assert loaded["train"].features["prompt"] == quiet_datasets.List(
        {"role": quiet_datasets.Value("string"), "content": quiet_datasets.Value("string")}
    )


@pytest.mark.parametrize("tools", [False, True])
def test_the_note_for_datasets_is_the_one_that_it_would_write(tools: bool, quiet_datasets: Any) -> None:
    schema = pair_schema(tools=tools)

    inferred = quiet_datasets.Features.from_arrow_schema(schema.remove_metadata())

    noted = json.loads(schema.metadata[b"huggingface"])["info"]["features"]
    assert noted == json.loads(json.dumps(inferred.to_dict()))
    assert quiet_datasets.Features.from_arrow_schema(schema) == inferred


def test_tool_messages_come_back_whole_and_without_nulls(tmp_path: Path, quiet_datasets: Any) -> None:
    out = tmp_path / "out"
    write_folder(out, contents(paired(tool_prompt()), paired()))

    tools, plain = quiet_datasets.load_dataset(str(out), split="train")

    assert tools["prompt"] == [message.as_json() for message in tool_prompt().messages]
    assert plain["prompt"] == [{"role": "user", "content": "Why does bread rise?"}]


def test_a_run_without_pairs_still_makes_files_that_say_their_columns(tmp_path: Path, quiet_datasets: Any) -> None:
    out = tmp_path / "out"
    write_folder(out, contents(unpaired()))

    # Only streaming: ``datasets`` refuses a split without rows otherwise, whatever is in the file.
    loaded = quiet_datasets.load_dataset(str(out), split="train", streaming=True)

    assert list(loaded) == []
    assert list(loaded.features) == list(Row.model_fields)
    assert load_pairs(out) == []


def test_the_rows_of_an_earlier_run_are_never_loaded_for_those_of_a_new_one(
    tmp_path: Path, quiet_datasets: Any
) -> None:
    out, cache = tmp_path / "out", str(tmp_path / "cache")
    for question in ("How?", "Why?"):
        write_folder(out, contents(paired(ask(question))))
        loaded = quiet_datasets.load_dataset(str(out), split="train", cache_dir=cache)
        assert [row["prompt"][-1]["content"] for row in loaded] == [question]


def test_a_dataset_whose_rows_are_all_held_out_loads(tmp_path: Path, quiet_datasets: Any) -> None:
    out, trail = tmp_path / "out", paired()
    write_folder(out, contents(trail, test_ids=frozenset({trail.prompt.id})))

    loaded = quiet_datasets.load_dataset(str(out))

    assert {split: len(rows) for split, rows in loaded.items()} == {"test": 1}
    assert (out / "data/train-00000-of-00001.parquet").is_file()


def card(folder: Path) -> tuple[dict[str, Any], str]:
    """Front matter and body of the card."""
    _, head, body = (folder / "README.md").read_text().split("---\n", 2)
    return yaml.safe_load(head), body


def test_the_card_says_what_the_rows_say(tmp_path: Path) -> None:
    write_folder(tmp_path, contents())
    head, body = card(tmp_path)

    assert head["license"] == "cc-by-4.0"
    assert head["language_creators"] == ["machine-generated", "other"]
    assert head["tags"] == ["synthetic", "preference", "dpo", "rlaif", "constitutional-ai", "pairprov"]
    assert head["configs"][0]["data_files"] == [{"split": "train", "path": "data/train-*.parquet"}]
    assert "**0 of 1 rows fully synthetic, 1 partly, 0 not at all; 0 unknown.**" in body
    assert "| small-revise-2 | openai | 1 | 0 | 0 | 0 |" in body
    assert "| screened:duplicate_prompt | 1 |" in body
    assert "Human-checked: 0 of 1" in body
    assert "Rehearsal" not in body


def test_a_card_of_a_rehearsal_is_watermarked(tmp_path: Path) -> None:
    write_folder(tmp_path, contents(paired(origin="simulator")))
    head, body = card(tmp_path)

    assert "rehearsal" in head["tags"]
    assert "> **Rehearsal.**" in body


def test_rows_of_several_licences_are_not_given_the_first_one(tmp_path: Path) -> None:
    write_folder(tmp_path, contents(paired(ask(license="MIT")), paired(ask("Else?", license="CC-BY-NC-4.0"))))
    head, body = card(tmp_path)

    assert head["license"] == "other"
    assert "| MIT | 1 |" in body


def test_foreign_words_cannot_write_the_card(tmp_path: Path) -> None:
    evil = "x | y\n# Human-checked: all <script>`[a](b)"
    write_folder(tmp_path, contents(paired(ask(license=evil)), name="a: b\n---\n# hi"))
    head, body = card(tmp_path)

    assert head["pretty_name"] == "a: b --- # hi"
    assert "\n# Human-checked" not in body
    assert "<script>" not in body


def test_reading_what_is_not_there_names_it(tmp_path: Path) -> None:
    for load in (load_pairs, load_trails, load_manifest):
        with pytest.raises(NotFound):
            load(tmp_path)


def test_reading_what_is_damaged_names_the_file(tmp_path: Path) -> None:
    out = tmp_path / "out"
    write_folder(out, contents())
    for name in ("data/train-00000-of-00001.parquet", "trails.parquet", "provenance/manifest.dsse.json"):
        (out / name).write_bytes(b"PAR1 but not really PAR1")

    for load in (load_pairs, load_trails, load_manifest):
        with pytest.raises(BadFile, match="out/"):
            load(out)


def test_a_trail_of_another_version_is_refused_by_its_row(tmp_path: Path) -> None:
    write_folder(tmp_path, contents())
    table = pq.read_table(tmp_path / "trails.parquet")
    other = table.set_column(table.column_names.index("trail"), "trail", [['{"new": 1}'] * table.num_rows])
    pq.write_table(other, tmp_path / "trails.parquet")

    with pytest.raises(BadFile, match="row 0"):
        load_trails(tmp_path)


def test_a_working_copy_of_a_constitution_is_kept_as_draft(tmp_path: Path) -> None:
    own = ConstitutionFile(ref="small@draft", name="small", version="draft", content=b"x")
    write_folder(tmp_path, contents(constitution=own))

    assert (tmp_path / "provenance/principles/small@draft.yaml").read_bytes() == b"x"


def test_every_column_has_its_meaning_and_the_card_says_it(tmp_path: Path) -> None:
    write_folder(tmp_path, contents())
    told = card(tmp_path)[1].split("## Columns")[1].split("## ")[0]

    assert list(COLUMNS) == list(Row.model_fields)
    assert re.findall(r"^\| (\w+) \| \S", told, re.MULTILINE)[1:] == list(COLUMNS)


def test_every_arm_that_answers_are_called_by_has_its_meaning() -> None:
    assert set(ARMS) == {"draft", "revision", *filter(None, NAMES)}


def test_the_card_says_what_each_fate_and_arm_of_it_means(tmp_path: Path) -> None:
    write_folder(tmp_path, contents())
    body = card(tmp_path)[1]

    assert "- paired: it became a preference pair\n" in body
    assert "- screened:duplicate_prompt: the same prompt stands earlier in the source\n" in body
    assert "- revision: an answer rewritten after a critique\n" in body


def test_the_card_says_first_that_a_judge_prefers_planted_texts(tmp_path: Path) -> None:
    def card(lost: int) -> str:
        trails = [paired(ask(f"Loaf {number}?")) for number in range(24)]
        shown = [
            trail.plus(
                verdicts=(
                    Verdict(a=-1, b=1, order="a_first", principles="tie", helpfulness="a" if place < lost else "b",
                            step="s5", canary="blank"),
                )
            )
            for place, trail in enumerate(trails)
        ]  # fmt: skip
        write_folder(tmp_path / str(lost), contents(*shown))
        return (tmp_path / str(lost) / "README.md").read_text()

    fine, fooled = card(1), card(20)

    assert "At 24 prompts the judge was also shown a planted text that is no answer, and preferred it in 1." in fine
    assert "does not read" not in fine
    assert fooled.index("does not read") < fooled.index("fully synthetic")
