"""Exports: each trainer's rows word for word, what is refused, and labels that line up with every line."""

from __future__ import annotations

import itertools
import json
import tracemalloc
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

import constitution
from constitution.api.data.exporting import export, format_of, formats
from constitution.cli import main
from constitution.core.evidence import PairEvidence, Quoted
from constitution.core.records import Message, PrincipleRef, Prompt
from constitution.core.trail import Trail
from constitution.dataset.contents import ConstitutionFile
from constitution.dataset.envelope import ENVELOPE
from constitution.dataset.folder import load_manifest, load_pairs, write_folder
from constitution.errors import BadFile, ConstitutionError, Mistake, NotFound, Occupied
from constitution.exports import EXPORTS
from constitution.exports.export import export_folder
from constitution.exports.formats import Source
from constitution.exports.place import BEGUN
from constitution.exports.sealed import broken_seal
from constitution.exports.weaving import waiting, woven
from constitution.exports.writing import Writing, line_of
from constitution.labels.hashes import message_hash, pair_name
from constitution.labels.tree import root_of
from constitution.principles.reading import read_constitution
from tests.folders import ask, contents, everything, paired, restate, tool_prompt

SYSTEM = {"role": "system", "content": "Be brief."}
USER = {"role": "user", "content": "Why does bread rise?"}
GOOD = {"role": "assistant", "content": "Because of yeast, I think."}
BAD = {"role": "assistant", "content": "Because of YEAST! I swear."}
SMALL = """\
name: small
title: Small
version: 1.0.0
groups:
  - id: all
    principles:
      - id: no-shouting
        tier: must
        rule: Answer without capitals for emphasis.
        why: It reads as shouting.
"""


def brief() -> Prompt:
    """A prompt with a system message."""
    return Prompt.of(Message(role="system", content="Be brief."), Message(role="user", content="Why does bread rise?"))


def sure(p: float, text: str = "Why does bread rise?") -> Trail:
    """A trail whose judges gave the chosen answer this probability."""
    trail = paired(ask(text))
    assert trail.pair is not None
    return trail.but(pair=trail.pair.but(p_chosen=p, p_basis="votes"))


