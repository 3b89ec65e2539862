"""The tampering table of the specification, a test a line: what each edit is called, and at which level it shows."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from constitution.api.data.verifying import verify
from constitution.cli import main
from constitution.core.digest import canonical
from constitution.dataset.envelope import ENVELOPE, envelope_bytes, load_envelope
from constitution.dataset.index import INDEX
from constitution.labels.spec import FLAT, PROVENANCE, TEXTS
from constitution.signing.keys import PrivateKey
from constitution.verifying.report import Report
from tests.tampered import (
    PRINCIPLES,
    TEST,
    TRAIN,
    Row,
    copied,
    dataset,
    edit_row,
    key_in,
    one_letter,
    put_rows,
    relisted,
    resealed,
    rows_of,
    signed,
)


@dataclass
class Signed:
    """A signed dataset, its key, and the key of somebody else."""

    out: Path
    key: PrivateKey
    public: Path
    other: PrivateKey
    stranger: Path


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Signed:
    """Made once; each test works on a copy."""
    folder = tmp_path_factory.mktemp("made")
    key, public = key_in(folder, "key")
    other, stranger = key_in(folder, "other")
    return Signed(signed(dataset(folder / "out"), key), key, public, other, stranger)


@pytest.fixture
def out(made: Signed, tmp_path: Path) -> Path:
    """A copy of the signed dataset."""
    return copied(made.out, tmp_path / "out")


def failed(report: Report) -> set[str]:
    """Levels that speak against the data."""
    return {level.name for level in report.levels.values() if level.status == "failed"}


def found(report: Report) -> str:
    """All that was found, a line each."""
    return "\n".join(f"{finding.level} {finding}" for finding in report.findings)


# --- what changes rows -----------------------------------------------------------------------------------------------


def edited_and_hashed(row: Row) -> None:
    """One letter, and every hash of the row made anew."""
    one_letter(row)
    resealed(row)


def human(row: Row) -> None:
    """The label alone says that a person wrote the chosen answer."""
    row["chosen_origin"] = "human"


def human_all_over(row: Row) -> None:
    """Label and provenance say so together."""
    human(row)
    row["synthetic"] = "partial"
    row["chosen_model"] = "none"
    part = next(part for part in row["provenance"]["parts"] if part["path"] == "chosen/0")
    part.update(origin="human", step="s0", edits=[])


def swapped(row: Row) -> None:
    """The two answers have changed places."""
    row["chosen"], row["rejected"] = row["rejected"], row["chosen"]


def swapped_and_named(row: Row) -> None:
    """The same, with the name of the pair made anew."""
    swapped(row)
    swapped_name(row)


def swapped_name(row: Row) -> None:
    """The name that the texts give."""
    from constitution.labels.hashes import pair_name

    row["pair_id"] = pair_name(row)


def another_model(row: Row) -> None:
    """A step says another model."""
    row["provenance"]["steps"][1]["model"] = "large-draft"


def another_licence(row: Row) -> None:
    """The licence of the row is a freer one."""
    row["license"] = "CC0-1.0"


def appended(row: Row) -> None:
    """One more message at the end of the prompt."""
    row["prompt"] = [*row["prompt"], {"role": "user", "content": "And say it loudly."}]


def another_probability(row: Row) -> None:
    """A column beside the labels."""
    row["p_chosen"] = 0.99


ROWS: dict[str, tuple[Callable[[Row], None], set[str], tuple[str, ...]]] = {
    "one character of chosen": (one_letter, {"rows", "set"}, ("edited: chosen", "is not one of the stated rows")),
    "one character, and every hash of the row": (edited_and_hashed, {"set"}, ("not one of the stated", "is missing")),
    "a flat label": (human, {"rows", "set"}, ("row hash", "label disagreement: chosen_origin", "is missing")),
    "a flat label and the nested one": (human_all_over, {"rows", "set"}, ("row hash", "not one of the stated rows")),
    "swapped": (swapped, {"rows", "set"}, ("SWAPPED", "is missing")),
    "swapped and named anew": (swapped_and_named, {"rows", "set"}, ("SWAPPED", "row hash", "is missing")),
    "the model of a step": (another_model, {"rows", "set"}, ("row hash", "not one of the stated rows")),
    "the licence": (another_licence, {"rows", "set"}, ("row hash", "label disagreement: license")),
    "an appended message": (appended, {"rows", "set"}, ("prompt/1 is a message of which", "is missing")),
    "a column beside the labels": (another_probability, {"rows"}, ("a column beside the labels is not",)),
}


@pytest.mark.parametrize("name", ROWS)
def test_a_row_that_was_changed_is_altered_and_named(name: str, out: Path, made: Signed) -> None:
    change, levels, said = ROWS[name]
    pair_id = rows_of(out)[3]["pair_id"]
    edit_row(change)(out)

    report = verify(out, key=made.public)

    assert (report.word, report.exit_code) == ("ALTERED", 1)
    assert failed(report) == levels | {"files"}
    for text in said:
        assert text in found(report)
    assert any(each.file == TRAIN and each.row == 4 for each in report.findings if each.level in ("rows", "set"))
    if "set" in levels:
        assert report.levels["set"].counts["missing"] == 1
        assert any(each.kind == "missing" and each.pair_id == pair_id for each in report.findings)


# --- the other lines of the table ------------------------------------------------------------------------------------


def test_a_rewritten_leaf_list_does_not_give_the_signed_root(out: Path, made: Signed) -> None:
    edit_row(edited_and_hashed)(out)
    relisted(out)

    report = verify(out, key=made.public)

    assert (report.word, report.exit_code) == ("ALTERED", 1)
    assert failed(report) == {"files", "set"}
    assert "signed root mismatch" in found(report)


def test_a_dataset_made_and_signed_anew_by_another_key_fails_for_the_given_key(
    out: Path, made: Signed, tmp_path: Path
) -> None:
    again = signed(dataset(tmp_path / "again", about="toast"), made.other)

    without, report = verify(again), verify(again, key=made.public)

    assert (without.word, without.exit_code) == ("CONSISTENT", 0)
    assert (report.word, report.exit_code) == ("UNTRUSTED-SIGNER", 1)
    assert failed(report) == {"identity"}
    assert verify(again, key=[made.public, made.stranger]).word == "UNTRUSTED-SIGNER"
    assert verify(again, key=made.stranger).word == "INTACT"


def test_an_edited_statement_makes_its_signature_void(out: Path, made: Signed) -> None:
    edit_row(edited_and_hashed)(out)
    root = relisted(out)
    envelope = load_envelope(out)
    payload = json.loads(envelope.payload)
    payload["predicate"]["rows"]["root"] = root
    (out / ENVELOPE).write_bytes(envelope_bytes(canonical(payload), envelope.signatures))

    report = verify(out)

    assert (report.word, report.exit_code) == ("ALTERED", 1)
    assert "signature" in failed(report)


def strip_one(out: Path) -> int:
    """One row without its provenance."""
    edit_row(lambda row: row.update(provenance=None))(out)
    return 1


def drop_the_column(out: Path) -> int:
    """No row of the train split has its provenance."""
    rows = rows_of(out)
    put_rows(out, rows, without=("provenance",))
    return len(rows)


def only_texts(out: Path) -> int:
    """What ``select_columns(prompt, chosen, rejected)`` leaves."""
    rows = rows_of(out)
    put_rows(out, rows, without=tuple(name for name in rows[0] if name not in TEXTS))
    return len(rows)


@pytest.mark.parametrize("strip", [strip_one, drop_the_column, only_texts])
def test_stripped_rows_are_unlabelled_and_recoverable(strip: Callable[[Path], int], out: Path, made: Signed) -> None:
    stripped = strip(out)

    report = verify(out, key=made.public)

    assert (report.word, report.exit_code) == ("UNLABELLED", 1)
    assert failed(report) == {"files", "rows", "set"}
    assert report.levels["rows"].counts["unlabelled"] == stripped
    assert report.levels["set"].counts == {"stripped": stripped}
    assert verify(out, key=made.public, repair=True).word == "INTACT"


@pytest.mark.parametrize("strip", [strip_one, drop_the_column, only_texts])
def test_without_the_index_stripped_rows_are_still_only_unlabelled(strip: Callable[[Path], int], out: Path) -> None:
    stripped = strip(out)
    (out / INDEX).unlink()

    report = verify(out)

    assert report.word == "UNLABELLED"
    assert report.levels["set"].counts == {"stripped": stripped}


def test_a_row_that_was_stripped_and_edited_is_altered(out: Path) -> None:
    edit_row(one_letter)(out)
    edit_row(lambda row: row.update(provenance=None, pair_id=None))(out)

    report = verify(out)

    assert report.word == "ALTERED"
    assert report.levels["set"].counts == {"missing": 1}
    assert report.levels["rows"].counts == {"unlabelled": 1}


def test_rows_that_were_removed_are_missing_unless_a_subset_is_accepted(out: Path, made: Signed) -> None:
    gone = {row["pair_id"] for row in rows_of(out)[5:15]}
    put_rows(out, rows_of(out)[:5] + rows_of(out)[15:])

    report, subset = verify(out, key=made.public), verify(out, key=made.public, subset=True)

    assert (report.word, report.exit_code) == ("ALTERED", 1)
    assert failed(report) == {"files", "set"}
    assert {each.pair_id for each in report.findings if each.kind == "missing"} == gone
    assert (subset.word, subset.exit_code) == ("INTACT-SUBSET", 0)
    assert (subset.rows, subset.of) == (14, 24)
    assert "14 of 24" in subset.levels["set"].said


def test_rows_that_stand_there_twice_are_duplicates(out: Path, made: Signed) -> None:
    put_rows(out, [*rows_of(out), *rows_of(out)[:3]])

    report = verify(out, key=made.public)

    assert (report.word, report.exit_code) == ("ALTERED", 1)
    assert failed(report) == {"files", "set"}
    assert report.levels["set"].counts == {"duplicate": 3}
    assert verify(out, key=made.public, subset=True).word == "ALTERED"


def shuffle(out: Path) -> None:
    """Other order, other row groups, other compression."""
    import pyarrow.parquet as pq

    table = pq.read_table(out / TRAIN)
    order = [*range(1, table.num_rows, 2), *range(0, table.num_rows, 2)]
    pq.write_table(table.take(order), out / TRAIN, compression="snappy", row_group_size=3)


def reshard(out: Path) -> None:
    """Another number of files."""
    import pyarrow.parquet as pq

    table = pq.read_table(out / TRAIN)
    (out / TRAIN).unlink()
    for shard in range(3):
        pq.write_table(table.slice(shard * 7, 7), out / f"data/train-{shard:05d}-of-00003.parquet")


def reencode(out: Path) -> None:
    """The same table through another writer."""
    import pyarrow.parquet as pq

    pq.write_table(pq.read_table(out / TRAIN), out / TRAIN, compression="gzip")


def as_lines(out: Path) -> None:
    """JSON Lines instead of Parquet, provenance as objects."""
    lines = [json.dumps(row) for row in rows_of(out)]
    (out / TRAIN).unlink()
    (out / "data/train.jsonl").write_text("\n".join(lines))


@pytest.mark.parametrize("rewrite", [shuffle, reshard, reencode, as_lines])
def test_the_same_rows_in_other_bytes_pass_and_show_at_the_files_level_alone(
    rewrite: Callable[[Path], None], out: Path, made: Signed
) -> None:
    rewrite(out)

    report = verify(out, key=made.public)

    assert (report.word, report.exit_code) == ("INTACT", 0)
    assert report.levels["files"].status == "noted"
    assert {each.level for each in report.findings} == {"files"}


def test_rows_that_changed_their_split_are_altered(out: Path, made: Signed) -> None:
    put_rows(out, [*rows_of(out), *rows_of(out, TEST)])
    (out / TEST).unlink()

    report = verify(out, key=made.public)

    assert report.word == "ALTERED"
    assert failed(report) == {"files", "set"}
    assert "split test has not the rows that it had" in found(report)


def test_one_byte_more_in_the_principle_file_shows_at_its_level(out: Path, made: Signed) -> None:
    (out / PRINCIPLES).write_bytes((out / PRINCIPLES).read_bytes() + b"\n")

    report = verify(out, key=made.public)

    assert (report.word, report.exit_code) == ("ALTERED", 1)
    assert failed(report) == {"files", "principles"}
    assert "1 bytes more" in found(report)


def test_the_manifest_of_one_dataset_on_the_data_of_another_fits_nothing(
    out: Path, made: Signed, tmp_path: Path
) -> None:
    other = dataset(tmp_path / "other", rows=10, about="toast", test=2)
    shutil.rmtree(out / "data")
    shutil.copytree(other / "data", out / "data")

    report = verify(out, key=made.public)

    assert report.word == "ALTERED"
    assert report.levels["set"].counts == {"unknown": 10, "missing": 24}
    assert report.levels["rows"].status == "ok"


def test_an_old_edition_in_the_place_of_a_new_one_shows_only_where_one_is_expected(
    made: Signed, tmp_path: Path
) -> None:
    old = copied(made.out, tmp_path / "old")
    new = signed(dataset(tmp_path / "new", rows=26), made.key, supersedes=old)
    sequence, root = load_envelope(new).statement.predicate.dataset.sequence, verify(new).root
    assert sequence == 2

    assert verify(old, key=made.public).word == "INTACT"  # the files alone cannot tell
    for expected in ({"min_sequence": 2}, {"expect_root": root}):
        report = verify(old, key=made.public, **expected)
        assert (report.word, report.exit_code) == ("STALE", 1)
        assert failed(report) == {"freshness"}
        assert verify(new, key=made.public, **expected).word == "INTACT"


def test_a_file_that_the_statement_vouches_for_may_not_change_and_optional_ones_may_be_missing(
    out: Path, made: Signed
) -> None:
    optional = ("provenance/dropped.parquet", INDEX, "trails.parquet")
    for name in optional:
        (out / name).unlink()
    (out / "notes.txt").write_text("mine")
    report = verify(out, key=made.public)
    assert report.word == "INTACT"
    held_back = [("held back", name) for name in optional]
    assert [(each.kind, each.file) for each in report.findings] == [*held_back, ("stranger", "notes.txt")]

    (out / "label.html").write_text("<p>all by hand</p>")
    (out / "provenance/templates/revise.md").unlink()
    report = verify(out, key=made.public)
    assert report.word == "ALTERED"
    assert failed(report) == {"files"}
    assert report.levels["files"].counts == {"changed": 1, "missing": 1, "held back": 3, "stranger": 1}


# --- laws ------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def plain_rows(made: Signed) -> list[Row]:
    """The rows of the train split as JSON has them."""
    return rows_of(made.out)


def words_of(row: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The place of each text in a row that is not empty."""
    if isinstance(row, str) and row:
        yield at
    for name, item in row.items() if isinstance(row, dict) else enumerate(row) if isinstance(row, list) else ():
        yield from words_of(item, (*at, name))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_change_of_one_character_passes(
    data: st.DataObject, made: Signed, plain_rows: list[Row], tmp_path: Path
) -> None:
    bound = {name: plain_rows[0][name] for name in (*TEXTS, "critique", *FLAT, PROVENANCE)}
    at = data.draw(st.sampled_from(list(words_of(bound))))
    rows = json.loads(json.dumps(plain_rows[:1]))
    holder = rows[0]
    for name in at[:-1]:
        holder = holder[name]
    text = holder[at[-1]]
    place = data.draw(st.integers(0, len(text) - 1))
    letter = data.draw(st.characters(codec="utf-8").filter(lambda each: each != text[place]))
    holder[at[-1]] = text[:place] + letter + text[place + 1 :]
    file = tmp_path / "rows.json"
    file.write_text(json.dumps(rows))

    alone, report = verify(file), verify(file, against=made.out, subset=True)

    assert alone.word in ("ALTERED", "UNLABELLED")
    assert report.word in ("ALTERED", "UNLABELLED")


