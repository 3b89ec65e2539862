"""Rehearsal: whether the simulator had a part in a dataset, by its rows, and whether the card still says so."""

from __future__ import annotations

from pathlib import Path

from constitution.dataset.card.body import rehearsal
from constitution.dataset.envelope import load_manifest
from constitution.dataset.layout import CARD
from constitution.errors import BadFile, Mistake

_MARK = r'"(agent|origin)"\s*:\s*"simulator"'
"""How the JSON of a row's provenance says it, however it is spaced."""


def is_rehearsal(out: Path) -> bool:
    """Whether the manifest or any row says that the simulator took part; rows are read a group at a time.

    Raises ``BadFile`` for a data file that is no Parquet, and as ``load_manifest`` does.
    """
    return load_manifest(out).counts.rehearsal or any(map(_played, sorted((out / "data").glob("*.parquet"))))


def _played(path: Path) -> bool:
    import pyarrow
    import pyarrow.compute
    import pyarrow.parquet

    try:
        with pyarrow.parquet.ParquetFile(path) as file:
            for group in range(file.num_row_groups):
                told = file.read_row_group(group, columns=["provenance"]).column(0).cast(pyarrow.string())
                if pyarrow.compute.any(pyarrow.compute.match_substring_regex(told, _MARK)).as_py():
                    return True
    except (OSError, pyarrow.ArrowException) as error:
        raise BadFile(f"cannot be read: {error}", where=str(path), remedy="get the folder again") from error
    return False


def may_go(out: Path, *, forced: bool) -> bool:
    """Whether it is a rehearsal, which goes only where it is forced and its card keeps the watermark.

    Raises ``Mistake`` where it may not go.
    """
    if not is_rehearsal(out):
        return False
    if not forced:
        raise Mistake("the simulator had a part in these rows: they are a rehearsal, and no data to train on",
                      where=str(out), remedy="run with a real model, or say --force-rehearsal")  # fmt: skip
    card = (out / CARD).read_text("utf-8", "replace") if (out / CARD).is_file() else ""
    if rehearsal() not in card:
        raise Mistake("its card does not say that this is a rehearsal", where=str(out / CARD),
                      remedy=f"write the card anew: constitution data card {out}")  # fmt: skip
    return True
