"""Mixtures: shares met to the row, rows as they were sealed, labels never made up, and bounds that fail closed."""

from __future__ import annotations

import itertools
import json
import shutil
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import constitution
from constitution.api.data import signing
from constitution.api.data.mixing import Mixture, UnlabelledRows, mix
from constitution.cli import main
from constitution.core.trail import Trail
from constitution.dataset.envelope import ENVELOPE, load_envelope, load_manifest
from constitution.dataset.folder import load_pairs, write_folder
from constitution.dataset.leaves import LEAVES
from constitution.dataset.rows import Row
from constitution.errors import BadFile, Mistake, NotFound, Occupied
from constitution.labels.spec import FLAT, PROVENANCE, TEXTS
from constitution.labels.tree import root_of
from constitution.mixing.order import assumed_of, wanted_of
from constitution.mixing.quotas import quotas
from constitution.verifying.verify import verify
from tests.folders import ask, contents, everything, paired, restate, tool_prompt

HUMAN = "human.jsonl:origin=human,license=CC0-1.0,source=our-forum"


def made(out: Path, trails: list[Trail], **changes: Any) -> Path:
    """A dataset folder of these trails."""
    write_folder(out, contents(*trails, **changes))
    return out


def trails(tag: str, count: int, **changes: Any) -> list[Trail]:
    """As many trails with pairs, each of a prompt of its own."""
    return [paired(ask(f"{tag} {place}?", origin="human", license="CC-BY-4.0"), **changes) for place in range(count)]


def lines(path: Path, *rows: dict[str, Any]) -> Path:
    """A file of JSON Lines."""
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def said(count: int, tag: str = "h") -> list[dict[str, Any]]:
    """Pairs that say nothing of who made them."""
    return [{"prompt": f"{tag} {place}?", "chosen": f"Yes {place}.", "rejected": "No."} for place in range(count)]


def raw(folder: Path) -> dict[str, dict[str, Any]]:
    """Pair to the columns of its row as they stand in the files, JSON as text."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    tables = [pq.read_table(path) for path in sorted((folder / "data").glob("*.parquet"))]
    plain = (
        table.cast(pa.schema([field.with_type(_storage(field.type)) for field in table.schema])) for table in tables
    )
    return {row["pair_id"]: row for table in plain for row in table.to_pylist()}


def _storage(kind: Any) -> Any:
    import pyarrow as pa

    return kind.storage_type if isinstance(kind, pa.JsonType) else kind


def used(mixture: Mixture) -> dict[str, int]:
    """Source to used rows."""
    return {each.name: each.rows_used for each in mixture.mix.sources}


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Both datasets, to be copied: nobody writes here."""
    home = tmp_path_factory.mktemp("shelf")
    made(home / "a", trails("a", 20))
    made(home / "b", trails("b", 12), name="b")
    return home


@pytest.fixture
def a(shelf: Path, tmp_path: Path) -> Path:
    """A dataset of 20 rows."""
    return Path(shutil.copytree(shelf / "a", tmp_path / "a"))


@pytest.fixture
def b(shelf: Path, tmp_path: Path) -> Path:
    """Another one, of 12."""
    return Path(shutil.copytree(shelf / "b", tmp_path / "b"))


@pytest.fixture
def human(tmp_path: Path) -> Path:
    """A file of five pairs without labels."""
    return lines(tmp_path / "human.jsonl", *said(5))


def test_shares_are_met_to_the_row_and_the_ledger_adds_up(a: Path, b: Path, human: Path, tmp_path: Path) -> None:
    mixture = mix(f"{a}=0.7", f"{b}=0.3", human, out=tmp_path / "M", assume=[HUMAN], rows=25)

    manifest = load_manifest(tmp_path / "M")
    assert used(mixture) == {"a": 14, "b": 6, "human": 5}
    assert manifest.rows.count == 25 == len(load_pairs(tmp_path / "M"))
    assert [gate.entered for gate in manifest.ledger[1:]] == [gate.kept for gate in manifest.ledger[:-1]]
    assert (manifest.ledger[0].entered, manifest.ledger[-1].kept) == (37, 25)
    assert manifest.ledger[-1].reasons == {"not_drawn": 12}
    assert manifest.mix is not None
    assert manifest.mix.requested == {"a": 0.7, "b": 0.3}
    assert all(each.rows_in == each.rows_used + sum(each.dropped.values()) for each in manifest.mix.sources)
    assert [(each.name, each.root) for each in manifest.materials] == [
        ("a", load_manifest(a).rows.root), ("b", load_manifest(b).rows.root),
    ]  # fmt: skip


