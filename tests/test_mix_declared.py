"""Declared rows: what a row says of its makers is never laid over, and what is no pair is left out and counted."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from constitution.api.data.mixing import Mixture, mix
from constitution.dataset.envelope import load_manifest
from constitution.dataset.folder import each_pair, load_pairs
from constitution.dataset.rows import Row
from constitution.errors import BadFile, Mistake
from constitution.mixing.declared import declared_row
from constitution.mixing.opened import Source

HUMAN = {"": {"origin": "human", "license": "MIT"}}
PAIR = {"prompt": "Why?", "chosen": "So.", "rejected": "No."}


def lines(path: Path, *rows: dict[str, Any]) -> Path:
    """A file of JSON Lines."""
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def declared(**said: Any) -> Row:
    """A pair with these columns, of which a person is declared to have written everything."""
    return declared_row({**PAIR, **said}, "h.jsonl:1", HUMAN[""], "test 1")


def test_a_model_that_a_row_names_wrote_it_whatever_is_declared() -> None:
    row = declared(chosen_model="gpt-4", prompt_origin="model", rejected_model="none", rejected_origin="")

    assert (row.prompt_origin, row.chosen_origin, row.rejected_origin) == ("model", "model", "human")
    assert (row.chosen_model, row.rejected_model, row.synthetic) == ("gpt-4", "none", "partial")
    assert declared(rejected_origin="Simulator").rejected_origin == "simulator"
    assert declared(rejected_origin="model", rejected_model="simulator:plain").rejected_origin == "simulator"


@pytest.mark.parametrize(
    ("said", "what"),
    [
        ({"chosen_origin": "gpt-4"}, "chosen_origin is 'gpt-4'"),
        ({"chosen_origin": "human", "chosen_model": "gpt-4"}, "says human, and chosen_model names gpt-4"),
        ({"chosen_model": ["gpt-4"]}, "no text"),
        ({"model": "gpt-4"}, "names a model in 'model'"),
        ({"chosen-model": "gpt-4"}, "names a model in 'chosen-model'"),
        ({"chosen": [{"role": "assistant", "content": "So.", "model": "gpt-4"}]}, "names a model in 'model'"),
        ({"Licence": "CC-BY-NC-4.0"}, "names its licence in 'Licence'"),
    ],
)
def test_a_row_that_says_something_else_is_refused(said: dict[str, Any], what: str) -> None:
    with pytest.raises(BadFile, match=what):
        declared(**said)


def test_a_model_in_a_column_that_is_not_read_is_told_where_models_are_declared() -> None:
    row = declared_row({**PAIR, "model": "gpt-4"}, "h:1", {**HUMAN[""], "chosen_origin": "model"}, "test 1")

    assert row.chosen_origin == "model"


def test_a_person_and_a_model_are_not_declared_for_one_answer(tmp_path: Path) -> None:
    file = lines(tmp_path / "h.jsonl", PAIR)
    for told in ("model=gpt-4", "chosen_model=gpt-4", "rejected_origin=model,chosen_model=gpt-4"):
        with pytest.raises(Mistake, match="a person is declared"):
            mix(file, out=tmp_path / "M", assume=[f"origin=human,license=MIT,{told}"])
    with pytest.raises(Mistake, match="the simulator, which is no model"):
        mix(file, out=tmp_path / "M", assume=["origin=model,license=MIT,model=simulator:plain"])


@pytest.fixture(scope="module")
def mixture(tmp_path_factory: pytest.TempPathFactory) -> Mixture:
    """A mixture of a file in which some rows are no pairs, or say more than is read."""
    home = tmp_path_factory.mktemp("mix")
    talk = [{"role": "user", "content": "A?"}, {"role": "assistant", "content": "B."}]
    asked = [*talk, {"role": "user", "content": "C?"}]
    rows: list[dict[str, Any]] = [
        PAIR,
        {**PAIR, "rejected": "So."},
        {**PAIR, "chosen": " ", "prompt": "What?"},
        {**PAIR, "score": 3},
    ]
    rows += [{**PAIR, "prompt": asked}, {**PAIR, "chosen_origin": "model"}]
    return mix(lines(home / "h.jsonl", *rows), out=home / "M", assume=HUMAN)


def test_rows_that_prefer_nothing_are_left_out_and_counted(mixture: Mixture) -> None:
    (source,) = mixture.mix.sources
    assert (source.rows_in, source.rows_used) == (6, 2)
    assert source.dropped == {"no_preference": 2, "duplicate": 2}
    first, second, *_ = load_manifest(mixture.order.out).ledger
    assert (first.gate, first.entered, first.reasons, first.kept) == ("sources", 6, {"no_preference": 2}, 4)
    assert second.entered == 4
    assert any("left out: line 2, line 3" in note for note in mixture.notes)


def test_what_was_passed_over_is_told(mixture: Mixture) -> None:
    notes = "\n".join(mixture.notes)

    assert "columns that were not read, with the rows that have them: score (1)" in notes
    assert "the prompts of 1 rows hold answers of an assistant, which are declared human" in notes


def test_of_two_rows_with_one_text_the_one_that_claims_less_is_kept(tmp_path: Path) -> None:
    bare = [{**PAIR, "prompt": f"{place}?"} for place in range(6)]
    file = lines(tmp_path / "h.jsonl", *bare, *({**row, "chosen_origin": "model"} for row in bare))

    found = mix(file, out=tmp_path / "M", assume=HUMAN)

    assert [row.synthetic for row in load_pairs(tmp_path / "M")] == ["partial"] * 6
    assert any("6 pairs stand in several rows that differ" in note for note in found.notes)


def test_a_share_is_as_it_was_written(tmp_path: Path) -> None:
    rows = [
        {**PAIR, "prompt": f"{place}?", **({"chosen_origin": "model"} if place < 29 else {})} for place in range(100)
    ]
    file = lines(tmp_path / "h.jsonl", *rows)

    assert mix(file, out=tmp_path / "M", assume=HUMAN, max_synthetic=0.29, dry_run=True).exit_code == 0
    assert mix(file, out=tmp_path / "M", assume=HUMAN, max_synthetic=0.28, dry_run=True).exit_code == 1


def test_a_group_that_was_cut_into_two_files_is_not_torn(tmp_path: Path) -> None:
    rows = [{**PAIR, "prompt": f"{place}?", "group_id": f"g{place // 2}", "source": "forum"} for place in range(16)]
    one, two = (lines(tmp_path / f"{place}.jsonl", *rows[place::2]) for place in range(2))
    mix(one, out=tmp_path / "one", assume=HUMAN, test_share=0.5)

    mix(tmp_path / "one", two, out=tmp_path / "M", assume=HUMAN)

    splits: dict[str, set[str]] = {}
    for row, split in each_pair(tmp_path / "M"):
        splits.setdefault(row.group_id, set()).add(split)
    assert {len(found) for found in splits.values()} == {1}
    assert set.union(*splits.values()) == {"train", "test"}


def test_a_file_that_changes_while_it_is_read_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = lines(tmp_path / "h.jsonl", PAIR)
    read = Source.rows

    def meanwhile(self: Source, order: Any) -> Any:
        lines(file, {**PAIR, "chosen": "Other."})
        return read(self, order)

    monkeypatch.setattr(Source, "rows", meanwhile)
    found = mix(file, out=tmp_path / "M", assume=HUMAN)
    assert "changed while it was read" in found.refusals[0]
    assert not (tmp_path / "M").exists()
