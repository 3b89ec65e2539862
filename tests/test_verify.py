"""Verification: rows in every form they are read in, files of rows against a folder, and folders that mean harm."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import constitution
from constitution.cli import main
from constitution.core.digest import canonical
from constitution.dataset.envelope import ENVELOPE, envelope_bytes
from constitution.dataset.leaves import LEAVES
from constitution.errors import BadFile, ConstitutionError, Mistake, NotFound
from constitution.labels.checking import check_row
from constitution.labels.hashes import pair_name
from constitution.labels.tree import root_of
from constitution.signing.checking import KEYS
from constitution.verifying.leaflist import LeafList
from constitution.verifying.reading import rows_in
from constitution.verifying.within import within
from tests.folders import restate
from tests.tampered import (
    TRAIN,
    Row,
    copied,
    dataset,
    edit_row,
    key_in,
    one_letter,
    put_rows,
    resealed,
    rows_of,
    signed,
)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A dataset that nobody signed."""
    return dataset(tmp_path_factory.mktemp("made") / "out")


@pytest.fixture
def out(made: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    return copied(made, tmp_path / "out")


# --- the forms of a row ----------------------------------------------------------------------------------------------


def with_nulls(row: Row) -> Row:
    """As Arrow has it when structs were unified."""
    steps = [{**step, "nothing": None, "none": []} for step in row["provenance"]["steps"]]
    return {**row, "provenance": {**row["provenance"], "steps": steps, "more": None}}


def as_text(row: Row) -> Row:
    """JSON columns as text, not canonical."""
    return {**row, "provenance": json.dumps(row["provenance"], indent=1), "evidence": json.dumps(row["evidence"])}


def with_nan(row: Row) -> Row:
    """A null as pandas has it, and a column of its own."""
    return {**row, "note": float("nan"), "tools": float("nan")}


OBJECTS = ("prompt", "chosen", "rejected", "critique", "provenance")


def all_text(row: Row) -> Row:
    """Every column that is no text as JSON, or gone."""
    text = {name: json.dumps(row[name]) for name in OBJECTS}
    return {**{name: item for name, item in row.items() if isinstance(item, str)}, **text}


@pytest.mark.parametrize("form", [dict, with_nulls, as_text, with_nan, all_text])
def test_a_row_is_whole_in_whatever_form_it_is_read(form: Callable[[Row], Row], made: Path) -> None:
    for row in rows_of(made):
        checked = check_row(form(row))

        assert [flaw for flaw in checked.flaws if flaw.kind != "unsigned"] == []
        assert checked.leaf == row["provenance"]["row_sha256"]


@pytest.mark.parametrize("suffix", [".jsonl", ".json", ".parquet"])
def test_rows_that_went_through_pandas_are_held_against_their_folder(suffix: str, made: Path, tmp_path: Path) -> None:
    import pandas as pd

    file, frame = tmp_path / f"rows{suffix}", pd.read_parquet(made / TRAIN)
    if suffix == ".parquet":
        frame.to_parquet(file)
    else:
        frame.to_json(file, orient="records", lines=suffix == ".jsonl")

    report = constitution.verify(file, against=made, subset=True)

    assert report.word == "UNSIGNED"
    assert report.levels["rows"].status == "ok"
    assert report.levels["set"].said.startswith("20 of 24")
    assert constitution.verify(file, against=made).word == "ALTERED"
    assert constitution.verify(file).word == "UNSIGNED"


def test_a_dropped_column_is_unsigned_and_a_foreign_one_too(out: Path) -> None:
    put_rows(out, rows_of(out), without=("intent", "critique"))

    report = constitution.verify(out)

    assert (report.word, report.exit_code) == ("UNSIGNED", 0)
    assert report.levels["rows"].status == "noted"
    assert report.levels["rows"].counts == {"unsigned": 2}
    assert {each.part for each in report.levels["rows"].findings} == {"critique", "columns"}


def test_restrictions_that_the_terms_bring_are_told_where_a_row_leaves_them_out(made: Path) -> None:
    row = rows_of(made)[0]
    row["provenance"]["restrictions"] = ["attribution"]
    resealed(row)

    checked = check_row(row, {"openai-services": ("no-competing-models",)})

    assert [flaw.kind for flaw in checked.flaws] == ["restrictions"]
    assert "no-competing-models" in checked.flaws[0].what


def test_a_row_sealed_with_labels_that_its_parts_do_not_bear_out_is_told(made: Path) -> None:
    wrong: dict[str, Any] = {
        "synthetic": "none", "prompt_origin": "model", "rejected_model": "other", "license": "MIT",
        "source_type": "unknown",
    }  # fmt: skip
    for name, value in wrong.items():
        row = rows_of(made)[0]
        (row["provenance"] if name == "source_type" else row)[name] = value
        resealed(row)

        flaws = check_row(row).flaws

        assert {flaw.kind for flaw in flaws} == {"label"}
        assert name in {flaw.part for flaw in flaws}


messages = st.lists(
    st.fixed_dictionaries(
        {"role": st.sampled_from(("user", "assistant")), "content": st.text(st.characters(codec="utf-8"))},
        optional={"name": st.none() | st.text(st.characters(codec="utf-8")),
                  "tool_calls": st.lists(st.dictionaries(st.text(st.characters(codec="utf-8")), st.integers(-9, 9)))},
    ),
    min_size=1,
    max_size=3,
)  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(prompt=messages, chosen=messages, rejected=messages)
def test_the_name_of_a_pair_is_that_of_the_core(prompt: list[Any], chosen: list[Any], rejected: list[Any]) -> None:
    texts = {"prompt": prompt, "chosen": chosen, "rejected": rejected}

    assert check_row(texts).pair_id == pair_name(texts)


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=60, deadline=None)
@given(columns=st.dictionaries(st.sampled_from((*OBJECTS, "pair_id", "license", "evidence", "p_chosen")), anything))
def test_no_row_makes_the_check_raise_or_passes(columns: dict[str, Any]) -> None:
    assert check_row(columns).flaws


