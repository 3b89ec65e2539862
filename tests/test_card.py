"""The dataset card: counted from the rows, checked against them, and the owner's words in it never touched."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from constitution.api.data.carding import card
from constitution.cli import main
from constitution.dataset.card import CLOSING, OPENING, body_of, card_of
from constitution.dataset.card.owner import read_card, rewritten, unlike_card
from constitution.dataset.folder import load_manifest, load_pairs, write_folder
from constitution.dataset.recount import differing, recounted
from constitution.dataset.statement import Manifest
from constitution.errors import BadFile, Mistake, NotFound, Occupied
from tests.folders import ask, contents, everything, paired, restate, unpaired

DATA = "data/train-00000-of-00001.parquet"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of three rows and one prompt that made none."""
    trails = (
        paired(ask("Why?", origin="human", license="MIT", source=f"kind/asker@{'a' * 40}")),
        paired(ask("How?", origin="model", license="CC-BY-NC-4.0", source="b")),
        paired(ask("When?", origin="model", license="MIT", source="b")),
        unpaired(),
    )
    folder = tmp_path_factory.mktemp("made") / "out"
    write_folder(folder, contents(*trails))
    return folder


@pytest.fixture
def out(made: Path, tmp_path: Path) -> Path:
    """A copy of it to do anything with."""
    return Path(shutil.copytree(made, tmp_path / "out"))


def text(folder: Path) -> str:
    """The card of the folder."""
    return (folder / "README.md").read_text()


def head(folder: Path) -> dict[str, Any]:
    """Its front matter."""
    said: dict[str, Any] = yaml.safe_load(text(folder).split("---\n")[1])
    return said


def without_first_row(folder: Path) -> None:
    """The data file lacks a row that the manifest tells of."""
    pq.write_table(pq.read_table(folder / DATA).slice(1), folder / DATA)


def test_the_card_of_a_run_says_what_can_be_counted_in_its_rows(out: Path) -> None:
    rows, said = load_pairs(out), text(out)
    full = sum(row.synthetic == "full" for row in rows)
    by_licence = Counter(row.license for row in rows)
    writers = Counter(row.chosen_model for row in rows)

    assert f"**{full} of {len(rows)} rows fully synthetic, {len(rows) - full} partly" in said
    assert all(f"| {name} | {count} |\n" in said for name, count in by_licence.items())
    assert all(f"| {name} | openai | {count} | 0 | 0 | 0 |\n" in said for name, count in writers.items())
    assert f"| no-shouting | {len(rows)} |" in said
    assert "| non-commercial | a licence of a part allows no commercial use | 1 |" in said
    assert "openai-services: the terms of a model that took part forbid" in said
    assert "not read for this program" in said
    assert f"--expect-root {load_manifest(out).rows.root}" in said


def test_the_front_matter_says_what_the_hub_asks_for(out: Path) -> None:
    said = head(out)

    assert said["annotations_creators"] == ["machine-generated"]
    assert said["language_creators"] == ["machine-generated", "other"]
    assert said["source_datasets"] == ["kind/asker", "original"]
    assert (said["license"], said["license_name"]) == ("other", "several-see-the-license-column")
    assert said["size_categories"] == ["n<1K"]
    assert said["tags"][0] == "synthetic"


def test_people_who_ruled_are_named_as_experts_in_the_front_matter(out: Path) -> None:
    told = load_manifest(out)

    assert "- expert-generated" in card_of(told.but(counts=told.counts.but(reviewed=1)))


def test_a_fresh_folder_is_as_its_rows_say_with_and_without_its_trails(out: Path) -> None:
    before = everything(out)

    assert card(out, check=True).findings == ()
    assert card(out).written is False
    assert everything(out) == before
    (out / "trails.parquet").unlink()
    assert card(out, check=True).findings == ()