def test_each_sealed_row_is_as_it_was_to_the_byte(a: Path, human: Path, tmp_path: Path) -> None:
    tools = made(tmp_path / "tools", [paired(tool_prompt()), *trails("t", 3)], name="t")

    mix(a, tools, human, out=tmp_path / "M", assume=[HUMAN])

    before, after = {**raw(a), **raw(tools)}, raw(tmp_path / "M")
    assert len(after) == len(before) + 5
    for pair, row in before.items():
        assert after[pair][PROVENANCE] == row[PROVENANCE]
        assert [after[pair][name] for name in FLAT] == [row[name] for name in FLAT]
    texts = {row.pair_id: row for folder in (a, tools) for row in load_pairs(folder)}
    assert all(row == texts[row.pair_id] for row in load_pairs(tmp_path / "M") if row.pair_id in texts)


def test_a_stranger_can_hold_each_row_against_the_list_that_its_source_signed(a: Path, b: Path, tmp_path: Path) -> None:
    out = tmp_path / "M"
    mix(a, b, out=out, rows=15)

    lists = {name: (out / f"provenance/sources/{name}.leaves.txt").read_text().split() for name in ("a", "b")}
    for name, folder in (("a", a), ("b", b)):
        assert (out / f"provenance/sources/{name}.dsse.json").read_bytes() == (folder / ENVELOPE).read_bytes()
        assert root_of(map(bytes.fromhex, lists[name])) == load_manifest(folder).rows.root
    leaves = {row.provenance["row_sha256"] for row in load_pairs(out)}
    assert len(leaves) == 15
    assert leaves <= {*lists["a"], *lists["b"]}
    assert verify(out).word == "UNSIGNED"


def test_the_order_of_sources_and_of_rows_changes_nothing(tmp_path: Path) -> None:
    every = trails("a", 12)
    one, two = made(tmp_path / "one/a", every), made(tmp_path / "two/a", every[::-1])
    human, turned = lines(tmp_path / "human.jsonl", *said(8)), lines(tmp_path / "two/human.jsonl", *said(8)[::-1])

    mix(f"{one}=0.8", f"{human}=0.2", out=tmp_path / "M", assume=[HUMAN], rows=10)
    mix(f"{human}=0.2", f"{one}=0.8", out=tmp_path / "N/M", assume=[HUMAN], rows=10)
    mix(f"{turned}=0.2", f"{two}=0.8", out=tmp_path / "O/M", assume=[HUMAN], rows=10)

    assert everything(tmp_path / "M") == everything(tmp_path / "N/M")
    data = "data/train-00000-of-00001.parquet"
    assert (tmp_path / "O/M" / data).read_bytes() == (tmp_path / "M" / data).read_bytes()


def test_another_seed_draws_others_and_a_larger_mixture_holds_the_smaller(a: Path, b: Path, tmp_path: Path) -> None:
    def drawn(name: str, **order: Any) -> list[str]:
        mix(f"{a}=0.6", f"{b}=0.4", out=tmp_path / name, **order)
        return [row.pair_id for row in load_pairs(tmp_path / name)]

    small, large, other = drawn("s", rows=10), drawn("l", rows=20), drawn("o", rows=10, seed="other")

    assert [pair for pair in large if pair in set(small)] == small
    assert set(other) != set(small)


def test_rows_of_all_sources_stand_among_each_other(a: Path, b: Path, tmp_path: Path) -> None:
    mix(a, b, out=tmp_path / "M")

    asked = [row.prompt[0].content[0] for row in load_pairs(tmp_path / "M")]
    assert 5 < sum(one != other for one, other in itertools.pairwise(asked)) < 30