@settings(max_examples=60, deadline=None)
@given(leaves=st.lists(st.integers(0, 5).map(lambda n: bytes([n]) * 32)), met=st.lists(st.integers(0, 6)))
def test_a_leaf_list_counts_what_it_meets(leaves: list[bytes], met: list[int]) -> None:
    held, left = LeafList(b"".join(sorted(leaves))), list(leaves)
    for number in met:
        leaf = bytes([number]) * 32
        expected = "member" if leaf in left else "duplicate" if leaf in leaves else "unknown"
        assert held.meet(leaf.hex()) == expected
        if leaf in left:
            left.remove(leaf)
    assert (held.missing, held.root) == (len(left), root_of(leaves))


# --- rows from files -------------------------------------------------------------------------------------------------


@given(rows=st.lists(st.dictionaries(st.text(st.characters(codec="utf-8")), anything.filter(lambda item: item == item)),
                     max_size=5), indent=st.sampled_from((None, 2)))  # fmt: skip
@settings(max_examples=25, deadline=None)
def test_a_json_list_is_read_row_by_row(
    rows: list[dict[str, Any]], indent: int | None, tmp_path_factory: pytest.TempPathFactory
) -> None:
    text = json.dumps(rows, indent=indent)
    file = tmp_path_factory.mktemp("rows") / "rows.json"
    file.write_text(text)

    assert json.dumps(list(rows_in(file))) == json.dumps(json.loads(text))


@pytest.mark.parametrize("text", ["[1]", "{", '[{"a": 1}', "nothing", "[" * 5000, '{"a": ' * 5000, "\x00", "[{}\n{},"])
def test_a_file_that_is_no_rows_ends_in_a_sentence(text: str, tmp_path: Path) -> None:
    file = tmp_path / "rows.json"
    file.write_text(text)
    with pytest.raises(BadFile):
        constitution.verify(file)