def critiqued(text: str = "Why does bread rise?") -> Trail:
    """A trail whose critique quotes what breaks a principle of the file ``SMALL``."""
    principle = read_constitution(SMALL, "small").principles[0].ref

    def known(ref: PrincipleRef) -> PrincipleRef:
        return principle if ref.id == principle.id else ref

    trail = paired(ask(text))
    assert trail.pair is not None
    quote = Quoted(principle=principle.id, kind="quote", text="YEAST!", start=11, end=17)
    return trail.but(
        critiques=tuple(each.but(principle=known(each.principle)) for each in trail.critiques),
        steps=tuple(step.but(principles=tuple(map(known, step.principles))) for step in trail.steps),
        pair=trail.pair.but(principles=(principle,), evidence=PairEvidence(quotes=(quote,))),
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """One pair with a system message, one whose judges were sure to 0.8."""
    write_folder(tmp_path / "set", contents(paired(brief()), sure(0.8)))
    return tmp_path / "set"


def made(folder: Path, *trails: Trail, **changes: Any) -> Path:
    """A dataset folder of these trails."""
    write_folder(folder, contents(*trails, **changes))
    return folder


def lines_of(path: Path) -> list[dict[str, Any]]:
    """The JSON objects of a file, a line each."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n")[:-1]]


def written(folder: Path, to: str, **more: Any) -> list[dict[str, Any]]:
    """The lines of the training split."""
    export(folder, to, folder.with_name("exported"), **more)
    return lines_of(folder.with_name("exported") / "train.jsonl")


def test_trl_has_the_prompt_written_out_and_each_text_as_messages(folder: Path) -> None:
    first, second = load_pairs(folder)

    expected = [
        {"pair_id": first.pair_id, "prompt": [SYSTEM, USER], "chosen": [GOOD], "rejected": [BAD]},
        {"pair_id": second.pair_id, "prompt": [USER], "chosen": [GOOD], "rejected": [BAD]},
    ]
    assert expected == written(folder, "trl")


def test_kto_has_a_line_for_each_answer(folder: Path) -> None:
    asked = {"pair_id": load_pairs(folder)[0].pair_id, "prompt": [SYSTEM, USER]}

    expected = [{**asked, "completion": [GOOD], "label": True}, {**asked, "completion": [BAD], "label": False}]
    assert expected == [line for line in written(folder, "kto") if line["pair_id"] == asked["pair_id"]]


@pytest.mark.parametrize("rows", [2, 3, 4, 5, 8])
def test_kto_has_good_and_bad_in_turn_and_no_prompt_beside_itself(tmp_path: Path, rows: int) -> None:
    for split in ("train", "test"):
        for kind in ("chosen", "rejected", "labels"):
            said = [f"{split} {place} {kind}\n" for place in range(rows)]
            (tmp_path / waiting(split, kind)).write_text("".join(said))

    found = list(woven(tmp_path, "test", rows))

    assert [each.side for each in found] == ["chosen", "rejected"] * rows
    of = [each.line.split()[1] for each in found]
    assert [each.labels.split()[1] for each in found] == of
    for side in range(2):
        assert sorted(of[side::2]) == [str(place) for place in range(rows)]
    beside = [one == other for one, other in itertools.pairwise([*of, of[0]])]
    assert not any(beside) or rows == 2
    assert not any(beside[::2])
    assert sorted(path.name.split(".")[1] for path in tmp_path.iterdir()) == ["train"] * 3


def test_answers_that_are_dates_throughout_are_refused(tmp_path: Path) -> None:
    dates = made(tmp_path / "dates", *(paired(ask(f"{day}?"), revision=f"2024-01-0{day}T10:00Z") for day in (1, 2)))
    for to in ("trl", "llama-factory"):
        with pytest.raises(Mistake, match=r"every text of chosen in train\.jsonl is a date"):
            export(dates, to, tmp_path / "out")
        assert not (tmp_path / "out").exists()

    assert export(dates, "kto", tmp_path / "kto")["rows_out"] == 2  # good and bad answers stand in one column
    one = made(tmp_path / "one", paired(ask("1?"), revision="2024-01-01"), paired())
    assert export(one, "trl", tmp_path / "out")["rows_out"] == 2


def test_reward_has_a_margin_only_where_it_is_asked_for(tmp_path: Path) -> None:
    folder = made(tmp_path / "set", sure(0.8), sure(0.5, "And why not?"))
    first, _ = load_pairs(folder)

    assert all("margin" not in line for line in written(folder, "reward"))
    lines = written(folder, "reward", options={"margin": "p_chosen"})
    expected = {"pair_id": first.pair_id, "prompt": [USER], "chosen": [GOOD], "rejected": [BAD], "margin": 1.386294}
    assert expected == lines[0]
    assert lines[1]["margin"] == 0.0
    assert type(lines[1]["margin"]) is float


def test_sft_has_the_chosen_answer_at_the_end_of_the_conversation(folder: Path) -> None:
    expected = {"pair_id": load_pairs(folder)[0].pair_id, "messages": [SYSTEM, USER, GOOD]}
    assert expected == written(folder, "sft")[0]


def test_a_critic_is_shown_principle_conversation_and_answer_and_says_the_critique(tmp_path: Path) -> None:
    principles = ConstitutionFile(ref="small@1", name="small", version="1.0.0", content=SMALL.encode())
    folder = made(tmp_path / "set", critiqued(), constitution=principles)

    [line] = written(folder, "sft", options={"of": "critiques"})
    question, answer = line["messages"]
    assert question["role"] == "user"
    assert "[no-shouting] (must)\nRule: Answer without capitals for emphasis." in question["content"]
    assert '"content": "Why does bread rise?"' in question["content"]
    assert '"content": "Because of YEAST! I swear."' in question["content"]
    assert GOOD["content"] not in question["content"]
    assert answer == {"role": "assistant", "content": "It shouts."}
    [label] = lines_of(tmp_path / "exported/labels.jsonl")
    assert (label["side"], label["part"]) == ("critique", "critique/0")


@pytest.mark.parametrize("other", [SMALL.replace("without capitals", "without any capitals"), "name: small"])
def test_a_critique_whose_principle_stands_nowhere_as_it_was_told_is_refused(tmp_path: Path, other: str) -> None:
    principles = ConstitutionFile(ref="small@1", name="small", version="1.0.0", content=other.encode())
    folder = made(tmp_path / "set", critiqued(), constitution=principles)

    with pytest.raises(Mistake, match="no principle file of the manifest holds no-shouting in the wording"):
        written(folder, "sft", options={"of": "critiques"})


SERVICE = {
    "type": "object",
    "additionalProperties": False,
    "required": ["input", "preferred_output", "non_preferred_output"],
    "properties": {
        "input": {
            "type": "object",
            "additionalProperties": False,
            "required": ["messages", "tools", "parallel_tool_calls"],
            "properties": {
                "messages": {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/message"}},
                "tools": {"type": "array", "maxItems": 0},
                "parallel_tool_calls": {"const": True},
            },
        },
        "preferred_output": {"$ref": "#/$defs/answer"},
        "non_preferred_output": {"$ref": "#/$defs/answer"},
    },
    "$defs": {
        "message": {
            "type": "object",
            "additionalProperties": False,
            "required": ["role", "content"],
            "properties": {
                "role": {"enum": ["system", "user", "assistant"]},
                "content": {"type": "string", "minLength": 1},
                "name": {"type": "string"},
            },
        },
        "answer": {
            "type": "array",
            "minItems": 1,
            "maxItems": 1,
            "items": {"allOf": [{"$ref": "#/$defs/message"}], "properties": {"role": {"const": "assistant"}}},
        },
    },
}
"""What the preference method of the four services reads, by their documentation."""


@pytest.mark.parametrize("platform", ["openai", "azure", "together", "fireworks"])
def test_the_services_read_input_and_two_outputs(tmp_path: Path, platform: str) -> None:
    folder = made(tmp_path / "set", paired(brief()), paired(), paired(ask("And why not?")))

    lines = written(folder, "openai", options={"platform": platform})
    schema = Draft202012Validator(SERVICE)
    assert [list(schema.iter_errors(line)) for line in lines] == [[], [], []]
    expected = {
        "input": {"messages": [SYSTEM, USER], "tools": [], "parallel_tool_calls": True},
        "preferred_output": [GOOD],
        "non_preferred_output": [BAD],
    }
    assert expected == lines[0]


def test_fireworks_takes_no_fewer_than_three_examples(folder: Path) -> None:
    with pytest.raises(Mistake, match="openai wants at least 3 lines in train, and there are 2"):
        written(folder, "openai", options={"platform": "fireworks"})
    assert not folder.with_name("exported").exists()


def named() -> Prompt:
    """A prompt that names its speaker."""
    return Prompt.of(Message(role="user", content="Why does bread rise?", name="ann"))


def unanswered() -> Prompt:
    """A prompt that ends with an answer."""
    return Prompt.of(Message(role="user", content="Why?"), Message(role="assistant", content="Why what?"))


TOOLS, NAMES, EMPTY = "it calls tools", "a message names its speaker", "the rejected answer is empty"
REFUSED: list[tuple[str, dict[str, Any], Callable[[], Trail], str]] = [
    *((to, {}, lambda: paired(tool_prompt()), TOOLS) for to in ("trl", "kto", "reward", "sft", "openai")),
    *((to, {}, lambda: paired(named()), NAMES) for to in ("trl", "kto", "reward", "sft")),
    ("openai", {"platform": "together"}, lambda: paired(named()), NAMES),
    *((to, {}, lambda: paired(draft=" \n"), EMPTY) for to in ("trl", "kto", "reward", "sft", "openai")),
    *((to, {}, lambda: paired(draft="Same.", revision="Same."), "both answers are the same") for to in ("trl", "kto")),
    *((to, {}, lambda: paired(unanswered()), "the prompt ends with a message of the assistant")
      for to in ("trl", "sft", "openai")),
    ("reward", {"margin": "p_chosen"}, paired, "it has no p_chosen"),
    ("reward", {"margin": "p_chosen"}, lambda: sure(1.0), "log-odds are infinite"),
    ("reward", {"margin": "p_chosen"}, lambda: sure(0.4), "below one half"),
    ("sft", {"of": "critiques"}, paired, "it has no critique that found a violation"),
]  # fmt: skip


@pytest.mark.parametrize(("to", "options", "bad", "why"), REFUSED)
def test_what_a_format_cannot_say_stops_it_before_anything_stands(
    tmp_path: Path, to: str, options: dict[str, Any], bad: Callable[[], Trail], why: str
) -> None:
    folder, out = made(tmp_path / "set", sure(0.8, "Fine?"), bad()), tmp_path / "exported"
    _, row = load_pairs(folder)

    with pytest.raises(Mistake, match=why) as refused:
        export(folder, to, out, options=options)
    assert row.pair_id in str(refused.value)
    assert "--skip" in refused.value.remedy
    assert [path.name for path in tmp_path.iterdir()] == ["set"]


@pytest.mark.parametrize("name", EXPORTS)
def test_an_answer_of_several_messages_is_refused(folder: Path, name: str) -> None:
    source, row = Source(load_manifest(folder)), load_pairs(folder)[1]
    two = row.but(chosen=(*row.chosen, Message(role="user", content="Sure?")))
    none = row.but(rejected=())

    assert "not one message of the assistant" in (format_of(name).refusal(two, source) or "")
    assert format_of(name).refusal(none, source) is not None


def test_a_critic_learns_of_violations_alone(tmp_path: Path) -> None:
    principles = ConstitutionFile(ref="small@1", name="small", version="1.0.0", content=SMALL.encode())
    folder = made(tmp_path / "set", critiqued(), constitution=principles)
    source, [row] = Source(load_manifest(folder)), load_pairs(folder)
    form, kept = format_of("sft", {"of": "critiques"}), row.critique[0].but(verdict="complies", text="It is calm.")

    more = row.but(critique=(kept, *row.critique))
    assert [line.part for line in form.lines(more, source)] == ["critique/1"]
    assert "no critique that found a violation" in (form.refusal(row.but(critique=(kept,)), source) or "")
    silent = row.but(critique=(row.critique[0].but(text=" "),))
    assert form.refusal(silent, source) == "a critique says nothing"


def test_rows_that_are_skipped_are_counted_and_listed(tmp_path: Path) -> None:
    folder, out = made(tmp_path / "set", paired(), paired(tool_prompt()), sure(0.8, "And?")), tmp_path / "exported"
    first, second, third = load_pairs(folder)

    record = export(folder, "trl", out, skip=True)
    reason = "it calls tools, of which the row holds no definition"
    assert (record["rows_in"], record["rows_out"], record["skipped"]) == (3, 2, {reason: 1})
    assert lines_of(out / "skipped.jsonl") == [{"pair_id": second.pair_id, "split": "train", "reason": reason}]
    assert [line["pair_id"] for line in lines_of(out / "train.jsonl")] == [first.pair_id, third.pair_id]
    assert [label["line"] for label in lines_of(out / "labels.jsonl")] == [1, 2]


def test_an_export_of_nothing_is_none(tmp_path: Path) -> None:
    folder = made(tmp_path / "set", paired(tool_prompt()))

    with pytest.raises(Mistake, match="trl wants at least 1 lines, and there are 0"):
        export(folder, "trl", tmp_path / "exported", skip=True)
    assert not (tmp_path / "exported").exists()


texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1).filter(str.strip)


@settings(max_examples=5, deadline=None)
@given(st.lists(st.tuples(texts, texts, texts, st.booleans()), min_size=1, max_size=4), st.sampled_from(["trl", "kto"]))
def test_every_line_has_the_labels_of_the_pair_that_it_was_made_from(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str, str, bool]], to: str
) -> None:
    where = tmp_path_factory.mktemp("law")
    trails = [paired(ask(prompt), draft=f"D{draft}", revision=f"R{revision}") for prompt, draft, revision, _ in rows]
    tests = frozenset(trail.prompt.id for trail, (*_, test) in zip(trails, rows, strict=True) if test)
    folder = made(where / "set", *trails, test_ids=tests)

    export(folder, to, where / "out")
    found: dict[str, list[dict[str, Any]]] = {"train.jsonl": [], "test.jsonl": []}
    for label in lines_of(where / "out/labels.jsonl"):
        found[label["file"]].append(label)
    seen = set()
    for name, labels in found.items():
        lines = lines_of(where / "out" / name) if labels else []
        assert [label["line"] for label in labels] == list(range(1, len(lines) + 1))
        for line, label in zip(lines, labels, strict=True):
            parts = {part["path"]: part["sha256"] for part in label["provenance"]["parts"]}
            assert line["pair_id"] == label["pair_id"]
            assert label["row_sha256"] == label["provenance"]["row_sha256"]
            if to == "trl":
                assert pair_name(line) == label["pair_id"]
            else:
                assert line["label"] is (label["side"] == "chosen")
                assert message_hash(line["completion"][0]) == parts[f"{label['side']}/0"]
            seen.add(label["row_sha256"])
    assert seen == {row.provenance["row_sha256"] for row in load_pairs(folder)}


def test_the_same_folder_gives_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    for name in EXPORTS:
        export(folder, name, tmp_path / "one" / name)
        export(folder, name, tmp_path / "two" / name)

    assert everything(tmp_path / "one") == everything(tmp_path / "two")


def test_the_manifest_goes_along_byte_for_byte(folder: Path, tmp_path: Path) -> None:
    record = export(folder, "trl", tmp_path / "out")

    assert (tmp_path / "out/manifest.dsse.json").read_bytes() == (folder / ENVELOPE).read_bytes()
    assert record == json.loads((tmp_path / "out/export.json").read_bytes())
    assert record["source"]["root"] == load_manifest(folder).rows.root
    assert set(record["files"]) == {"train.jsonl", "labels.jsonl", "manifest.dsse.json"}


def test_the_labels_beside_an_export_come_to_the_root_of_the_dataset(folder: Path, tmp_path: Path) -> None:
    export(folder, "trl", tmp_path / "out")

    leaves = [bytes.fromhex(label["row_sha256"]) for label in lines_of(tmp_path / "out/labels.jsonl")]
    assert root_of(leaves) == load_manifest(folder).rows.root


def test_the_labels_of_an_export_can_be_put_back_and_verified(folder: Path, tmp_path: Path) -> None:
    export(folder, "trl", tmp_path / "out")
    rows, again = str(tmp_path / "out/train.jsonl"), str(tmp_path / "again.jsonl")

    assert main(["verify", rows, "--against", str(folder)]) == 1
    assert main(["verify", rows, "--repair", "--against", str(folder), "--out", again]) == 0
    assert main(["verify", again, "--against", str(folder)]) == 0


def test_the_folder_loads_as_the_splits_and_nothing_else(tmp_path: Path) -> None:
    import datasets

    datasets.disable_progress_bars()
    folder = made(tmp_path / "set", paired(), paired(ask("Why?")), test_ids=frozenset({ask("Why?").id}))
    export(folder, "trl", tmp_path / "out")

    loaded = datasets.load_dataset(str(tmp_path / "out"), cache_dir=str(tmp_path / "cache"))
    assert {name: len(rows) for name, rows in loaded.items()} == {"train": 1, "test": 1}
    assert set(loaded["train"].column_names) == {"pair_id", "prompt", "chosen", "rejected"}


def test_one_split_can_be_exported_alone(tmp_path: Path) -> None:
    folder = made(tmp_path / "set", paired(), paired(ask("Why?")), test_ids=frozenset({ask("Why?").id}))

    assert export(folder, "trl", tmp_path / "out", split="test")["lines"] == {"test": 1}
    assert not (tmp_path / "out/train.jsonl").exists()
    with pytest.raises(NotFound, match="there is no split 'dev'"):
        export(folder, "trl", tmp_path / "other", split="dev")


def test_an_export_takes_the_place_of_one_that_nobody_has_changed(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    export(folder, "kto", out)
    export(folder, "trl", out)
    assert json.loads((out / "export.json").read_bytes())["format"] == "trl"

    with open(out / "train.jsonl", "a") as file:
        file.write("mine\n")
    before = everything(tmp_path)
    with pytest.raises(Occupied, match=r"was changed after it was written: train\.jsonl"):
        export(folder, "trl", out)
    assert everything(tmp_path) == before


def test_nothing_of_somebody_else_is_written_over(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    (tmp_path / "full").mkdir()
    (tmp_path / "full/notes.txt").write_text("mine")
    export(folder, "trl", tmp_path / "ours")
    (tmp_path / "ours/notes.txt").write_text("mine")
    (tmp_path / ".free.constitution-export").mkdir()
    (tmp_path / ".free.constitution-export/notes.txt").write_text("mine")
    before = everything(tmp_path)

    for name in ("file", "full", "ours", "set", "free"):
        with pytest.raises(Occupied):
            export(folder, "trl", tmp_path / name)
    assert everything(tmp_path) == before


def test_an_export_stands_in_no_dataset(folder: Path, tmp_path: Path) -> None:
    before = everything(folder)
    (tmp_path / "link").symlink_to(folder)

    for out in (folder, folder / "trl", tmp_path / "link/trl"):
        with pytest.raises(Occupied, match="in the dataset itself"):
            export(folder, "trl", out)
    assert everything(folder) == before


def test_a_manifest_that_changes_while_rows_are_read_is_noticed(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    close = Writing.close

    def meanwhile(self: Writing) -> Any:
        restate(folder, lambda payload: payload["predicate"]["dataset"].update(license="CC0-1.0"))
        return close(self)

    monkeypatch.setattr(Writing, "close", meanwhile)
    with pytest.raises(BadFile, match="changed while it was read"):
        export(folder, "trl", tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_what_a_killed_export_left_is_cleared_away(folder: Path, tmp_path: Path) -> None:
    left = tmp_path / ".out.constitution-export"
    left.mkdir()
    (left / BEGUN).touch()
    (left / "train.jsonl").write_text("half a li")

    export(folder, "trl", tmp_path / "out")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out", "set"]
    assert not (tmp_path / "out" / BEGUN).exists()


def altered(folder: Path, edit: Callable[[list[dict[str, Any]]], list[dict[str, Any]]]) -> None:
    """The rows of the folder are what ``edit`` makes of them; nothing else is changed."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    path = next((folder / "data").glob("train-*"))
    table = pq.read_table(path)
    rows = edit(table.to_pylist())
    columns = [pa.array([row[name] for row in rows], pa.string()).cast(kind) if kind == pa.json_()
               else pa.array([row[name] for row in rows], kind)
               for name, kind in zip(table.schema.names, table.schema.types, strict=True)]  # fmt: skip
    pq.write_table(pa.Table.from_arrays(columns, schema=table.schema), path)


def louder(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The first chosen answer with another word."""
    return [{**rows[0], "chosen": [{"role": "assistant", "content": "Because of gas."}]}, *rows[1:]]


def human(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The first row says that a person wrote what a model did."""
    return [{**rows[0], "chosen_origin": "human"}, *rows[1:]]


@pytest.mark.parametrize(
    ("edit", "why"),
    [
        (louder, "1 of 2 rows are not as they were sealed: edited: chosen"),
        (human, "1 of 2 rows are not as they were sealed"),
        (lambda rows: rows[:1], "there are 1 rows, and the manifest was made for 2"),
        (lambda rows: [rows[0], rows[0]], "these are not the rows that the manifest was made for"),
    ],
)
def test_rows_that_are_not_as_they_were_sealed_are_exported_only_where_that_is_said(
    folder: Path, tmp_path: Path, edit: Callable[[list[dict[str, Any]]], list[dict[str, Any]]], why: str
) -> None:
    altered(folder, edit)

    with pytest.raises(Mistake, match=why):
        export(folder, "trl", tmp_path / "out")
    assert not (tmp_path / "out").exists()
    assert export(folder, "trl", tmp_path / "out", unverified=True)["verified"] is False


def test_a_shuffled_folder_is_exported(folder: Path, tmp_path: Path) -> None:
    altered(folder, lambda rows: rows[::-1])

    assert export(folder, "trl", tmp_path / "out")["verified"] is True


def test_every_row_of_a_folder_is_as_it_was_sealed(folder: Path) -> None:
    source = Source(load_manifest(folder))

    assert [broken_seal(row, source) for row in load_pairs(folder)] == [None, None]


def test_a_trap_in_a_line_of_ours_is_our_bug(folder: Path, tmp_path: Path) -> None:
    form = replace(format_of("trl"), trap=lambda told: "it is a trap")

    with pytest.raises(ConstitutionError, match="would mislead its trainer: it is a trap") as bug:
        export_folder(folder, tmp_path / "out", "trl", form, options={})
    assert bug.value.exit_code == 70
    assert [path.name for path in tmp_path.iterdir()] == ["set"]


@pytest.mark.parametrize("name", ["trl", "kto", "reward", "sft"])
def test_a_column_that_the_trainer_takes_for_its_own_is_a_trap(folder: Path, name: str) -> None:
    form = format_of(name)
    line = form.lines(load_pairs(folder)[0], Source(load_manifest(folder)))[0].told

    assert form.trap(line) is None
    assert form.trap({**line, "image": None}) == "the trainer takes image for its own"


def test_a_prompt_that_stands_in_an_answer_again_is_a_trap() -> None:
    line = {"prompt": [USER], "chosen": [USER, GOOD], "rejected": [USER, BAD]}

    assert "the prompt once more" in (format_of("trl").trap(line) or "")


def test_no_reader_of_lines_ends_one_early() -> None:
    text = "a\x85b\u2028c\u2029d\x0be\x0cf\x1cg\ré"

    assert line_of({"text": text}).splitlines() == [line_of({"text": text}).rstrip("\n")]
    assert json.loads(line_of({"text": text})) == {"text": text}


def test_memory_is_flat_with_the_number_of_rows(folder: Path, tmp_path: Path) -> None:
    source, rows = Source(load_manifest(folder)), load_pairs(folder)

    def peak(count: int) -> int:
        (tmp_path / str(count)).mkdir()
        tracemalloc.start()
        with Writing(tmp_path / str(count), format_of("kto"), source, skip=False, unverified=True) as writing:
            for _ in range(count):
                writing.add(rows[0], "train")
            writing.close()
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    few = peak(20)
    assert peak(220) < few + 50_000  # the labels of one row take three kilobytes


def test_dpo_is_told_how_often_the_judges_may_be_wrong(tmp_path: Path) -> None:
    folder = made(tmp_path / "set", sure(0.8), sure(0.7, "Why?"), paired(ask("And?")))

    hints = export(folder, "trl", tmp_path / "out")["hints"]
    assert hints["DPOConfig"] == {"loss_type": "robust", "label_smoothing": 0.25}
    assert "2 of 3 rows" in hints["why"]
    few = made(tmp_path / "few", sure(0.8), paired(ask("And?")), paired(ask("Or?")))
    assert export(few, "trl", tmp_path / "few-out")["hints"] == {}
    unknown = made(tmp_path / "unknown", paired())
    assert export(unknown, "trl", tmp_path / "out")["hints"] == {}


def test_kto_is_told_weights_that_even_out_good_and_bad(folder: Path, tmp_path: Path) -> None:
    record = export(folder, "kto", tmp_path / "out")

    assert record["sides"] == {"chosen": 2, "rejected": 2}
    assert record["hints"]["KTOConfig"] == {"desirable_weight": 1.0, "undesirable_weight": 1.0}


def test_a_rehearsal_says_so(tmp_path: Path) -> None:
    folder = made(tmp_path / "set", paired(origin="simulator"))

    assert export(folder, "trl", tmp_path / "out")["rehearsal"] is True


def test_a_folder_that_says_something_else_of_itself_is_not_exported(folder: Path, tmp_path: Path) -> None:

    def another(payload: dict[str, Any]) -> None:
        payload["predicate"]["rows"]["root"] = "0" * 64
        for each in payload["subject"]:
            each["digest"] = {name: "0" * 64 if name != "sha256" else sha for name, sha in each["digest"].items()}

    restate(folder, another)

    with pytest.raises(Mistake, match="these are not the rows"):
        export(folder, "trl", tmp_path / "out")


def test_every_format_says_what_it_is_for_and_what_it_cannot() -> None:
    for name, form in formats().items():
        assert form.purpose, name
        assert form.cannot, name


def test_the_front_door_exports(folder: Path, tmp_path: Path) -> None:
    record = constitution.export(folder, to="openai", out=tmp_path / "out", platform="azure")

    assert record["options"] == {"platform": "azure"}
    assert "assistant and tool" in record["note"]


def test_the_command_says_what_it_wrote(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = str(tmp_path / "out")

    assert main(["export", str(folder), "--to", "kto", "--out", out]) == 0
    said = capsys.readouterr()
    assert f"{out}/train.jsonl: 4 lines\n2 of 2 rows as kto; labels in {out}/labels.jsonl\n" == said.out
    assert "advice: KTOConfig" in said.err
    assert main(["export", str(folder), "--to", "trl", "--out", out, "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["schema"] == "constitution/export/1"
    assert document["data"]["lines"] == {"train": 2}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["--to", "nothing"], "there is no export named 'nothing'; known: "),
        (["--to", "openai", "--option", "platform=other"], "setting 'platform'"),
        (["--to", "trl", "--option", "platform=azure"], "unknown setting 'platform'; it takes no settings"),
        (["--to", "openai", "--option", "azure"], "--option azure is no NAME=VALUE"),
        ([], "--to not given"),
    ],
)
def test_a_mistake_in_the_command_ends_in_a_sentence(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], given: list[str], said: str
) -> None:
    assert main(["export", str(folder), "--out", str(tmp_path / "out"), *given]) == 2
    assert said in capsys.readouterr().err


def test_the_command_lists_the_formats_with_their_settings(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["export", "--formats", "--json"]) == 0

    found = {each["name"]: each for each in json.loads(capsys.readouterr().out)["data"]["formats"]}
    assert list(found) == list(EXPORTS)
    assert found["openai"]["settings"] == {"platform": "openai|azure|together|fireworks"}
    assert main(["export", "--formats"]) == 0
    assert "cannot say: " in capsys.readouterr().out
