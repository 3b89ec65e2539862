"""False words: edits that leave every hash as it was, or that nobody looked at, get no good word all the same."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

import constitution
from constitution.api.data import signing
from constitution.core.digest import canonical, without_nothing
from constitution.dataset.envelope import ENVELOPE, load_envelope
from constitution.dataset.index import INDEX
from constitution.dataset.parquet import read_parquet
from constitution.errors import BadFile, Occupied
from constitution.labels.checking import check_row
from constitution.labels.spec import BESIDE, FLAT, PROVENANCE, TEXTS
from constitution.signing.edition import Edition
from constitution.signing.sign import alone, sign_folder
from constitution.verifying.report import BAD
from tests.folders import everything, restate
from tests.tampered import NOW, TEST, TRAIN, Row, copied, dataset, key_in, put_rows, rows_of, signed

GOOD = {"INTACT", "INTACT-SUBSET", "CONSISTENT", "UNSIGNED"}


class Made(NamedTuple):
    """A signed dataset and the public key."""

    out: Path
    public: Path


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """24 rows, four of them in the test split."""
    place = tmp_path_factory.mktemp("made")
    key, public = key_in(place, "key")
    return Made(signed(dataset(place / "out"), key), public)


@pytest.fixture
def out(made: Made, tmp_path: Path) -> Path:
    """A copy to be tampered with."""
    return copied(made.out, tmp_path / "out")


# --- what a loader would read, and nobody looked at ------------------------------------------------------------------


def card_says(out: Path, config: str) -> None:
    """The card tells a loader this of the only config."""
    front, _, body = (out / "README.md").read_text().partition("configs:")
    body = body[body.index("\n---") :]
    (out / "README.md").write_text(f"{front}configs:\n- config_name: default\n{config}{body}")


CARDS = {
    "another file": "  data_files: evil.parquet\n",
    "one that is hidden": "  data_files: data/.evil.parquet\n",
    "the dropped rows": "  data_files:\n  - {split: train, path: provenance/*.parquet}\n",
    "another folder": "  data_files: data/train-*\n  data_dir: evil\n",
    "another server": "  data_files: ['https://example.org/train.parquet']\n",
    "the folder above": "  data_files: data/../../evil.parquet\n",
    "test rows to train on": "  data_files:\n  - {split: train, path: 'data/*.parquet'}\n",
    "splits the other way round": "  data_files:\n  - {split: test, path: ['data/train-*']}\n",
}


@pytest.mark.parametrize("name", CARDS)
def test_a_card_that_leads_a_loader_elsewhere_is_no_good_word(name: str, out: Path, made: Made) -> None:
    card_says(out, CARDS[name])

    report = constitution.verify(out, key=made.public)

    assert report.word == "ALTERED"
    assert report.levels["files"].counts == {"card": 1}


def test_what_a_hub_writes_into_a_card_speaks_against_nothing(out: Path, made: Made) -> None:
    card_says(out, "  data_files:\n  - {split: train, path: data/train-*}\n  - {split: test, path: data/test-*}\n")
    assert constitution.verify(out, key=made.public).word == "INTACT"
    (out / "README.md").write_text("# A card of nobody's tool\n")
    assert constitution.verify(out, key=made.public).word == "INTACT"
    (out / "README.md").write_text("---\nconfigs: [unclosed\n---\n")
    report = constitution.verify(out, key=made.public)
    assert (report.word, report.levels["files"].counts) == ("INTACT", {"card": 1})
    (out / "README.md").write_text("---\nx: &x [a, a]\ny: &y [*x, *x]\nconfigs:\n- data_files: [[*y, *y]]\n---\n")
    assert constitution.verify(out, key=made.public).word == "ALTERED"


def test_the_other_file_in_which_loaders_look_for_a_card_is_read_too(out: Path, made: Made) -> None:
    (out / ".huggingface.yaml").write_text("configs:\n- config_name: default\n  data_files: evil.parquet\n")
    assert constitution.verify(out, key=made.public).word == "ALTERED"


@pytest.mark.parametrize("name", ["data/train-00001-of-00002.csv", "data/more.arrow", "data/below/rows.jsonl.gz"])
def test_a_file_among_the_data_that_is_not_looked_at_is_no_good_word(name: str, out: Path, made: Made) -> None:
    (out / name).parent.mkdir(exist_ok=True)
    (out / name).write_bytes(b"prompt,chosen,rejected\n")
    assert constitution.verify(out, key=made.public).word == "ALTERED"


# --- one row, read in two ways ---------------------------------------------------------------------------------------


def test_a_key_that_stands_in_a_label_twice_is_refused(made: Made) -> None:
    row = rows_of(made.out)[0]
    for name in (PROVENANCE, "evidence"):
        text = canonical(row[name]).decode()
        first = json.dumps(next(iter(sorted(row[name]))))
        doubled = "{" + first + ':"evil",' + text[1:]
        assert json.loads(doubled) == row[name], "most readers take the last one"
        checked = check_row({**row, "provenance": canonical(row["provenance"]).decode(), name: doubled})
        assert [flaw.kind for flaw in checked.flaws] == ["unreadable"]
    message = '{"content":"evil",' + canonical(row["prompt"][0]).decode()[1:]
    assert [flaw.kind for flaw in check_row({**row, "prompt": [message]}).flaws] == ["unreadable"]


def test_a_column_that_stands_in_a_row_twice_is_refused(out: Path, made: Made) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    lines = [json.dumps(row) for row in rows_of(out, TEST)]
    (out / TEST).unlink()
    file = out / "data/test.jsonl"
    file.write_text("\n".join(lines))
    assert constitution.verify(out, key=made.public).word == "INTACT"
    file.write_text("\n".join(['{"chosen": "evil", ' + line[1:] for line in lines]))
    assert constitution.verify(out, key=made.public).word == "ALTERED"

    file.unlink()
    table = pq.read_table(made.out / TEST)
    names = [*table.column_names, "chosen"]
    pq.write_table(pa.Table.from_arrays([*table.columns, table["rejected"]], names=names), out / TEST)
    assert constitution.verify(out, key=made.public).word == "ALTERED"


def test_an_envelope_that_says_something_twice_is_no_envelope(out: Path) -> None:
    told = (out / ENVELOPE).read_text()
    (out / ENVELOPE).write_text('{"payload": "",' + told.strip()[1:])
    with pytest.raises(BadFile, match="twice"):
        constitution.verify(out)


def test_a_statement_that_contradicts_itself_gets_no_good_word(out: Path, tmp_path: Path) -> None:
    twice = copied(out, tmp_path / "twice")
    restate(out, lambda told: told["subject"][-1]["digest"].update(pairprovRowsV1="0" * 64))
    report = constitution.verify(out)
    assert report.word == "ALTERED"
    assert "root of its subject" in str(report.levels["ledger"].findings[0])

    first = load_envelope(twice).statement.subject[0].name
    restate(twice, lambda told: told["subject"].append({**told["subject"][0], "name": f"./{first}"}))
    with pytest.raises(BadFile, match="another spelling"):
        constitution.verify(twice)


# --- columns beside the labels, rows, splits -------------------------------------------------------------------------


def test_a_null_in_the_place_of_a_sealed_value_is_an_edit(made: Made) -> None:
    row = rows_of(made.out)[0]
    sealed = [name for name in BESIDE if row[name] not in (None, [], {}, "")]
    assert len(sealed) > 8
    for name in sealed:
        assert [flaw.kind for flaw in check_row({**row, name: None}).flaws] == ["columns"], name


def test_a_column_that_went_hides_no_edit_of_another(out: Path, made: Made) -> None:
    put_rows(out, rows_of(out), without=("intent",))
    assert constitution.verify(out, key=made.public).word == "INTACT"

    rows = rows_of(made.out)
    rows[3]["flipped"] = not rows[3]["flipped"]
    put_rows(out, rows, without=("intent",))
    report = constitution.verify(out, key=made.public)
    assert report.word == "ALTERED"
    assert [(each.kind, each.row) for each in report.findings if each.level == "rows"][-1] == ("columns", 4)


def test_a_subset_hides_neither_other_splits_nor_that_nothing_is_left(out: Path, made: Made) -> None:
    rows = rows_of(out)
    put_rows(out, [*rows, *rows_of(out, TEST)])
    (out / TEST).unlink()
    assert constitution.verify(out, key=made.public, subset=True).word == "ALTERED"

    put_rows(out, rows[:5])
    report = constitution.verify(out, key=made.public, subset=True)
    assert (report.word, report.levels["set"].counts) == ("INTACT-SUBSET", {"splits": 1})

    put_rows(out, [])
    assert constitution.verify(out, key=made.public, subset=True).word == "ALTERED"


CLAIMS: dict[str, Callable[[Any], Any]] = {
    "parts": lambda told: told["synthetic"]["by_part"].update(chosen={"human": 24}),
    "characters": lambda told: told["synthetic"]["by_chars"]["chosen"].update(human=9),
    "models": lambda told: told["synthetic"]["models"][0].update(model="another"),
    "licence": lambda told: told["dataset"].update(license="CC0-1.0"),
    "restrictions": lambda told: told["dataset"].update(restrictions=[]),
    "principles": lambda told: told["principles"][0].update(ids_used={"no-shouting": 1}),
    "counts": lambda told: told["counts"].update(licenses={"MIT": 24}),
}


@pytest.mark.parametrize("name", CLAIMS)
def test_what_a_statement_counts_of_its_rows_is_counted_again(name: str, out: Path) -> None:
    restate(out, lambda statement: CLAIMS[name](statement["predicate"]))

    report = constitution.verify(out)

    assert report.word == "ALTERED"
    assert set(report.levels["rows"].counts) == {"claim"}


# --- repair ----------------------------------------------------------------------------------------------------------


def test_a_poisoned_index_gives_a_row_no_text_and_no_column_of_its_own(out: Path, made: Made) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pq.read_table(out / INDEX)
    entries = rows_of(out)
    file = out.parent / "texts.jsonl"
    file.write_text("\n".join(json.dumps({name: row[name] for name in TEXTS}) for row in entries[:4]))
    pq.write_table(table.append_column("tools", pa.array(["evil"] * table.num_rows)), out / INDEX)
    constitution.verify(file, against=out, repair=True, out=out.parent / "a.jsonl")
    rows = [json.loads(line) for line in (out.parent / "a.jsonl").read_text().splitlines()]
    assert [row["license"] for row in rows] == ["CC-BY-4.0"] * 4
    assert not any("tools" in row for row in rows)

    pq.write_table(table.drop_columns(["intent"]), out / INDEX)
    report = constitution.verify(file, against=out, repair=True, out=out.parent / "b.jsonl")
    assert report.repaired == {"restored": 0, "not_restored": 4}, "its other columns could be anything"

    names = table["pair_id"].to_pylist()
    told = {row["pair_id"]: row for row in read_parquet(made.out / TRAIN)}
    other = [told.get(name, told[entries[9]["pair_id"]]) for name in names[1:] + names[:1]]
    fake = table
    for name in TEXTS:
        fake = fake.append_column(name, pa.array([row[name] for row in other]))
    for name in (*FLAT[1:], PROVENANCE):
        place = fake.schema.get_field_index(name)
        fake = fake.set_column(place, name, pa.array([row[name] for row in other], pa.string()))
    pq.write_table(fake, out / INDEX)
    report = constitution.verify(file, against=out, repair=True, out=out.parent / "c.jsonl")
    assert report.repaired == {"restored": 0, "not_restored": 4}


def test_what_a_killed_repair_left_does_not_stop_the_next(out: Path, made: Made, tmp_path: Path) -> None:
    file = tmp_path / "texts.jsonl"
    file.write_text(json.dumps({name: rows_of(out)[0][name] for name in TEXTS}))
    (tmp_path / ".whole.jsonl.new").write_text("half a li")
    (out / "data/.train-00000-of-00001.parquet.new").write_bytes(b"PAR1")

    assert constitution.verify(file, against=out, repair=True, out=tmp_path / "whole.jsonl").repaired is not None
    constitution.verify(out, repair=True)

    assert not [path.name for path in (*tmp_path.iterdir(), *(out / "data").iterdir()) if path.name[0] == "."]
    assert everything(out) == everything(made.out)


# --- signing ---------------------------------------------------------------------------------------------------------


def test_nobody_signs_what_came_after_the_verification_or_beside_another_signer(out: Path, tmp_path: Path) -> None:
    key, _ = key_in(tmp_path, "second")
    seen = load_envelope(out).sha256
    (out / ENVELOPE).write_bytes((out / ENVELOPE).read_bytes() + b"\n")
    with pytest.raises(Occupied, match="written anew"):
        sign_folder(out, key, Edition(), NOW, seen=seen)
    with alone(out), pytest.raises(Occupied, match="somebody else"):
        signing.sign(signing.SignOrder(out=out, key=tmp_path / "second"))
    assert signing.sign(signing.SignOrder(out=out, key=tmp_path / "second")).signed is not None


# --- exports ---------------------------------------------------------------------------------------------------------

EXPORTED = ("trl", "kto", "sft", "openai", "llama-factory")


@pytest.mark.parametrize("to", EXPORTED)
def test_an_export_is_held_against_its_dataset_by_the_labels_beside_it(to: str, made: Made, tmp_path: Path) -> None:
    out = tmp_path / "export"
    constitution.export(made.out, to=to, out=out)

    report = constitution.verify(out, against=made.out, key=made.public)
    assert (report.word, report.rows, report.of) == ("INTACT", 24, 24)
    assert constitution.verify(out).word == "UNSIGNED"

    whole = (out / "train.jsonl").read_text()
    lines = whole.splitlines(keepends=True)
    for changed in (whole.replace("yeast", "yeasty", 1), "".join(lines[1:] + lines[:1]), "".join(lines[:-1])):
        (out / "train.jsonl").write_text(changed)
        if changed.count("\n") < len(lines):
            with pytest.raises(BadFile, match="line by line"):
                constitution.verify(out, against=made.out, key=made.public)
        else:
            assert constitution.verify(out, against=made.out, key=made.public).word == "ALTERED"
    (out / "train.jsonl").write_text(whole)
    labels = (out / "labels.jsonl").read_text()
    (out / "labels.jsonl").write_text(labels.replace('"license": "CC-BY-4.0"', '"license": "CC0-1.0"', 1))
    assert constitution.verify(out, against=made.out, key=made.public).word == "ALTERED"


def test_an_answer_that_changed_its_side_in_an_export_is_altered(made: Made, tmp_path: Path) -> None:
    out = tmp_path / "export"
    constitution.export(made.out, to="kto", out=out)
    text = (out / "train.jsonl").read_text()
    (out / "train.jsonl").write_text(text.replace('"label": true', '"label": false', 1))
    assert constitution.verify(out, against=made.out).word == "ALTERED"


# --- a law -----------------------------------------------------------------------------------------------------------


def places(value: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in a row at which something stands."""
    found = [at] if at else []
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [*found, *(place for name, item in inside for place in places(item, (*at, name)))]