@settings(max_examples=40)
@given(
    st.lists(st.integers(1, 40), min_size=1, max_size=5), st.integers(0, 120), st.lists(st.integers(0, 60), min_size=5)
)
def test_no_source_is_a_whole_row_away_from_its_share_at_any_size(
    weights: list[int], rows: int, there: list[int]
) -> None:
    shares = [Fraction(weight, sum(weights)) for weight in weights]
    enough = [1000] * len(shares)

    found, more = quotas(shares, enough, rows), quotas(shares, enough, rows + 1)
    assert sum(found) == rows
    assert all(abs(count - share * rows) < 1 for count, share in zip(found, shares, strict=True))
    assert all(0 <= after - before <= 1 for before, after in zip(found, more, strict=True))
    most = quotas(shares, there[: len(shares)])
    assert most == quotas(shares, enough, sum(most))
    assert all(count <= has for count, has in zip(most, there, strict=False))
    assert any(count >= has - 1 for count, has in zip(most, there, strict=False))


def test_rows_without_labels_are_refused_unless_they_are_declared(a: Path, human: Path, tmp_path: Path) -> None:
    with pytest.raises(BadFile, match="no labels"):
        mix(a, human, out=tmp_path / "M")
    assert not (tmp_path / "M").exists()

    mixture = mix(a, human, out=tmp_path / "M", assume=[HUMAN])

    rows = [row for row in load_pairs(tmp_path / "M") if row.source == "our-forum"]
    assert len(rows) == 5
    assert {(row.synthetic, row.license, row.chosen_model, row.strategy) for row in rows} == {
        ("none", "CC0-1.0", "none", "declared")
    }
    assert all(step["kind"] == "import" and step["assumed"] for row in rows for step in row.provenance["steps"])
    assert mixture.mix.sources[-1].assumed == {"origin": "human", "license": "CC0-1.0", "source": "our-forum"}
    assert mixture.mix.sources[-1].verified == "ASSUMED"
    assert verify(tmp_path / "M").ok


def test_what_a_row_says_of_itself_comes_before_what_is_declared(tmp_path: Path) -> None:
    rows = [{**said(1)[0], "license": "CC-BY-SA-4.0", "chosen_origin": "model", "chosen_model": "old:1", "id": 7}]
    talk = [{"role": "user", "content": "Who?"}, {"role": "assistant", "content": "Me."}]
    rows += [{"chosen": talk, "rejected": [talk[0], {"role": "assistant", "content": "You."}]}]
    told = {"origin": "human", "license": "MIT", "rejected_origin": "model", "rejected_model": "openai:gpt-x"}
    file = lines(tmp_path / "h.jsonl", *rows)

    mix(file, out=tmp_path / "M", assume={"": told})

    one, two = sorted(load_pairs(tmp_path / "M"), key=lambda row: row.license)
    assert (one.license, one.chosen_origin, one.chosen_model, one.source_id) == ("CC-BY-SA-4.0", "model", "old:1", "7")
    assert (two.license, two.chosen_origin, two.prompt[0].content) == ("MIT", "human", "Who?")
    assert (two.synthetic, two.rejected_model) == ("partial", "gpt-x")
    assert two.provenance["steps"][2]["terms"] == "openai-services"
    assert two.provenance["restrictions"] == ["no-competing-models", "attribution"]
    assert load_manifest(tmp_path / "M").dataset.license == "CC-BY-SA-4.0 AND MIT"
    assert load_manifest(tmp_path / "M").terms[0].id == "openai-services"


@pytest.mark.parametrize(
    ("row", "what"),
    [
        ({"prompt": "Why?", "chosen": "So."}, "no chosen and rejected"),
        ({"prompt": "Why?", "candidates": [{"text": "a"}, {"text": "b"}]}, "no chosen and rejected"),
        ({"prompt": "Why?", "rejected": "So.", "chosen": [
            {"role": "assistant", "content": "A."}, {"role": "user", "content": "B?"}]}, "not be read whole"),
    ],
)  # fmt: skip
def test_what_is_no_pair_is_refused_with_its_place(row: dict[str, Any], what: str, tmp_path: Path) -> None:
    file = lines(tmp_path / "human.jsonl", *said(1), row)

    with pytest.raises(BadFile, match=what) as caught:
        mix(file, out=tmp_path / "M", assume=[HUMAN])

    assert caught.value.where == f"{file}:2"
    assert not (tmp_path / "M").exists()


