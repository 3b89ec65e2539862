"""Exported: a folder that was written for a trainer, whose rows may be pairs as an audit reads them or may not."""

from __future__ import annotations

import json
from pathlib import Path

from constitution.errors import BadFile

RECORD, LABELS = "export.json", "labels.jsonl"
"""What an export says of itself, and where the labels of its rows are."""
PAIRS = ("trl", "reward", "openrlhf", "axolotl")
"""Formats whose rows hold prompt, chosen and rejected as an audit looks for them."""


def exported_files(folder: Path) -> list[Path] | None:
    """The data files of an export, by its record; None of a folder that is none.

    Raises ``BadFile`` where its rows are of a shape that only their own trainer reads.
    """
    try:
        told = json.loads((folder / RECORD).read_text(encoding="utf-8"))
        named = [name for name in told["files"] if name.removesuffix(".jsonl") in told["lines"]]
        kind = str(told["format"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    if kind not in PAIRS:
        raise BadFile(
            f"is an export for {kind}, whose rows are no pairs that an audit reads",
            where=str(folder),
            remedy="look at the dataset folder that it was made from; it was checked row by row when it was written",
        )
    return [folder / name for name in sorted(named)]


def labels_beside(path: Path) -> bool:
    """Whether the rows of this folder or file have their labels in a file of their own beside them."""
    folder = path if path.is_dir() else path.parent
    return (folder / RECORD).is_file() and (folder / LABELS).is_file()