def other(value: Any, luck: random.Random) -> Any:
    """Something else than this, of its kind or of another."""
    told = [None, "", "x", 0, 1, True, False, [], {}, ["x"], {"x": "x"}, -1.5]
    if isinstance(value, str):
        told += [value + " ", value.upper(), value[::-1], value + "\u200b"]
    if isinstance(value, list) and value:
        told += [value[1:], [*value, value[0]], value[::-1]]
    if isinstance(value, dict):
        told += [{**value, "x": "x"}, *({k: v for k, v in value.items() if k != name} for name in value)]
    return luck.choice(told)


def test_no_edit_of_any_kind_anywhere_in_a_row_passes(made: Made) -> None:
    rows, luck = rows_of(made.out), random.Random(7)
    known, sealed = places(rows[0]), canonical(without_nothing(rows[0]))
    leaves = {row[PROVENANCE]["row_sha256"] for row in rows}
    for _ in range(400):
        row: Row = json.loads(json.dumps(rows[0]))
        *above, last = luck.choice(known)
        holder: Any = row
        for name in above:
            holder = holder[name]
        before = json.dumps(holder[last])
        holder[last] = other(holder[last], luck)
        if canonical(without_nothing(row)) == sealed:
            continue  # such as a null where nothing was
        checked = check_row(row)
        passed = checked.leaf in leaves and all(flaw.kind in ("unsigned", "restrictions") for flaw in checked.flaws)
        assert not passed, (above, last, before[:80], holder[last])
    assert GOOD.isdisjoint(BAD)