def test_bytes_that_are_no_text_and_files_of_other_kinds_end_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "rows.jsonl").write_bytes(b'{"a": "\xff"}\n')
    (tmp_path / "rows.parquet").write_bytes(b"PAR1")
    (tmp_path / "rows.csv").write_text("a,b")
    os.mkfifo(tmp_path / "pipe.jsonl")
    for name in ("rows.jsonl", "rows.parquet", "rows.csv", "pipe.jsonl", "none.jsonl", "."):
        with pytest.raises((BadFile, NotFound)):
            constitution.verify(tmp_path / name)
    with pytest.raises(Mistake):
        constitution.verify(tmp_path, against=tmp_path)


def test_rows_without_a_statement_are_held_against_themselves(out: Path) -> None:
    (out / ENVELOPE).unlink()
    assert constitution.verify(out).word == "UNSIGNED"
    assert {level.status for name, level in constitution.verify(out).levels.items() if name != "rows"} == {"absent"}

    edit_row(one_letter)(out)
    assert constitution.verify(out).word == "ALTERED"


def test_shares_in_the_statement_are_counted_again(out: Path) -> None:
    def lie(statement: dict[str, Any]) -> None:
        statement["predicate"]["synthetic"]["by_row"] = {"none": 24}

    restate(out, lie)
    report = constitution.verify(out)

    assert report.word == "ALTERED"
    assert report.levels["rows"].counts == {"claim": 1}


def test_a_dataset_of_an_earlier_version_is_no_altered_one(out: Path) -> None:
    (out / ENVELOPE).unlink()
    (out / "provenance/manifest.json").write_text('{"format": "constitution-dataset/1"}')
    with pytest.raises(BadFile, match="earlier version"):
        constitution.verify(out)


# --- folders that mean harm ------------------------------------------------------------------------------------------