def test_rows_that_went_are_missed_in_manifest_and_card(out: Path) -> None:
    without_first_row(out)
    found = card(out, check=True)
    figures = {each.figure: (each.told, each.found) for each in found.manifest}

    assert figures["rows.count"] == (3, 2)
    assert figures["counts.synthetic.partial"] == (1, 0)
    assert "rows.root" in figures
    assert figures["counts.rows"] == (3, 2)
    assert any("2 of 3 rows fully synthetic" in each.says for each in found.card)
    assert 'the manifest says "3" for rows.count, the rows say "2"' in found.findings


def test_a_card_that_is_written_again_says_what_the_rows_say_and_not_what_the_manifest_says(out: Path) -> None:
    without_first_row(out)
    done = card(out)

    assert done.written
    assert "**2 of 2 rows fully synthetic" in text(out)
    assert all(finding.startswith("the manifest says") for finding in done.findings)
    assert card(out, check=True).card == ()


def test_a_manifest_that_says_otherwise_is_named_figure_by_figure(out: Path) -> None:
    def flatter(payload: dict[str, Any]) -> None:
        payload["predicate"]["synthetic"]["by_row"]["none"] = 3
        payload["predicate"]["dataset"]["license"] = "MIT"
        payload["predicate"]["review"]["reviewed"] = 3

    restate(out, flatter)

    assert {each.figure: (each.told, each.found) for each in card(out, check=True).manifest} == {
        "synthetic.by_row.none": (3, 0),
        "dataset.license": ("MIT", "CC-BY-NC-4.0 AND MIT"),
        "review.reviewed": (3, 0),
    }


@pytest.mark.parametrize(
    ("was", "becomes", "named"),
    [
        ("license: other", "license: mit", 'license: says "mit" for "other"'),
        ("license_name: several", "# license_name: several", "license_name: lacks"),
        ("- synthetic\n", "", "tags: says"),
        ("| no-shouting | 3 |", "| no-shouting | 2 |", 'says "| no-shouting | 2 |" for "| no-shouting | 3 |"'),
        ("## Known gaps\n", "", 'lacks "## Known gaps"'),
        ("## Known gaps\n", "## Known gaps\nNone.\n", '"None." is too much'),
    ],
)
def test_each_figure_that_a_hand_or_a_hub_changed_is_named_and_put_right(
    out: Path, was: str, becomes: str, named: str
) -> None:
    before = text(out)
    assert was in before
    (out / "README.md").write_text(before.replace(was, becomes))

    assert any(named in finding for finding in card(out, check=True).findings)
    assert text(out) == before.replace(was, becomes)
    assert card(out).written
    assert card(out, check=True).findings == ()


def test_a_line_is_named_by_its_number(out: Path) -> None:
    lines = text(out).split("\n")
    place = next(number for number, line in enumerate(lines, start=1) if line.startswith("| no-shouting"))
    (out / "README.md").write_text(text(out).replace("| no-shouting | 3 |", "| no-shouting | 2 |"))

    assert [each.where for each in card(out, check=True).card] == [f"{out / 'README.md'}:{place}"]


def test_what_the_owner_wrote_is_kept_word_for_word(out: Path) -> None:
    own = text(out)
    own = own.replace("---\npretty_name: small\n", "---\n# mine\npretty_name: Our bread\nlanguage: [en]  # English\n")
    own = own.replace("configs:\n", "# how to load\nconfigs:\n")
    own = own.replace("task_categories:\n", "# what for\ntask_categories:\n").replace("n<1K", "n<9K")
    own = own.replace("- synthetic\n", "- synthetic\n- bread\n", 1).replace("# small\n", "# Our bread\n\nHello.  \n")
    own += "\n## Contact\n\nbread@example.org"
    (out / "README.md").write_text(own)
    assert len(card(out, check=True).findings) == 1  # the size
    without_first_row(out)
    card(out)
    now = text(out)

    for kept in (
        "# mine\npretty_name: Our bread\nlanguage: [en]  # English\n",
        "- bread\n",
        "# Our bread\n\nHello.  \n",
    ):
        assert kept in now
    assert now.endswith(f"{CLOSING}\n\n## Contact\n\nbread@example.org")


