"""Repair: labels that were lost come back from the index, for text that is unchanged and for no other."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import constitution
from constitution.cli import main
from constitution.dataset.index import INDEX
from constitution.dataset.leaves import LEAVES
from constitution.errors import BadFile, Mistake, NotFound, Occupied
from constitution.labels.spec import TEXTS
from tests.folders import everything
from tests.tampered import TEST, TRAIN, Row, copied, dataset, edit_row, one_letter, put_rows, rows_of


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A dataset of 24 rows."""
    return dataset(tmp_path_factory.mktemp("made") / "out")


@pytest.fixture
def out(made: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    return copied(made, tmp_path / "out")


def bare(row: Row) -> Row:
    """The texts alone."""
    return {name: row[name] for name in TEXTS}


def stripped(out: Path) -> None:
    """Both splits have their texts alone."""
    for file in (TRAIN, TEST):
        rows = rows_of(out, file)
        put_rows(out, rows, file, without=tuple(name for name in rows[0] if name not in TEXTS))


def test_a_folder_has_its_labels_again_and_its_very_bytes(out: Path, made: Path) -> None:
    stripped(out)

    report = constitution.verify(out, repair=True)

    assert report.repaired == {"restored": 24, "not_restored": 0}
    assert report.word == "UNSIGNED"
    assert everything(out) == everything(made)


def test_nothing_is_written_where_nothing_was_lost(out: Path, made: Path) -> None:
    assert constitution.verify(out, repair=True).repaired == {"restored": 0, "not_restored": 0}
    assert everything(out) == everything(made)


def test_what_was_edited_is_not_restored_and_stays_as_it_is(out: Path) -> None:
    edit_row(one_letter)(out)
    edit_row(lambda row: row.update(provenance=None))(out)
    edit_row(lambda row: row.update(provenance=None, license=None), place=7)(out)

    report = constitution.verify(out, repair=True)

    assert report.repaired == {"restored": 1, "not_restored": 1}
    assert report.word == "ALTERED"
    assert rows_of(out)[7]["license"] == "CC-BY-4.0"


def test_an_index_that_was_tampered_with_restores_nothing_false(out: Path) -> None:
    import pyarrow.parquet as pq

    table = pq.read_table(out / INDEX)
    place = table.schema.get_field_index("license")
    pq.write_table(table.set_column(place, "license", [["CC0-1.0"] * table.num_rows]), out / INDEX)
    stripped(out)

    report = constitution.verify(out, repair=True)

    assert report.repaired == {"restored": 0, "not_restored": 24}
    assert report.word == "ALTERED"


def test_a_list_of_leaves_that_is_not_the_signed_one_stops_a_repair(out: Path) -> None:
    (out / LEAVES).write_text("".join(sorted((out / LEAVES).read_text().splitlines(keepends=True))[1:]))
    with pytest.raises(BadFile):
        constitution.verify(out, repair=True)
    (out / LEAVES).write_text("")
    with pytest.raises(BadFile):
        constitution.verify(out, repair=True)


def test_without_an_index_there_is_nothing_to_restore_from(out: Path) -> None:
    (out / INDEX).unlink()
    with pytest.raises(NotFound, match="index"):
        constitution.verify(out, repair=True)


@pytest.mark.parametrize("suffix", [".jsonl", ".parquet"])
def test_a_file_of_texts_is_restored_into_a_new_file(
    suffix: str, made: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [bare(row) for row in rows_of(made)[::-1]]
    foreign = {"prompt": [{"role": "user", "content": "Hi"}], "chosen": [{"role": "assistant", "content": "a"}],
               "rejected": [{"role": "assistant", "content": "b"}], "note": "mine"}  # fmt: skip
    file, restored = tmp_path / "texts.jsonl", tmp_path / f"restored{suffix}"
    file.write_text("".join(json.dumps(row) + "\n" for row in [*rows, foreign]))

    order = ["verify", str(file), "--against", str(made), "--repair", "--out", str(restored), "--subset", "--json"]
    assert main(order) == 1

    told = json.loads(capsys.readouterr().out)["data"]
    assert told["repaired"] == {"restored": 20, "not_restored": 1}
    assert told["word"] == "UNLABELLED"
    assert told["levels"]["set"]["said"].startswith("20 of 24")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["restored" + suffix, "texts.jsonl"]
    with pytest.raises(Occupied):
        constitution.verify(file, against=made, repair=True, out=restored)


def test_an_order_that_is_not_clear_is_refused(made: Path, tmp_path: Path) -> None:
    file = tmp_path / "rows.jsonl"
    file.write_text(json.dumps(bare(rows_of(made)[0])))
    with pytest.raises(Mistake):
        constitution.verify(file, repair=True)
    with pytest.raises(Mistake):
        constitution.verify(file, against=made, repair=True)
    with pytest.raises(Mistake):
        constitution.verify(made, repair=True, out=tmp_path / "x.jsonl")
    with pytest.raises(Mistake):
        constitution.verify(file, against=made, repair=True, out=tmp_path / "x.csv")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["rows.jsonl"]
