"""The dataset folder: written beside its place, synced, and put there whole; and read back."""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from pathlib import Path

from constitution.dataset.card import card_of
from constitution.dataset.contents import FolderContents
from constitution.dataset.counts import counts_of
from constitution.dataset.durable import disk_troubles, sync_folder, write_new
from constitution.dataset.exchange import put_in_place
from constitution.dataset.manifest import MANIFEST, json_bytes, load_manifest, manifest_of, principle_file
from constitution.dataset.parquet import read_parquet, write_parquet
from constitution.dataset.replace import ours_to_replace, real, recover, temporary
from constitution.dataset.rows import Row
from constitution.dataset.schema import columns_of, pair_schema, row_from, uses_tools
from constitution.dataset.trails import (
    TRAILS,
    call_schema,
    dropped_rows,
    dropped_schema,
    load_trails,
    trail_rows,
    trail_schema,
)
from constitution.errors import BadFile, ConstitutionError, NotFound

__all__ = ["load_manifest", "load_pairs", "load_trails", "write_folder"]

SPLITS = ("train", "test")
UNSEALED = ("README.md", "provenance/calls.parquet", MANIFEST)
"""Files whose hash is not in the manifest: a hub rewrites the first, the clock is in the second."""


def write_folder(out: Path, contents: FolderContents) -> None:
    """``out`` is the finished dataset of these contents, whatever of ours stood there before.

    Raises ``Occupied``, with nothing touched, where something stands there that is not ours, and ``Stopped``
    where the disk refuses: then the old folder stands as it was, and nothing is left beside it.
    """
    out = real(out)
    recover(out)
    ours_to_replace(out)
    new, aside = temporary(out)
    try:
        with disk_troubles("write the dataset", out):
            out.parent.mkdir(parents=True, exist_ok=True)
            new.mkdir()
            fill(new, contents)
            put_in_place(new, out, aside)
    except ConstitutionError:
        with suppress(ConstitutionError):
            recover(out)
        raise


def fill(folder: Path, contents: FolderContents) -> None:
    """Every file of the dataset is in the empty folder, on the disk."""
    for name in ("data", "provenance", "provenance/principles", "provenance/templates"):
        (folder / name).mkdir()
    counts = counts_of(contents)
    write_tables(folder, contents)
    write_new(folder / principle_file(contents), contents.constitution.content)
    write_new(folder / "provenance/recipe.lock.json", json_bytes(dict(contents.recipe_lock)))
    for name, text in sorted(contents.templates.items()):
        write_new(folder / "provenance/templates" / name, text.encode())
    write_new(folder / MANIFEST, json_bytes(manifest_of(contents, counts, hashes(folder))))
    write_new(folder / "README.md", card_of(contents, counts).encode())
    for above, _, _ in os.walk(folder, topdown=False):
        sync_folder(Path(above))


def write_tables(folder: Path, contents: FolderContents) -> None:
    """The Parquet files: pairs by split, trails, dropped prompts, calls."""
    tools = uses_tools(contents.rows)
    schema = pair_schema(tools=tools)
    for split, rows in contents.splits.items():
        write_parquet(folder / data_file(split), schema, (columns_of(row, tools=tools) for row in rows))
    write_parquet(folder / TRAILS, trail_schema(), trail_rows(contents))
    write_parquet(folder / "provenance/dropped.parquet", dropped_schema(), dropped_rows(contents))
    calls = (call.model_dump(mode="json") for call in contents.calls)
    write_parquet(folder / "provenance/calls.parquet", call_schema(), calls)


def data_file(split: str) -> str:
    """Where the rows of a split stand."""
    return f"data/{split}-00000-of-00001.parquet"


def hashes(folder: Path) -> dict[str, str]:
    """SHA-256 of each file in the folder that the manifest vouches for."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    named = ((path.relative_to(folder).as_posix(), path) for path in files)
    return {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in named if name not in UNSEALED}


def load_pairs(out: Path) -> list[Row]:
    """The rows of a dataset folder, train before test.

    Raises ``NotFound`` where there is no dataset, ``BadFile`` where its rows are not of this version.
    """
    files = [out / data_file(split) for split in SPLITS]
    found = [path for path in files if path.is_file()]
    if not found:
        raise NotFound("there are no pairs here", where=str(out), remedy="name a dataset folder that a run finished")
    return [_row(columns, path) for path in found for columns in read_parquet(path)]


def _row(columns: dict[str, object], path: Path) -> Row:
    try:
        return row_from(columns)
    except (KeyError, ValueError) as error:
        raise BadFile(
            f"a row is not as this version writes it: {error}",
            where=str(path),
            remedy="run again to write the folder anew",
        ) from error