def lead(name: str) -> Callable[[dict[str, Any]], None]:
    """A statement that vouches for a file of this name."""

    def edit(statement: dict[str, Any]) -> None:
        statement["subject"].append({"name": name, "digest": {"sha256": "0" * 64}})

    return edit


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "/etc/passwd", "data/../../x", "a\\..\\b", "", "x" * 5000, "a\0b"]
)
def test_a_name_that_leads_out_of_the_folder_is_told_and_never_read(
    name: str, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    restate(out, lead(name))
    opened: list[str] = []
    real_open = open

    def spy(file: Any, *rest: Any, **more: Any) -> Any:
        opened.append(os.path.realpath(file))
        return real_open(file, *rest, **more)

    monkeypatch.setattr("builtins.open", spy)

    assert main(["verify", str(out)]) in (1, 2)
    assert not [path for path in opened if path.startswith("/etc")]
    with pytest.raises((BadFile, NotFound)):
        within(out, name)


def test_links_and_pipes_are_not_opened(out: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret.yaml"
    secret.write_bytes((out / "provenance/recipe.lock.json").read_bytes())
    (out / "provenance/recipe.lock.json").unlink()
    (out / "provenance/recipe.lock.json").symlink_to(secret)
    (out / LEAVES).unlink()
    os.mkfifo(out / LEAVES)
    (out / KEYS).mkdir()
    os.mkfifo(out / KEYS / "a.pub")
    os.mkfifo(out / "data/train-2.parquet")
    (out / "loop").symlink_to(out, target_is_directory=True)

    report = constitution.verify(out)

    assert report.word == "ALTERED"
    told = "\n".join(map(str, report.findings))
    for name in ("recipe.lock.json: is a link", f"{LEAVES}: is no plain file", "data/train-2.parquet", "loop"):
        assert name in told


def test_a_linked_envelope_is_no_statement(out: Path, tmp_path: Path) -> None:
    (out / ENVELOPE).rename(tmp_path / "envelope")
    (out / ENVELOPE).symlink_to(tmp_path / "envelope")
    with pytest.raises(BadFile, match="link"):
        constitution.verify(out)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe",
        b"[" * 10_000_000,
        b'{"payload": "!", "payloadType": "application/vnd.in-toto+json", "signatures": []}',
        envelope_bytes(b'{"a":' * 2_000_000),
        envelope_bytes(b"\xff"),
        envelope_bytes(b'{"_type": "https://in-toto.io/Statement/v1"}'),
    ],
    ids=["empty", "no text", "nested", "no base64", "nested payload", "payload no text", "another statement"],
)
def test_an_envelope_that_cannot_be_read_ends_in_a_sentence(
    content: bytes, out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (out / ENVELOPE).write_bytes(content)

    assert main(["verify", str(out)]) == 2

    said = capsys.readouterr().err
    assert said.startswith("error: ")
    assert said.count("\n") == 1


def test_a_provenance_of_deep_nesting_is_one_unreadable_row(out: Path, tmp_path: Path) -> None:
    rows = [{**row, "provenance": canonical(row["provenance"]).decode()} for row in rows_of(out)]
    rows[2]["provenance"] = "[" * 1_000_000
    rows[4]["provenance"] = json.dumps({"parts": [], "steps": json.loads("[" * 900 + "]" * 900)})
    rows[6]["prompt"] = "[" * 1_000_000
    file = tmp_path / "rows.jsonl"
    file.write_text("\n".join(map(json.dumps, rows)))

    report = constitution.verify(file, against=out)

    assert report.word == "ALTERED"
    assert [each.row for each in report.findings if each.kind == "unreadable"] == [3, 5, 7]
    assert report.levels["set"].counts["missing"] == 4 + 3


def test_a_list_of_leaves_of_another_form_is_told(out: Path) -> None:
    lines = (out / LEAVES).read_text().splitlines()
    for text in ("\n".join(lines), "\n".join([*lines[1:], lines[0], ""]), "\n".join(lines).upper() + "\n", "é" * 65):
        (out / LEAVES).write_text(text)
        report = constitution.verify(out)
        assert report.word == "ALTERED"
        assert report.levels["set"].status == "failed"


def test_a_signature_that_nobody_can_check_is_not_trusted(out: Path, tmp_path: Path) -> None:
    key, public = key_in(tmp_path, "key")
    signed(out, key)
    (out / KEYS / key.public.file_name).unlink()

    assert constitution.verify(out).word == "UNTRUSTED-SIGNER"
    assert constitution.verify(out, key=public).word == "INTACT"
    (out / KEYS / "junk.pub").write_bytes(b"\xff" * 100_000)
    assert constitution.verify(out, key=public).levels["signature"].counts == {"no key": 1}


def test_an_unsigned_folder_is_not_signed_by_a_key_that_was_given(out: Path, tmp_path: Path) -> None:
    _, public = key_in(tmp_path, "key")

    assert constitution.verify(out, key=public).word == "UNTRUSTED-SIGNER"
    assert "UNSIGNED" in repr(constitution.verify(out))


def test_two_signers_are_both_wanted_where_both_keys_are_given(out: Path, tmp_path: Path) -> None:
    (one, first), (other, second) = key_in(tmp_path, "one"), key_in(tmp_path, "other")
    signed(out, one)
    assert constitution.verify(out, key=[first, second]).word == "UNTRUSTED-SIGNER"

    signed(out, other)
    report = constitution.verify(out, key=[first, second])
    assert report.word == "INTACT"
    assert set(report.signers) == {one.public.keyid, other.public.keyid}


def test_every_error_of_the_front_door_is_one_of_ours(tmp_path: Path) -> None:
    for bad in ({"expect_root": "xyz"}, {"key": tmp_path / "none.pub"}, {"out": tmp_path / "x"}):
        with pytest.raises(ConstitutionError):
            constitution.verify(tmp_path, **bad)


@pytest.mark.parametrize("asked", [{"min_sequence": 7}, {"expect_root": "0" * 64}, {"subset": True}])
def test_a_file_alone_cannot_say_who_signed_it_or_which_edition_it_is(asked: dict[str, Any], tmp_path: Path) -> None:
    (tmp_path / "rows.jsonl").write_text("{}\n")

    with pytest.raises(Mistake, match="a file of rows alone"):
        constitution.verify(tmp_path / "rows.jsonl", **asked)


def test_rows_of_others_are_unlabelled_and_not_altered(tmp_path: Path) -> None:
    (tmp_path / "rows.jsonl").write_text('{"prompt": "Hi", "chosen": "Hello.", "rejected": "What?"}\n')

    report = constitution.verify(tmp_path / "rows.jsonl")

    assert (report.word, bool(report)) == ("UNLABELLED", False)