@pytest.mark.parametrize("ending", ["json", "csv", "parquet"])
def test_files_of_every_kind_give_the_same_rows(human: Path, ending: str, tmp_path: Path) -> None:
    import pandas as pd

    other = tmp_path / f"human.{ending}"
    frame = pd.DataFrame(said(5))
    writers: dict[str, Any] = {
        "json": lambda: other.write_text(json.dumps(said(5))),
        "csv": lambda: frame.to_csv(other, index=False),
        "parquet": lambda: frame.to_parquet(other),
    }
    writers[ending]()

    one = mix(human, out=tmp_path / "M", assume=[HUMAN], dry_run=True).manifest
    two = mix(other, out=tmp_path / "M", assume=[HUMAN.replace("jsonl", ending)], dry_run=True).manifest

    assert one is not None
    assert two is not None
    assert one.rows == two.rows


def test_labelled_rows_in_a_file_are_taken_as_they_were_sealed(a: Path, tmp_path: Path) -> None:
    from datasets import load_dataset

    file = tmp_path / "rows.jsonl"
    rows = load_dataset(str(a), split="train", cache_dir=str(tmp_path / "cache"))
    rows.add_column("score", [1] * 20).to_json(file)

    assert "not read, with the rows that have them: score (20)" in mix(file, out=tmp_path / "M").notes[-1]
    assert {pair: row[PROVENANCE] for pair, row in raw(tmp_path / "M").items()} == {
        pair: row[PROVENANCE] for pair, row in raw(a).items()
    }

    file.write_text(file.read_text().replace("Because of yeast", "Because of Yeast", 1))
    mixture = mix(file, out=tmp_path / "N")
    assert mixture.exit_code == 1
    assert "ALTERED" in mixture.refusals[0]
    with pytest.raises(Mistake, match="never written over") as caught:
        mix(file, out=tmp_path / "N", assume=["origin=human,license=MIT"])
    assert "never written over" in caught.value.sentence
    assert not (tmp_path / "N").exists()


def test_rows_that_lost_their_labels_are_not_declared(a: Path, tmp_path: Path) -> None:
    bare = [{name: row[name] for name in (*TEXTS, "pair_id")} for row in raw(a).values()]
    file = lines(tmp_path / "human.jsonl", *said(1), bare[0])
    with pytest.raises(BadFile, match="lost its provenance"):
        mix(file, out=tmp_path / "M", assume=[HUMAN])

    forum = lines(tmp_path / "human.jsonl", *({**row, PROVENANCE: "a forum"} for row in said(2)))
    mix(forum, out=tmp_path / "M", assume=[HUMAN])
    assert load_manifest(tmp_path / "M").rows.count == 2


def test_a_source_whose_files_were_written_anew_is_read_all_the_same(a: Path, tmp_path: Path) -> None:
    from datasets import load_dataset

    before = raw(a)
    rows = load_dataset(str(a), split="train", cache_dir=str(tmp_path / "cache")).shuffle(seed=1)
    (a / "data/train-00000-of-00001.parquet").unlink()
    for place in range(2):
        rows.shard(2, place).to_parquet(a / f"data/train-0000{place}-of-00002.parquet")

    mix(a, out=tmp_path / "M")

    assert {pair: row[PROVENANCE] for pair, row in raw(tmp_path / "M").items()} == {
        pair: row[PROVENANCE] for pair, row in before.items()
    }


def _name_terms(told: dict[str, Any]) -> None:
    told["predicate"]["terms"][0]["id"] = "../../../stolen"


def _name_text(told: dict[str, Any]) -> None:
    told["predicate"]["terms"][0]["file"] = "../human.jsonl"


def _name_principles(told: dict[str, Any]) -> None:
    told["predicate"]["principles"][0]["name"] = "../../../stolen"