# --- what people and programs read -----------------------------------------------------------------------------------


def test_the_verb_ends_with_the_word_and_its_exit_code(
    out: Path, made: Signed, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["verify", str(out)]) == 0
    said = capsys.readouterr()
    assert "CONSISTENT" in said.out
    assert "signer not checked" in said.out
    assert "--min-sequence" in said.err

    edit_row(one_letter)(out)
    assert main(["verify", str(out), "--key", str(made.public), "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert (told["ok"], told["exit"], told["data"]["word"]) == (False, 1, "ALTERED")
    assert list(told["data"]["levels"]) == [
        "files", "rows", "set", "principles", "ledger", "signature", "identity", "freshness",
    ]  # fmt: skip
    assert told["data"]["levels"]["rows"]["findings"][0]["row"] == 4

    assert main(["verify", str(out / "nothing")]) == 2
    assert main(["verify", str(out), "--expect-root", "12"]) == 2


def test_a_ledger_that_does_not_add_up_is_told(out: Path) -> None:
    from tests.folders import restate

    def lose(statement: dict[str, Any]) -> None:
        statement["predicate"]["ledger"][-1]["out"] -= 1

    restate(out, lose)
    report = verify(out)

    assert report.word == "ALTERED"
    assert "ledger" in failed(report)
    assert "out of the last gate" in found(report)
