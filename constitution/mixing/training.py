"""For those who train: a warning where rows without labels come in, and the facts to keep beside a checkpoint."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from constitution.dataset.bundle import file_hash
from constitution.dataset.envelope import ENVELOPE, load_manifest
from constitution.dataset.folder import SPLITS
from constitution.dataset.parquet import read_parquet
from constitution.dataset.statement import Manifest
from constitution.dataset.tables import data_file
from constitution.errors import Mistake, NotFound
from constitution.labels.spec import PROVENANCE
from constitution.mixing.files import is_labelled, rows_of
from constitution.sources.folder import files_in

FACTS = "constitution/training-data/1"


class UnlabelledRows(UserWarning):
    """Rows without provenance go into a training."""


@dataclass(frozen=True)
class Checked:
    """How many rows there are, and how many of them say nothing of who made them."""

    rows: int
    unlabelled: int


def check(data: Any) -> Checked:
    """How many rows bring no labels; a Python warning, ``UnlabelledRows``, where there are some.

    ``data`` is a dataset of the library ``datasets`` (or several in a ``DatasetDict``), any iterable of rows, a dataset
    folder or a file of rows. Labels are looked for, not verified: ``constitution verify`` does that. Raises
    ``NotFound`` and ``BadFile`` for a path that cannot be read, and ``Mistake`` for what holds no rows.
    """
    total = unlabelled = 0
    for labelled in _labels(data):
        total += 1
        unlabelled += not labelled
    if unlabelled:
        warnings.warn(
            f"{unlabelled:,} of {total:,} rows have no provenance: nobody can say who wrote them or under which "
            "licence; constitution data mix --assume declares it",
            UnlabelledRows,
            stacklevel=2,
        )
    return Checked(total, unlabelled)


def _labels(data: Any) -> Iterator[bool]:
    """For each row, whether it brings provenance."""
    if isinstance(data, (str, Path)):
        yield from _of_path(Path(data))
    elif isinstance(data, Mapping):
        for each in data.values():
            yield from _labels(each)
    elif not hasattr(data, "__iter__"):
        raise Mistake(f"{type(data).__name__} holds no rows", remedy="give a dataset, rows, or a path to either")
    else:
        names = getattr(data, "column_names", None)
        if names is not None and PROVENANCE not in names and hasattr(data, "num_rows"):
            yield from (False for _ in range(data.num_rows))
            return
        rows: Iterable[Any] = data.select_columns([PROVENANCE]) if names and PROVENANCE in names else data
        yield from map(is_labelled, rows)


def _of_path(path: Path) -> Iterator[bool]:
    if path.is_file():
        yield from (is_labelled(row) for _, row in rows_of(path)[1])
        return
    if not path.is_dir():
        raise NotFound("there is no such file or folder", where=str(path), remedy="name a dataset folder or a file")
    files = [path / data_file(split) for split in SPLITS if (path / data_file(split)).is_file()]
    if files:
        for file in files:
            yield from (is_labelled(row) for row in read_parquet(file, [PROVENANCE]) or ())
        return
    for file in files_in(path):
        yield from _of_path(file)


def training_data(*folders: str | Path) -> dict[str, Any]:
    """What to write to ``training_data.json`` beside a checkpoint: of each dataset folder the roots and the shares.

    Raises ``NotFound`` and ``BadFile`` for what is no dataset folder. The same folders give the same facts.
    """
    return {"schema": FACTS, "datasets": [_facts(Path(folder)) for folder in folders]}


def _facts(folder: Path) -> dict[str, Any]:
    manifest = load_manifest(folder)
    return {"manifest_sha256": file_hash(folder / ENVELOPE), **facts_of(manifest)}


def facts_of(manifest: Manifest) -> dict[str, Any]:
    """The facts of one dataset: roots, shares, licences, and what it was made from."""
    rows = manifest.rows
    return {
        "name": manifest.dataset.name,
        "version": manifest.dataset.version,
        "rows": rows.count,
        "root": rows.root,
        "splits": {name: {"rows": split.count, "root": split.root} for name, split in rows.splits.items()},
        "synthetic": manifest.synthetic.by_row,
        "sources": {} if manifest.mix is None else manifest.mix.realised,
        "license": manifest.dataset.license,
        "restrictions": list(manifest.dataset.restrictions),
        "models": [model.model for model in manifest.synthetic.models],
        "principles": [{"ref": each.ref, "sha256": each.sha256} for each in manifest.principles],
        "materials": [each.model_dump(mode="json") for each in manifest.materials],
    }
