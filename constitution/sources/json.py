"""JSON: one array of rows; a file that begins otherwise is read as JSON Lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from constitution.core.records import Prompt
from constitution.errors import BadFile
from constitution.sources import jsonl
from constitution.sources.rows import Ignored, collected
from constitution.sources.text import decoded, opened, parsed

MAX_FILE = 100_000_000
"""Bytes; an array is in memory as a whole, JSON Lines are not."""
_BOM = b"\xef\xbb\xbf"


def read(path: Path) -> tuple[Sequence[Prompt], Ignored]:
    """All prompts of the file in order, and how often each key was ignored; rows count from 1.

    Raises ``BadFile``, with ``file: row N`` for a row that is no prompt.
    """
    if _is_array(path):
        return collected(_rows(path), str(path), remedy='write an array of rows, as [{"prompt": "..."}]')
    return jsonl.read(path)


def rows(path: Path) -> Iterator[tuple[str, Any]]:
    """Each row as it stands there, after its place; raises ``BadFile`` as ``read`` does."""
    return _rows(path) if _is_array(path) else jsonl.rows(path)


def _is_array(path: Path) -> bool:
    """Whether the file is one array; raises ``BadFile`` for one that is one object."""
    opening = _opening(path)
    if not opening.startswith(b"[") and opening.partition(b"\n")[0].strip() == b"{":
        raise BadFile(
            "the file is one object over several lines",
            where=str(path),
            remedy="write an array of rows, or one row a line",
        )
    return opening.startswith(b"[")


def _opening(path: Path) -> bytes:
    """How the file begins, without what may stand before the first character."""
    with opened(path) as file:
        return file.read(4096).removeprefix(_BOM).lstrip()


def _rows(path: Path) -> Iterator[tuple[str, Any]]:
    with opened(path) as file:
        data = file.read(MAX_FILE + 1)
    if len(data) > MAX_FILE:
        raise BadFile(
            f"the array is larger than {MAX_FILE:,} bytes", where=str(path), remedy="write one row a line (.jsonl)"
        )
    text = decoded(data, str(path), first=True)
    for number, row in enumerate(parsed(text, str(path), remedy="mend the array; nothing was asked", lined=True), 1):
        yield f"{path}: row {number}", row
