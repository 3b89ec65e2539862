"""What becomes of labels when a dataset goes through the hands of others: 400 rows, operation by operation.

``pytest -s tests/test_strip.py`` prints the table. A new release of ``datasets`` that loses labels fails here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from constitution.core.trail import Trail
from constitution.dataset.folder import write_folder
from constitution.dataset.index import INDEX
from constitution.dataset.parquet import read_parquet
from constitution.evidence.behind import evidence_behind
from constitution.labels.checking import check_row
from constitution.labels.hashes import pair_name
from constitution.labels.spec import TEXTS
from tests.folders import ask, contents, paired

ROWS, OTHERS = 400, 50


class Kept(NamedTuple):
    """What is left of the labels after an operation."""

    rows: int
    verify: int
    """Rows whose texts and labels are as they were sealed."""
    altered: int
    """Rows that are told to be changed."""
    unlabelled: int
    unreadable: int
    """Rows whose texts nobody can read as messages any more."""
    recovered: int
    """Of the unlabelled, rows whose labels come back from the index by the name of the pair, and verify then."""


TABLE: Mapping[str, Kept] = {
    "map: a column more": Kept(400, 400, 0, 0, 0, 0),
    "map: texts stripped, which changes none": Kept(400, 400, 0, 0, 0, 0),
    "map: texts in lower case": Kept(400, 0, 400, 0, 0, 0),
    "map: all columns but the texts removed": Kept(400, 0, 0, 400, 0, 400),
    "select_columns: the texts": Kept(400, 0, 0, 400, 0, 400),
    "remove_columns: evidence and critique": Kept(400, 400, 0, 0, 0, 0),
    "flatten": Kept(400, 400, 0, 0, 0, 0),
    "filter": Kept(200, 200, 0, 0, 0, 0),
    "shuffle, select": Kept(150, 150, 0, 0, 0, 0),
    "train_test_split": Kept(360, 360, 0, 0, 0, 0),
    "save_to_disk, load_from_disk": Kept(400, 400, 0, 0, 0, 0),
    "to_json, load_dataset": Kept(400, 400, 0, 0, 0, 0),
    "to_parquet, load_dataset": Kept(400, 400, 0, 0, 0, 0),
    "to_pandas, from_pandas": Kept(400, 400, 0, 0, 0, 0),
    "pandas: to_json, load_dataset": Kept(400, 400, 0, 0, 0, 0),
    "to_csv, load_dataset": Kept(400, 0, 0, 0, 400, 0),
    "concatenate with unlabelled rows": Kept(450, 400, 0, 50, 0, 0),
    "interleave with unlabelled rows": Kept(100, 50, 0, 50, 0, 0),
}
"""Operation to what it leaves, as ``datasets`` 5.2.0 does it."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A dataset folder of 400 rows."""
    out = tmp_path_factory.mktemp("strip") / "out"
    trails = (
        seen(paired(ask(f"Why does bread rise, and what of case {number}?", license="CC-BY-4.0", source="kitchen"),
                    draft=f"Because of YEAST! I swear {number}{' and so on' * (number % 7)}.",
                    revision=f"Because of yeast, I think {number}."))
        for number in range(ROWS)
    )  # fmt: skip
    write_folder(out, contents(*trails))
    return out


def seen(trail: Trail) -> Trail:
    """The trail with what stands behind its pair, fractions that do not end among it."""
    assert trail.pair is not None
    found = evidence_behind(trail, rejected=0, chosen=1)
    return trail.but(pair=trail.pair.but(evidence=found, p_chosen=2 / 3, p_basis="votes"))


@pytest.fixture(scope="module")
def index(folder: Path) -> Mapping[str, Mapping[str, Any]]:
    """The folder's index: name of the pair to everything but its texts."""
    return {row["pair_id"]: row for row in read_parquet(folder / INDEX)}


@pytest.fixture(scope="module")
def rows(folder: Path) -> Any:
    """The rows as ``datasets`` loads them."""
    return loaded("parquet", folder / "data/train-00000-of-00001.parquet")


def loaded(kind: str, file: Path) -> Any:
    """A file as ``datasets`` loads it, and keeps nothing of it elsewhere."""
    import datasets

    found = datasets.load_dataset(kind, data_files=str(file), split="train", cache_dir=str(file.parent / "cache"))
    found.info.license = "CC-BY-4.0"
    return found


def human() -> Any:
    """Rows of somebody else, of the texts alone."""
    import datasets

    said = [{name: [{"role": role, "content": f"{name} {number}"}] for name, role in
             zip(TEXTS, ("user", "assistant", "assistant"), strict=True)} for number in range(OTHERS)]  # fmt: skip
    return datasets.Dataset.from_list(said)


