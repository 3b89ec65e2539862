"""The layout of a dataset folder: what its files are called, and which paths in it are ours to write and to delete."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

CARD = "README.md"
TRAILS = "trails.parquet"
DROPPED = "provenance/dropped.parquet"
CALLS = "provenance/calls.parquet"
"""When each reply came: no run may vouch for it, since it changes with the clock; a signer can."""

_LAYOUT = re.compile(
    r"README\.md|label\.html|trails\.parquet|\.constitution-(run|progress)\.json(\.new)?"
    r"|data(/(train|test)-\d{5}-of-\d{5}\.parquet)?"
    r"|provenance(/(manifest(\.dsse)?\.json|recipe\.lock\.json|(calls|dropped|index)\.parquet|leaves\.txt|ledger\.jsonl"
    r"|(principles|templates|terms|keys|sources)(/[^/]+)?))?"
)
"""Paths that are ours to write, and so ours to delete."""
LITTER = {".DS_Store"}
"""Left by file browsers; nobody misses it."""


def strangers(folder: Path) -> Iterator[str]:
    """Paths in the folder that no dataset of ours has; links are never ours."""
    for above, folders, files in os.walk(folder):
        for name in (*folders, *files):
            path = Path(above, name)
            inside = path.relative_to(folder).as_posix()
            if name not in LITTER and (path.is_symlink() or not _LAYOUT.fullmatch(inside)):
                yield inside