def test_other_ends_of_lines_are_no_difference_and_stay(out: Path) -> None:
    windows = text(out).replace("\n", "\r\n").encode()
    (out / "README.md").write_bytes(windows)

    assert card(out, check=True).findings == ()
    assert card(out).written is False
    assert (out / "README.md").read_bytes() == windows


def test_a_card_without_marks_gets_the_block_at_its_end_and_that_is_said(
    out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (out / "README.md").write_text("# All mine\n\nRead me.")

    assert main(["data", "card", str(out), "--check"]) == 1
    assert f"a block between {OPENING} and {CLOSING}" in capsys.readouterr().out
    assert main(["data", "card", str(out)]) == 0
    assert "it was added at the end" in capsys.readouterr().err
    assert f"# All mine\n\nRead me.\n\n{OPENING}\n" in text(out)
    assert text(out).startswith("---\npretty_name: small\n")
    assert main(["data", "card", str(out), "--check"]) == 0


@pytest.mark.parametrize(
    ("was", "becomes", "what"),
    [
        (OPENING, "", "not there once each"),
        (CLOSING, f"{CLOSING}\n{OPENING}", "not there once each"),
        ("pretty_name: small", "pretty_name: 'small", "no YAML"),
        ("pretty_name: small", "license: mit\npretty_name: small", "says license twice"),
        ("pretty_name: small", "- small", "no YAML"),
    ],
)
def test_a_card_of_which_nobody_can_tell_what_is_whose_is_left_alone(
    out: Path, was: str, becomes: str, what: str
) -> None:
    own = text(out).replace(was, becomes)
    (out / "README.md").write_text(own)

    with pytest.raises(BadFile, match=what):
        card(out)
    assert text(out) == own


def test_a_card_that_is_not_there_is_missed_and_written(out: Path) -> None:
    before = text(out)
    (out / "README.md").unlink()

    assert card(out, check=True).findings
    assert not (out / "README.md").exists()
    card(out)
    assert text(out) == before


def test_the_card_goes_elsewhere_and_over_nothing_that_is_no_card(out: Path, tmp_path: Path) -> None:
    (out / "README.md").write_text(text(out) + "\nMine.\n")
    own = text(out)
    card(out, file=tmp_path / "card.md")

    assert (tmp_path / "card.md").read_text() == own
    assert text(out) == own
    assert card(out, file=tmp_path / "card.md", check=True).findings == ()
    (tmp_path / "notes.md").write_text("notes")
    with pytest.raises(Occupied):
        card(out, file=tmp_path / "notes.md")
    for inside in ("label.html", "provenance/card.md"):
        with pytest.raises(Mistake):
            card(out, file=out / inside)
    with pytest.raises(Mistake, match="is a folder"):
        card(out, file=tmp_path)


def test_what_cannot_be_counted_is_an_error_and_not_a_card(out: Path) -> None:
    before = text(out)
    table = pq.read_table(out / DATA)
    place = table.column_names.index("provenance")
    stripped = table.set_column(place, "provenance", [['{"spec": "pairprov/1"}'] * table.num_rows])
    pq.write_table(stripped, out / DATA)

    with pytest.raises(BadFile, match="labels of row 0"):
        card(out)
    assert text(out) == before
    with pytest.raises(NotFound):
        card(out / "nowhere")


def test_the_command_says_each_finding_and_gives_one_document(out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["data", "card", str(out), "--check"]) == 0
    assert "checked, rows: 3, root " in capsys.readouterr().out
    (out / "README.md").write_text(text(out).replace("license: other", "license: mit"))
    assert main(["data", "card", str(out), "--check", "--json"]) == 1
    document = json.loads(capsys.readouterr().out)

    assert (document["schema"], document["ok"], document["exit"]) == ("constitution/data-card/1", False, 1)
    assert document["data"]["card"] == [{"where": f"{out / 'README.md'}: license", "says": "mit", "should": "other"}]
    assert 'says "mit" for "other"' in document["errors"][0]["message"]


def test_the_card_of_a_mixture_says_how_it_was_mixed(out: Path) -> None:
    mix = {"sources": [
        {"name": "ours", "rows_in": 9, "rows_used": 2, "verified": "INTACT"},
        {"name": "x|y.jsonl", "rows_in": 5, "rows_used": 1, "verified": "ASSUMED", "assumed": {"origin": "human"}},
    ], "requested": {"ours": 0.6, "x|y.jsonl": 0.4}, "contradictions": 2}  # fmt: skip
    gates = [{"gate": "read", "order": 0, "in": 14, "out": 14, "dropped": 0, "reasons": {}},
             {"gate": "draw", "order": 1, "in": 14, "out": 3, "dropped": 11, "reasons": {"not_drawn": 11}}]  # fmt: skip
    told = load_manifest(out)
    said = card_of(Manifest.model_validate({
        **told.model_dump(by_alias=True), "recipe": None, "mix": mix, "ledger": gates,
        "materials": [{"name": f"good/bread@{'b' * 40}", "rows": 9, "root": "c" * 64}],
    }))  # fmt: skip

    assert "| ours | 9 | 2 | 60.0% | 66.7% | verified: INTACT |" in said
    assert "| x\\|y.jsonl | 5 | 1 | 40.0% | 33.3% | declared by the mixer: origin=human |" in said
    assert "labels of 1 of 3 rows were declared by the mixer" in said
    assert "another B to A): 2." in said
    assert "| draw | 14 | 3 | 11 | not_drawn 11 |" in said
    assert f"| good/bread@{'b' * 40} | 9 | {'c' * 64} |" in said
    assert "- good/bread\n" in said
    assert "Prompts in:" not in said.split("## ")[0]


def test_a_folder_that_was_mixed_is_as_its_rows_say(out: Path, tmp_path: Path) -> None:
    said = [{"prompt": f"What is {number}?", "chosen": "A number.", "rejected": f"No {number}."} for number in range(3)]
    (tmp_path / "people.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in said))
    declared = "origin=human,license=CC-BY-4.0"
    given = [str(out), str(tmp_path / "people.jsonl"), "--assume", declared, "--out", str(tmp_path / "mixed"), "-q"]

    assert main(["data", "mix", *given]) == 0
    assert card(tmp_path / "mixed", check=True).findings == ()
    assert (
        "In 3 of 6 rows, which answer is better came with the source, and nothing here says who held it to be so."
        in text(tmp_path / "mixed")
    )
    assert "**2 of 6 rows fully synthetic, 1 partly, 3 not at all; 0 unknown.**" in text(tmp_path / "mixed")


def test_rows_of_people_alone_are_never_called_judged_or_bound_by_a_model(tmp_path: Path) -> None:
    said = [{"prompt": f"What is {number}?", "chosen": "A number.", "rejected": f"No {number}."} for number in range(3)]
    (tmp_path / "people.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in said))
    given = [str(tmp_path / "people.jsonl"), "--assume", "origin=human,license=CC-BY-4.0"]
    assert main(["data", "mix", *given, "--out", str(tmp_path / "mixed"), "-q"]) == 0

    label = (tmp_path / "mixed/label.html").read_text()
    for page in (label, text(tmp_path / "mixed")):
        assert "those of machines" not in page
        assert "Terms of the models" not in page
        assert "In every row, which answer is better came with the source" in page
    assert "The judge turned round" not in text(tmp_path / "mixed")
    assert "put together of 1 source." in text(tmp_path / "mixed")


def test_a_folder_without_rows_has_a_card_that_says_nothing_of_rows(tmp_path: Path) -> None:
    write_folder(tmp_path / "out", contents(unpaired()))
    said = text(tmp_path / "out")

    assert "**There are no rows.** Prompts in: 1. Preference pairs out: 0." in said
    assert "- There are no rows: " in said
    assert "0 of 0" not in said
    assert "In each, judges" not in said


def test_where_nobody_said_who_wrote_an_answer_the_card_leaves_open_who_judged_it(tmp_path: Path) -> None:
    write_folder(tmp_path / "out", contents(paired(origin="unknown")))
    said = text(tmp_path / "out")

    gap = "- Where nobody said who or which model wrote an answer, its own writer may have judged it."
    assert gap in said
    told = load_manifest(tmp_path / "out")
    unnamed = told.synthetic.models[0].but(model="unknown", chosen=1)
    known = told.counts.but(parts={**told.counts.parts, "chosen": {"model": 1}, "rejected": {"model": 1}})
    assert gap in card_of(told.but(counts=known, synthetic=told.synthetic.but(models=(unnamed,))))
    assert gap not in card_of(told.but(counts=known, synthetic=told.synthetic.but(models=())))
    assert "nobody said of every answer who did" in card_of(told.but(synthetic=told.synthetic.but(models=())))


def test_the_front_matter_is_read_by_the_library_of_the_hub_and_given_back_the_same(out: Path) -> None:
    from huggingface_hub import DatasetCard

    read = DatasetCard.load(out / "README.md")

    assert read.data.to_dict() == head(out)
    assert yaml.safe_load(read.data.to_yaml()) == head(out)
    assert read.content == text(out)
    assert (read.data.license, read.data.size_categories) == ("other", ["n<1K"])
    assert read.data["configs"][0]["data_files"] == [{"split": "train", "path": "data/train-*.parquet"}]


def test_terms_that_nobody_said_are_called_unknown(out: Path) -> None:
    told = load_manifest(out)
    models = tuple(each.but(terms="unknown") for each in told.synthetic.models)
    said = card_of(told.but(terms=(), synthetic=told.synthetic.but(models=models)))

    assert "unknown: nobody said which terms hold" in said
    assert f"Of {len(models)} of {len(models)} models nobody said on which terms they answer." in said


def test_recounting_a_folder_gives_its_manifest_again(out: Path) -> None:
    told = load_manifest(out)

    assert recounted(out, told) == told
    assert differing(told, told) == []


KEYS = st.dictionaries(
    st.from_regex(r"[a-z]{1,8}_own", fullmatch=True),
    st.one_of(st.text(max_size=20), st.integers(), st.lists(st.text(max_size=9), max_size=3), st.none()),
    max_size=4,
)
PROSE = st.text(st.characters(codec="utf-8", exclude_characters="\r"), max_size=60).filter(
    lambda said: not any(line.strip() in (OPENING, CLOSING) for line in said.split("\n"))
)


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Manifest:
    """The manifest of a small folder."""
    folder = tmp_path_factory.mktemp("card") / "out"
    write_folder(folder, contents())
    return load_manifest(folder)


@settings(max_examples=25)
@given(keys=KEYS, before=PROSE, after=PROSE, marked=st.booleans())
def test_whatever_the_owner_wrote_it_stays_and_a_second_writing_changes_nothing(
    told: Manifest, keys: dict[str, Any], before: str, after: str, marked: bool
) -> None:
    yours = yaml.safe_dump(keys, allow_unicode=True) if keys else ""
    block = f"\n{OPENING}\nold\n{CLOSING}\n{after}" if marked else ""
    once = rewritten(read_card(f"---\n{yours}---\n{before}{block}", "card"), told)
    again = read_card(once, "card")

    assert rewritten(again, told) == once
    assert unlike_card(again, told) == []
    assert again.block == body_of(told)
    assert again.before.startswith(before)
    assert again.after == (after if marked else "")
    assert (again.head or "").startswith(yours)


def test_an_edited_answer_is_not_counted_as_the_row_that_was_sealed(tmp_path: Path) -> None:
    out = tmp_path / "out"
    write_folder(out, contents())
    file = out / "data/train-00000-of-00001.parquet"
    rows = pq.read_table(file)
    edited = [[{"role": "assistant", "content": "Because of magic."}]] * rows.num_rows
    place = rows.column_names.index("chosen")
    pq.write_table(
        rows.set_column(place, rows.schema.field("chosen"), pa.array(edited, rows.schema.field("chosen").type)), file
    )

    told = card(out, check=True)

    assert told.root != load_manifest(out).rows.root
    assert any("rows.root" in finding for finding in told.findings)
