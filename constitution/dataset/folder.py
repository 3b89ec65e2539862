"""The dataset folder: written whole from contents that are all there, and read back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from constitution.dataset.contents import FolderContents
from constitution.dataset.envelope import load_envelope, load_manifest, load_statement
from constitution.dataset.growing import growing_folder
from constitution.dataset.parquet import read_parquet
from constitution.dataset.rows import Row
from constitution.dataset.schema import row_from
from constitution.dataset.tables import data_file
from constitution.dataset.trails import load_trails
from constitution.errors import BadFile, NotFound

__all__ = ["each_pair", "load_envelope", "load_manifest", "load_pairs", "load_statement", "load_trails", "write_folder"]

SPLITS = ("train", "test")


def write_folder(out: Path, contents: FolderContents) -> None:
    """``out`` is the finished dataset of these contents, whatever of ours stood there before.

    Raises ``Occupied``, with nothing touched, where something stands there that is not ours, and ``Stopped``
    where the disk refuses: then the old folder stands as it was, and nothing is left beside it.
    """
    calls = list(contents.calls)
    with growing_folder(out, contents) as folder:
        for trail in contents.trails:
            folder.add(trail, calls)
            calls = []  # they stand in the order in which they were given
        folder.finish()


def load_pairs(out: Path) -> list[Row]:
    """The rows of a dataset folder, train before test.

    Raises ``NotFound`` where there is no dataset, ``BadFile`` where its rows are not of this version.
    """
    return [row for row, _ in each_pair(out)]


def each_pair(out: Path) -> Iterator[tuple[Row, str]]:
    """The same with the split of each, a row group in memory at a time; raises as ``load_pairs`` does."""
    found = [(out / data_file(split), split) for split in SPLITS if (out / data_file(split)).is_file()]
    if not found:
        raise NotFound("there are no pairs here", where=str(out), remedy="name a dataset folder that a run finished")
    for path, split in found:
        for columns in read_parquet(path):
            yield _row(columns, path), split


def _row(columns: dict[str, object], path: Path) -> Row:
    try:
        return row_from(columns)
    except (KeyError, ValueError) as error:
        raise BadFile(
            f"a row is not as this version writes it: {error}",
            where=str(path),
            remedy="run again to write the folder anew",
        ) from error