@pytest.mark.parametrize("edit", [_name_terms, _name_text, _name_principles])
def test_a_manifest_of_others_leads_nowhere_outside(
    edit: Callable[[dict[str, Any]], None], a: Path, human: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from constitution.mixing import opened
    from constitution.mixing.trusting import Verdict

    monkeypatch.setattr(opened, "word_of", lambda *_: Verdict("UNSIGNED"))
    restate(a, edit)

    with pytest.raises(BadFile, match=r"cannot be the name of a file|no manifest that this version can read"):
        mix(a, out=tmp_path / "M")
    assert {path.name for path in tmp_path.iterdir()} == {"a", human.name}


def test_a_link_in_a_source_is_not_followed(a: Path, human: Path, tmp_path: Path) -> None:
    (a / "provenance/keys").mkdir()
    (a / "provenance/keys/one.pub").symlink_to(human)

    try:
        refused = mix(a, out=tmp_path / "M").exit_code
    except BadFile:
        refused = 2
    assert refused
    assert not (tmp_path / "M").exists()


def test_a_source_that_is_not_what_it_says_is_refused(a: Path, b: Path, tmp_path: Path) -> None:
    (b / LEAVES).write_bytes((b / LEAVES).read_bytes().replace(b"\n", b"\r\n"))

    mixture = mix(a, b, out=tmp_path / "M")

    assert mixture.exit_code == 1
    assert mixture.refusals[0].startswith("b is ALTERED (")
    assert not (tmp_path / "M").exists()


def _other_root(told: dict[str, Any]) -> None:
    told["predicate"]["rows"]["root"] = "0" * 64
    told["subject"] = [each for each in told["subject"] if each["name"] != "rows"]


def test_rows_that_were_changed_after_the_verification_are_refused(
    a: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from constitution.mixing import opened
    from constitution.mixing.trusting import Verdict

    monkeypatch.setattr(opened, "word_of", lambda *_: Verdict("UNSIGNED"))
    restate(a, _other_root)

    assert "not those that were verified" in mix(a, out=tmp_path / "M").refusals[0]


def test_verified_sources_are_signed_by_a_key_that_was_given(a: Path, b: Path, human: Path, tmp_path: Path) -> None:
    def asked(*sources: Path, keys: list[Path], **order: Any) -> Mixture:
        return mix(*sources, out=tmp_path / "M", require_verified=True, key=keys, dry_run=True, **order)

    for folder in (a, b):
        signing.sign(signing.SignOrder(out=folder, new_key=tmp_path / f"{folder.name}.key"))
    keys = [tmp_path / "a.key.pub", tmp_path / "b.key.pub"]

    trusted = asked(a, b, keys=keys)
    assert trusted.refusals == ()
    assert [each.verified for each in trusted.mix.sources] == ["INTACT", "INTACT"]
    assert asked(a, b, keys=keys[:1]).mix.sources[1].verified == "UNTRUSTED-SIGNER"
    assert mix(a, b, out=tmp_path / "M", key=keys[:1]).exit_code == 1
    assert [each.verified for each in mix(a, b, out=tmp_path / "M", dry_run=True).mix.sources] == ["CONSISTENT"] * 2
    assert "mix it alone" in asked(a, human, keys=keys, assume=[HUMAN]).refusals[0]
    with pytest.raises(Mistake, match="needs a key"):
        asked(a, keys=[])

    mix(human, out=tmp_path / "sealed", assume=[HUMAN])
    assert "UNSIGNED, and verified sources are required" in asked(tmp_path / "sealed", keys=keys).refusals[0]
    signing.sign(signing.SignOrder(out=tmp_path / "sealed", new_key=tmp_path / "s.key"))
    assert asked(a, tmp_path / "sealed", keys=[*keys, tmp_path / "s.key.pub"]).refusals == ()

    mix(a, b, out=tmp_path / "M")
    assert len(list((tmp_path / "M/provenance/sources").glob("*.pub"))) == 2


def test_too_many_synthetic_rows_are_refused_and_unknown_ones_count(a: Path, human: Path, tmp_path: Path) -> None:
    unknown = ["origin=unknown,license=CC0-1.0"]

    refused = mix(f"{a}=0.6", f"{human}=0.4", out=tmp_path / "M", assume=[HUMAN], max_synthetic=0.5)
    assert refused.exit_code == 1
    assert "allowed are 50.0%" in refused.refusals[0]
    assert not (tmp_path / "M").exists()
    assert mix(human, out=tmp_path / "M", assume=unknown, max_synthetic=0.9).exit_code == 1
    kept = mix(f"{a}=0.5", f"{human}=0.5", out=tmp_path / "M", assume=[HUMAN], max_synthetic=0.5)
    assert kept.exit_code == 0
    assert kept.mix.caps == {"max_synthetic": 0.5}
    assert load_manifest(tmp_path / "M").synthetic.by_row == {"none": 5, "partial": 5}


def test_a_forbidden_restriction_refuses_also_what_nobody_knows(a: Path, human: Path, tmp_path: Path) -> None:
    def refused(told: str, restriction: str) -> tuple[str, ...]:
        order = {"assume": [told], "forbid_restriction": [restriction], "dry_run": True}
        return mix(human, out=tmp_path / "M", **order).refusals  # type: ignore[arg-type]  # flags of several kinds

    assert "20 rows carry no-competing-models" in mix(
        a, out=tmp_path / "M", forbid_restriction=["no-competing-models"]
    ).refusals[0]  # fmt: skip
    assert refused("origin=human,license=CC0-1.0", "non-commercial") == ()
    assert refused("origin=human,license=MIT", "non-commercial") == ()
    assert refused("origin=human,license=CC-BY-NC-4.0", "non-commercial")
    assert refused("origin=human,license=unknown", "non-commercial")
    assert refused("origin=human,license=our-own", "non-commercial")
    assert refused("origin=model,model=nobody:m,license=MIT", "no-competing-models")
    with pytest.raises(Mistake, match="no restriction"):
        refused("origin=human,license=MIT", "no-fun")


def test_a_pair_in_two_sources_is_kept_once_and_shared_prompts_are_told(tmp_path: Path) -> None:
    one = made(tmp_path / "one", trails("x", 6))
    two = made(tmp_path / "two", [*trails("x", 4), *trails("x", 5, draft="Yeast?!")[4:], *trails("y", 2)], name="2")

    mixture = mix(two, one, out=tmp_path / "M")

    assert used(mixture) == {"one": 6, "two": 3}
    assert mixture.mix.sources[1].dropped == {"duplicate": 4}
    assert (mixture.mix.duplicates, mixture.mix.shared_prompts) == (4, 5)
    pairs = [row.pair_id for row in load_pairs(tmp_path / "M")]
    assert len(pairs) == len(set(pairs)) == 9
    assert load_manifest(tmp_path / "M").ledger[1].reasons == {"duplicate": 4}


def test_answers_preferred_both_ways_are_told_and_dropped_on_demand(a: Path, tmp_path: Path) -> None:
    calm, loud = "Because of yeast, I think.", "Because of YEAST! I swear."
    turned = lines(tmp_path / "human.jsonl", {"prompt": "a 3?", "chosen": loud, "rejected": calm}, *said(2))

    told = mix(a, turned, out=tmp_path / "M", assume=[HUMAN])
    assert told.mix.contradictions == 1
    assert "preferred one way" in told.notes[-1]
    assert load_manifest(tmp_path / "M").rows.count == 23

    dropped = mix(a, turned, out=tmp_path / "M", assume=[HUMAN], drop_contradictions=True)
    assert dropped.mix.contradictions == 1
    assert [each.dropped for each in dropped.mix.sources] == [{"contradiction": 1}] * 2
    assert "a 3?" not in {row.prompt[0].content for row in load_pairs(tmp_path / "M")}
    assert not any("preferred one way" in note for note in dropped.notes)


def test_a_prompt_of_a_test_split_is_in_no_train_split(tmp_path: Path) -> None:
    every = trails("x", 8)
    test_ids = frozenset(trail.prompt.id for trail in every[:3])
    one = made(tmp_path / "one", every, test_ids=test_ids)
    kin = [
        paired(ask(f"{word} {place}?", group_id="g", license="MIT"), draft="LOUD. Oh.")
        for place, word in enumerate("xz")
    ]
    two = made(tmp_path / "two", [*trails("x", 5, draft="Hm.")[1:], *kin], name="2")

    mixture = mix(one, two, out=tmp_path / "M")

    rows = {row.prompt[0].content for row in _split(tmp_path / "M", "test")}
    assert rows == {"x 0?", "x 1?", "x 2?", "z 1?"}
    assert not rows & {row.prompt[0].content for row in _split(tmp_path / "M", "train")}
    assert mixture.mix.moved_to_test == 4
    assert mixture.splits["test"] == {"one": 3, "two": 4}
    assert load_manifest(tmp_path / "M").rows.splits["test"].count == 7


def _split(folder: Path, split: str) -> Iterator[Row]:
    from constitution.dataset.folder import each_pair

    return (row for row, found in each_pair(folder) if found == split)


def test_a_share_of_the_prompts_of_files_goes_to_test_on_demand(a: Path, human: Path, tmp_path: Path) -> None:
    mixture = mix(a, human, out=tmp_path / "M", assume=[HUMAN], test_share=0.5)

    assert mixture.splits["train"]["a"] == 20
    assert 0 < mixture.splits["test"]["human"] < 5
    assert set(mixture.splits["test"]) == {"human"}


def test_the_simulator_is_never_mixed_in_silently(a: Path, tmp_path: Path) -> None:
    played = made(tmp_path / "played", trails("p", 5, origin="simulator"), name="p")

    assert "simulator" in mix(a, played, out=tmp_path / "M").refusals[0]
    assert not (tmp_path / "M").exists()
    assert mix(a, played, out=tmp_path / "M", with_rehearsal=True).exit_code == 0
    assert load_manifest(tmp_path / "M").counts.rehearsal
    assert mix(played, out=tmp_path / "P").exit_code == 0


def test_a_mixture_of_mixtures_carries_all_that_was_said(a: Path, b: Path, human: Path, tmp_path: Path) -> None:
    clash = contents().constitution.__class__(ref="small@1", name="small", version="1.0.0", content=b"name: other")
    c = made(tmp_path / "c/a", trails("c", 5), name="c", constitution=clash)
    mix(a, human, out=tmp_path / "one", assume=[HUMAN])

    mixture = mix(tmp_path / "one", b, c, out=tmp_path / "two")

    out = tmp_path / "two"
    assert sum(used(mixture).values()) == 42
    assert [each.name for each in load_manifest(out).materials] == ["a", "b", "one", "a"]
    files = {each.file: each for each in load_manifest(out).principles}
    assert len(files) == 2
    for name, each in files.items():
        assert (out / name).read_bytes() == each.content.encode()
    assert sorted(each.ids_used["no-shouting"] for each in files.values()) == [5, 32]
    kept = {path.name for path in (out / "provenance/sources").glob("*.dsse.json")}
    assert {"one.dsse.json", "b.dsse.json", "a.dsse.json"} < kept
    assert len(kept) == 4
    assert verify(out).ok


def test_two_folders_of_one_name_are_told_apart_and_one_dataset_counts_once(a: Path, tmp_path: Path) -> None:
    other = made(tmp_path / "other/a", trails("o", 3), name="o")

    mixture = mix(a, other, out=tmp_path / "M")

    hashes = {f"a-{load_envelope(folder).sha256[:8]}": rows for folder, rows in ((a, 20), (other, 3))}
    assert used(mixture) == hashes
    with pytest.raises(Mistake, match="named twice"):
        mix(a, a, out=tmp_path / "M")


def test_a_mixture_takes_the_place_of_no_source_and_of_no_run(a: Path, b: Path, tmp_path: Path) -> None:
    before = everything(a)

    for out in (a, a / "inside"):
        with pytest.raises(Occupied, match="where a source of it stands"):
            mix(a, out=out)
    with pytest.raises(Occupied, match="dataset of a run"):
        mix(b, out=a)
    with pytest.raises(NotFound):
        mix(tmp_path / "nothing", out=tmp_path / "M")
    mix(b, out=tmp_path / "M")
    mix(a, b, out=tmp_path / "M")

    assert everything(a) == before
    assert load_manifest(tmp_path / "M").rows.count == 32
    signing.sign(signing.SignOrder(out=tmp_path / "M", new_key=tmp_path / "m.key"))
    with pytest.raises(Occupied, match="a dataset that somebody signed"):
        mix(a, b, out=tmp_path / "M")
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_more_rows_than_there_are_are_refused_and_a_dry_run_writes_nothing(a: Path, b: Path, tmp_path: Path) -> None:
    assert "there are 32" in mix(a, b, out=tmp_path / "M", rows=33).refusals[0]
    assert "with these shares there are" in mix(f"{a}=0.5", f"{b}=0.5", out=tmp_path / "M", rows=30).refusals[0]
    assert "used whole" in mix(f"{a}=1", b, out=tmp_path / "M", rows=10).refusals[0]
    planned = mix(a, b, out=tmp_path / "M", rows=30, dry_run=True)
    assert not (tmp_path / "M").exists()

    mix(a, b, out=tmp_path / "M", rows=30)
    assert planned.manifest == load_manifest(tmp_path / "M")


@pytest.mark.parametrize("sources", [("a=0.7", "b=0.2"), ("a=0", "b=1"), ("a=x",), ()])
def test_shares_that_cannot_be_meant_are_refused(sources: tuple[str, ...], tmp_path: Path) -> None:
    with pytest.raises(Mistake):
        mix(*sources, out=tmp_path / "M")


def test_a_declaration_is_read_to_the_letter() -> None:
    assert assumed_of(("h.jsonl:origin=human,source=hub:x/y", "license=MIT")) == {
        "h.jsonl": {"origin": "human", "source": "hub:x/y"},
        "": {"license": "MIT"},
    }
    assert wanted_of("a=0.7").share == Fraction(7, 10)
    for text in ("h.jsonl", "h.jsonl:origin", "h.jsonl:origin="):
        with pytest.raises(Mistake):
            assumed_of((text,))


@pytest.mark.parametrize(
    "told", ["origin=human", "license=MIT", "origin=me,license=MIT", "origin=human,license=MIT,x=y"]
)
def test_a_declaration_that_says_too_little_is_refused(told: str, human: Path, tmp_path: Path) -> None:
    with pytest.raises(Mistake):
        mix(human, out=tmp_path / "M", assume=[told])


def test_the_verb_says_its_figures_and_what_it_refuses(
    a: Path, human: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def say(*words: object) -> tuple[int, str, str]:
        code = main([*map(str, words)])
        said = capsys.readouterr()
        return code, said.out, said.err

    call = ("data", "mix", f"{a}=0.8", f"{human}=0.2", "--out", tmp_path / "M", "--assume", HUMAN)
    code, out, err = say(*call)
    assert code == 0
    assert "a: 20 of 20 rows used, 80.0% of the mixture" in out
    assert "human: labels are declared by you" in err
    code, out, _ = say(*call, "--json", "--max-synthetic", "0.1")
    told = json.loads(out)
    assert (code, told["schema"], told["exit"], told["data"]["written"]) == (1, "constitution/data-mix/1", 1, False)
    assert "80.0%" in told["errors"][0]["message"]
    assert say(*call, "--rows", "0")[0] == 2
    for verb in (("show",), ("review",)):
        code, _, err = say(*verb, tmp_path / "M")
        assert code == 2
        assert "a mixture has no trails" in err


def test_the_front_door_raises_what_it_refuses_and_warns_of_rows_without_labels(
    a: Path, human: Path, tmp_path: Path
) -> None:
    from datasets import concatenate_datasets, load_dataset

    with pytest.raises(Mistake, match="synthetic in part"):
        constitution.mix(a, out=tmp_path / "M", max_synthetic=0)
    mixture = constitution.mix(a, human, out=tmp_path / "M", assume=[HUMAN])

    labelled = load_dataset(str(tmp_path / "M"), split="train", cache_dir=str(tmp_path / "cache"))
    bare = labelled.select_columns([*TEXTS])
    assert (constitution.check(labelled).rows, constitution.check(tmp_path / "M").unlabelled) == (25, 0)
    for data, missing in ((bare, 25), (concatenate_datasets([labelled, bare]), 25), (human, 5), ({"train": bare}, 25)):
        with pytest.warns(UnlabelledRows, match="no provenance"):
            assert constitution.check(data).unlabelled == missing

    (facts,) = constitution.training_data(tmp_path / "M")["datasets"]
    assert facts["root"] == load_manifest(tmp_path / "M").rows.root
    assert facts["sources"] == {"a": 0.8, "human": 0.2}
    assert mixture.manifest is not None
    assert facts["restrictions"] == list(mixture.manifest.dataset.restrictions)
    assert json.loads(json.dumps(facts)) == facts


@pytest.mark.parametrize("assume", [HUMAN.partition(":")[2], {"origin": "human", "license": "MIT"}])
def test_python_takes_one_thing_where_it_takes_several(assume: Any, a: Path, human: Path, tmp_path: Path) -> None:
    mixture = mix([a, human], out=tmp_path / "M", assume=assume)

    assert used(mixture) == {"a": 20, "human": 5}


def test_what_holds_no_rows_cannot_be_checked() -> None:
    with pytest.raises(Mistake, match="int holds no rows"):
        constitution.check(5)
