"""Terms: what ``constitution.toml`` says of models' providers, and where a dataset tells it."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

import constitution
from constitution.api.terms import MAX_BYTES, conditions_of
from constitution.dataset.folder import load_manifest, load_pairs, load_statement, write_folder
from constitution.dataset.rows import row_of
from constitution.errors import BadFile
from constitution.labels.spec import RESTRICTIONS
from constitution.labels.terms import SHIPPED, Terms, in_order, terms_of
from constitution.providers.endpoints import read_settings
from tests.folders import ask, contents, everything, paired

LLAMA = """\
[terms.llama]
models = ["local:llama-*", "openai:small-draft"]
url = "https://example.org/llama"
restrictions = ["attribution", "non-commercial"]
retrieved = 2026-11-01
file = "terms/llama.txt"
"""
TEXT = b"You may.\r\nOr not.\xff"
OWN = Terms(
    id="llama",
    models=("local:llama-*", "openai:small-draft"),
    url="https://example.org/llama",
    restrictions=("attribution", "non-commercial"),
    retrieved="2026-11-01",
    sha256=hashlib.sha256(TEXT).hexdigest(),
    file="provenance/terms/llama.txt",
)


def project(root: Path, toml: str = LLAMA) -> Path:
    """A project with these terms and one text of terms."""
    (root / "terms").mkdir(exist_ok=True)
    (root / "terms" / "llama.txt").write_bytes(TEXT)
    (root / "constitution.toml").write_text(toml, encoding="utf-8")
    return root


def read(root: Path) -> Any:
    """The conditions that hold in the project."""
    return conditions_of(read_settings(root / "constitution.toml").terms, root)


def test_terms_of_the_project_come_before_the_shipped_ones_with_their_text_hashed(tmp_path: Path) -> None:
    found = read(project(tmp_path))

    assert found.terms == (OWN, *SHIPPED)
    assert found.texts == {"llama": TEXT}
    assert terms_of("openai", "small-draft", found.terms) == OWN
    assert terms_of("openai", "large", found.terms) == SHIPPED[1]
    assert terms_of("local", "qwen", found.terms) is None


def test_a_project_may_say_for_itself_what_the_shipped_terms_are() -> None:
    own = Terms(id="openai-services", models=("openai:o*",))

    assert in_order([own]) == (own, SHIPPED[0])


def test_without_terms_nothing_of_a_run_is_called_otherwise(tmp_path: Path) -> None:
    assert read(tmp_path).inputs == {}
    assert set(read(project(tmp_path)).inputs) == {"terms"}


@pytest.mark.parametrize(
    ("edit", "line", "key"),
    [
        (('models = ["local:llama-*", "openai:small-draft"]', 'models = ["llama-*"]'), 2, "terms.llama.models"),
        (('models = ["local:llama-*", "openai:small-draft"]', "models = []"), 2, "terms.llama.models"),
        (('"non-commercial"', '"no-fun"'), 4, "terms.llama.restrictions"),
        (("2026-11-01", '"2026-02-30"'), 5, "terms.llama.retrieved"),
        (("2026-11-01", '"soon"'), 5, "terms.llama.retrieved"),
        (("url", "web"), 3, "terms.llama.web"),
        (("[terms.llama]", "[terms.'A B']"), 1, "terms.A B"),
    ],
)
def test_a_mistake_in_terms_is_named_with_its_line(edit: tuple[str, str], line: int, key: str, tmp_path: Path) -> None:
    with pytest.raises(BadFile) as raised:
        read(project(tmp_path, LLAMA.replace(*edit)))

    assert f"constitution.toml:{line}: {key}" in raised.value.sentence
    assert "terms are [terms.NAME]" in raised.value.sentence
    assert all(name in raised.value.sentence for name in RESTRICTIONS)


@pytest.mark.parametrize("file", ["../secret.txt", "/etc/hostname", "terms/none.txt", "terms", "a\\u0000b", "large"])
def test_a_text_that_is_no_file_of_the_project_is_refused(file: str, tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("not ours")
    (tmp_path / "here").mkdir()
    root = project(tmp_path / "here", LLAMA.replace("terms/llama.txt", file))
    (root / "large").write_bytes(b" " * (MAX_BYTES + 1))

    with pytest.raises(BadFile, match=r"constitution\.toml: terms\.llama\.file"):
        read(root)


def test_terms_stand_in_rows_manifest_and_files_where_a_model_of_theirs_took_part(tmp_path: Path) -> None:
    given = contents(paired(ask(license="MIT")), terms=(OWN, *SHIPPED), terms_texts={"llama": TEXT, "other": b"x"})
    write_folder(tmp_path, given)
    (row,) = load_pairs(tmp_path)
    files = everything(tmp_path)

    steps = {step["id"]: step.get("terms") for step in row.provenance["steps"]}
    assert (steps["s0"], steps["s1"], steps["s3"]) == (None, "llama", "openai-services")
    assert row.provenance["restrictions"] == ["no-competing-models", "non-commercial", "attribution"]
    manifest = load_manifest(tmp_path)
    assert manifest.terms == (OWN, SHIPPED[1])
    assert list(manifest.dataset.restrictions) == row.provenance["restrictions"]
    assert files["provenance/terms/llama.txt"] == TEXT
    told = json.loads(files["provenance/terms/openai-services.json"])
    assert (told["url"], told["retrieved"]) == (SHIPPED[1].url, "")
    assert {name for name in files if "/terms/" in name} <= set(load_statement(tmp_path).files)
    assert "provenance/terms/other.txt" not in files


def test_a_model_under_no_terms_is_told_as_unknown(tmp_path: Path) -> None:
    write_folder(tmp_path, contents(paired(ask()), terms=()))
    (row,) = load_pairs(tmp_path)
    manifest = load_manifest(tmp_path)

    assert {step["terms"] for step in row.provenance["steps"] if step["agent"] == "model"} == {"unknown"}
    assert {share.terms for share in manifest.synthetic.models} == {"unknown"}
    assert manifest.terms == ()
    assert not (tmp_path / "provenance/terms").exists()


def test_the_dataset_of_a_run_is_that_of_its_folder_to_the_letter_under_the_projects_terms(tmp_path: Path) -> None:
    root = project(tmp_path, LLAMA.replace('"local:llama-*"', '"*:gpt-*"'))
    brought = [{"text": "You idiot. Take a coat.", "origin": "model", "model": "gpt-9"}, {"text": "Take a coat."}]
    rows = [{"prompt": f"Will it rain at {hour}?", "candidates": brought} for hour in ("noon", "one")]

    done = constitution.run("label", prompts=rows, ledger=root / "l.db", root=root, out=root / "out")

    folder = load_pairs(root / "out")
    assert {step.get("terms") for row in folder for step in row.provenance["steps"]} == {"llama", None}
    assert {(row.rejected_origin, row.rejected_model) for row in folder} == {("model", "gpt-9")}
    assert [row["provenance"] for row in done.dataset()] == [row.provenance for row in folder]
    assert [row["provenance"] for row in constitution.load_run(root / "out").dataset()] == [
        r.provenance for r in folder
    ]
    assert [row_of(view.trail, engine=done.engine, terms=done.terms) for view in done.pairs] == folder
    assert load_manifest(root / "out").inputs["terms"] == read(root).inputs["terms"]
    assert (root / "out/provenance/terms/llama.txt").read_bytes() == TEXT
