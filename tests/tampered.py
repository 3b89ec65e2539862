"""A signed dataset, and what people may do to one: what the tests of verification share."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from constitution.core.digest import canonical
from constitution.dataset.contents import ConstitutionFile
from constitution.dataset.folder import write_folder
from constitution.dataset.leaves import LEAVES
from constitution.dataset.parquet import GrowingParquet, read_parquet
from constitution.dataset.schema import pair_schema
from constitution.labels.hashes import message_hash, pair_name, sealed
from constitution.labels.spec import PARTED
from constitution.labels.tree import root_of
from constitution.signing.edition import Edition
from constitution.signing.keys import PrivateKey, new_key
from constitution.signing.sign import sign_folder
from tests.folders import ask, contents, paired

NOW = "2026-11-21T08:00:00Z"
TRAIN = "data/train-00000-of-00001.parquet"
TEST = "data/test-00000-of-00001.parquet"
PRINCIPLES = "provenance/principles/small@1.0.0.yaml"
Row = dict[str, Any]


def dataset(out: Path, rows: int = 24, about: str = "bread", test: int = 4) -> Path:
    """A dataset with so many rows, the last few of them in the test split."""
    prompts = [ask(f"Why does {about} {n} rise?", source="kitchen", license="CC-BY-4.0", origin="human")
               for n in range(rows)]  # fmt: skip
    trails = [
        paired(prompt, draft=f"Because of YEAST! I swear, {n} times.", revision=f"Because of yeast, {n} times.")
        for n, prompt in enumerate(prompts)
    ]
    text = b"name: small\nprinciples:\n  - id: no-shouting\n  - id: no-certainty\n"
    principles = ConstitutionFile(ref="small@1", name="small", version="1.0.0", content=text)
    held_out = frozenset(prompt.id for prompt in prompts[rows - test :])
    write_folder(out, contents(*trails, constitution=principles, test_ids=held_out))
    return out


def signed(out: Path, key: PrivateKey, **edition: Any) -> Path:
    """The same folder with a signature."""
    sign_folder(out, key, Edition(**edition), NOW)
    return out


def key_in(folder: Path, name: str) -> tuple[PrivateKey, Path]:
    """A new key, and where its public half lies."""
    return new_key(folder / name), folder / f"{name}.pub"


def rows_of(out: Path, file: str = TRAIN) -> list[Row]:
    """The rows of a data file, their JSON columns as objects."""
    rows = list(read_parquet(out / file))
    return [{**row, **{name: json.loads(row[name]) for name in ("provenance", "evidence") if row[name]}}
            for row in rows]  # fmt: skip


def put_rows(out: Path, rows: list[Row], file: str = TRAIN, without: tuple[str, ...] = ()) -> None:
    """The data file holds these rows."""
    import pyarrow as pa

    schema = pair_schema(tools=False)
    schema = pa.schema([field for field in schema if field.name not in without])
    (out / file).unlink(missing_ok=True)
    table = GrowingParquet(out / file, schema)
    for row in rows:
        told = {name: canonical(row[name]).decode() if row[name] is not None else None
                for name in ("provenance", "evidence")}  # fmt: skip
        table.add({**row, **told})
    table.close()


def edit_row(change: Callable[[Row], Any], place: int = 3) -> Callable[[Path], None]:
    """What changes one row of the train split and nothing else."""

    def edit(out: Path) -> None:
        rows = rows_of(out)
        change(rows[place])
        put_rows(out, rows)

    return edit


def resealed(row: Row) -> None:
    """Every hash in the row is that of what the row says now."""
    row["pair_id"] = pair_name(row)
    for part in row["provenance"]["parts"]:
        text, _, place = part["path"].partition("/")
        part["sha256"] = message_hash(row[text][int(place)])
    assert {part["path"].partition("/")[0] for part in row["provenance"]["parts"]} <= set(PARTED)
    row["provenance"] = sealed(row, row["provenance"])


def one_letter(row: Row) -> None:
    """Another letter in the chosen answer."""
    row["chosen"][0]["content"] = row["chosen"][0]["content"].replace("yeast", "yeasty")


def relisted(out: Path) -> str:
    """The list of leaves is that of the rows as they are now; what root they give."""
    files = [out / file for file in (TRAIN, TEST) if (out / file).exists()]
    leaves = sorted(json.loads(row["provenance"])["row_sha256"] for file in files for row in read_parquet(file))
    (out / LEAVES).write_text("".join(f"{leaf}\n" for leaf in leaves))
    return root_of(map(bytes.fromhex, leaves))


def copied(out: Path, to: Path) -> Path:
    """A copy to be tampered with."""
    shutil.copytree(out, to)
    return to