def each_text(change: Callable[[str], str]) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """The row with every message of its texts changed."""

    def changed(row: dict[str, Any]) -> dict[str, Any]:
        return {name: [{**message, "content": change(message["content"])} for message in row[name]] for name in TEXTS}

    return changed


def through(operation: str, rows: Any, place: Path) -> Any:
    """The rows after this operation."""
    import datasets

    match operation:
        case "map: a column more":
            return rows.map(lambda row: {"length": len(row["chosen"])})
        case "map: texts stripped, which changes none":
            return rows.map(each_text(str.strip))
        case "map: texts in lower case":
            return rows.map(each_text(str.lower))
        case "map: all columns but the texts removed":
            return rows.map(lambda row: row, remove_columns=[name for name in rows.column_names if name not in TEXTS])
        case "select_columns: the texts":
            return rows.select_columns(list(TEXTS))
        case "remove_columns: evidence and critique":
            return rows.remove_columns(["evidence", "critique"])
        case "flatten":
            return rows.flatten()
        case "filter":
            return rows.filter(lambda row: int(row["prompt"][0]["content"].split()[-1][:-1]) % 2 == 0)
        case "shuffle, select":
            return rows.shuffle(seed=7).select(range(150))
        case "train_test_split":
            return rows.train_test_split(test_size=40, seed=7)["train"]
        case "save_to_disk, load_from_disk":
            rows.save_to_disk(place / "disk")
            return datasets.load_from_disk(place / "disk")
        case "to_json, load_dataset":
            rows.to_json(place / "rows.jsonl")
            return loaded("json", place / "rows.jsonl")
        case "to_parquet, load_dataset":
            rows.to_parquet(place / "rows.parquet")
            return loaded("parquet", place / "rows.parquet")
        case "to_pandas, from_pandas":
            return datasets.Dataset.from_pandas(rows.to_pandas())
        case "pandas: to_json, load_dataset":
            rows.to_pandas().to_json(place / "rows.jsonl", orient="records", lines=True)
            return loaded("json", place / "rows.jsonl")
        case "to_csv, load_dataset":
            rows.to_csv(place / "rows.csv")
            return loaded("csv", place / "rows.csv")
        case "concatenate with unlabelled rows":
            return datasets.concatenate_datasets([rows, human()])
        case _:
            return datasets.interleave_datasets([rows, human()])


def kept(after: Any, index: Mapping[str, Mapping[str, Any]]) -> Kept:
    """What is left of the labels in these rows."""
    found = Counter(sorted_out(row, index) for row in after)
    lost = found["unlabelled"] + found["recovered"]
    return Kept(found.total(), found["verify"], found["altered"], lost, found["unreadable"], found["recovered"])


def sorted_out(row: Mapping[str, Any], index: Mapping[str, Mapping[str, Any]]) -> str:
    """What became of one row; ``recovered`` where an unlabelled one gets its labels back."""
    kinds = {flaw.kind for flaw in check_row(row).flaws} - {"unsigned", "restrictions"}
    if not row.get("provenance") or "unlabelled" in kinds:
        return "recovered" if restored(row, index) else "unlabelled"
    if "unreadable" in kinds:
        return "unreadable"
    return "altered" if kinds else "verify"


def restored(row: Mapping[str, Any], index: Mapping[str, Mapping[str, Any]]) -> bool:
    """Whether the index holds labels for the texts of this row, with which it verifies."""
    labels = index.get(pair_name(row))
    return labels is not None and not check_row({**row, **labels}).flaws


@pytest.mark.parametrize("operation", TABLE)
def test_labels_survive_or_are_missed(
    operation: str, rows: Any, index: Mapping[str, Mapping[str, Any]], tmp_path: Path
) -> None:
    found = kept(through(operation, rows, tmp_path), index)

    print(f"{operation:42} {'  '.join(f'{name} {value}' for name, value in found._asdict().items())}")
    assert found == TABLE[operation]


def test_what_the_library_says_of_a_licence_is_not_to_be_trusted(rows: Any, tmp_path: Path) -> None:
    import datasets

    rows.to_parquet(tmp_path / "rows.parquet")
    again = datasets.load_dataset("parquet", data_files=str(tmp_path / "rows.parquet"), split="train",
                                  cache_dir=str(tmp_path))  # fmt: skip
    joined = datasets.concatenate_datasets([rows, human()])

    assert not again.info.license, "it is lost with the first file"
    assert joined.info.license == "CC-BY-4.0", "it is said of rows that it was never said of"
    assert [row["license"] for row in joined][-OTHERS:] == [None] * OTHERS, "the column says it of its own rows alone"
