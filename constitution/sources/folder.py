"""A dataset folder: its data files in the order of their names, as other programs and this one write them."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from constitution.core.named import named
from constitution.core.records import Prompt
from constitution.errors import BadFile
from constitution.sources import SOURCES
from constitution.sources.rows import Ignored
from constitution.spool import Spool

KINDS = ("parquet", "jsonl", "csv", "json")
NOTES = ("dataset_info.json", "dataset_infos.json", "state.json", "dataset_dict.json")
"""Files that say something of a dataset and hold none of it."""
OURS = ("provenance/manifest.dsse.json", "provenance/manifest.json")
"""One of them stands in a folder that this program, or an earlier version, wrote; its splits are one set, drawn again
by every run."""


def read(path: Path) -> tuple[Sequence[Prompt], Ignored]:
    """The prompts of ``data/``, or of the folder itself; where files are named for a train split, of those alone.

    Raises ``BadFile`` for a folder without data files, with those of several kinds, and for what a file's own reader
    refuses.
    """
    prompts = Spool(Prompt)
    ignored = Ignored()
    files = files_in(path)
    train = [file for file in files if file.name.startswith("train")]
    ours = any(os.path.isfile(path / name) for name in OURS)
    for file in train if train and not ours else files:
        read_file = named("sources", SOURCES, file.suffix[1:].lower())
        more, unread = read_file(file)
        prompts.extend(more)
        ignored += unread
    return prompts.records(), ignored


def files_in(path: Path) -> list[Path]:
    """The data files of ``data/``, or of the folder itself, by name.

    Raises ``BadFile`` for a folder without any, with those of several kinds, and for one that cannot be read.
    """
    home = path / "data" if os.path.isdir(path / "data") else path
    try:
        inside = sorted(home.iterdir())
    except OSError as error:
        raise BadFile(f"cannot be read: {error.strerror}", where=str(path), remedy="check the path") from error
    # A link to nothing and a pipe are files too: their reader refuses them, and no part of a dataset is passed over.
    fitting = [file for file in inside if file.suffix[1:].lower() in KINDS and file.name not in NOTES]
    files = [file for file in fitting if not os.path.isdir(file)]
    if not files:
        raise BadFile("the folder holds no data files", where=str(home), remedy=_remedy(inside))
    kinds = {file.suffix.lower() for file in files}
    if len(kinds) > 1:
        raise BadFile(
            f"the folder holds files of several kinds: {', '.join(sorted(kinds))}",
            where=str(home),
            remedy="name one of the files",
        )
    return files


def _remedy(inside: list[Path]) -> str:
    if any(file.suffix == ".arrow" for file in inside):
        return "it was saved to be loaded by one library; write it with to_parquet"
    folders = [file.name for file in inside if os.path.isdir(file) and not file.name.startswith(".")]
    if folders:
        return f"name one of its folders: {', '.join(folders[:10])}"
    return f"name a folder that holds files of one kind: {', '.join(KINDS)}"
