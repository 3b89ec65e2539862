"""JSON Lines: one row a line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from constitution.core.records import Prompt
from constitution.sources.rows import Ignored, collected
from constitution.sources.text import lines, parsed

MAX_LINE = 1_000_000
"""Bytes; a longer line is refused before it is read as JSON."""


def read(path: Path) -> tuple[Sequence[Prompt], Ignored]:
    """All prompts of the file in order, and how often each key was ignored.

    Raises ``BadFile`` with ``file:line`` at the first line that is no prompt; blank lines are passed over.
    """
    return collected(rows(path), str(path), remedy='write one a line, as {"prompt": "..."}')


def rows(path: Path) -> Iterator[tuple[str, Any]]:
    """Each row as it stands there, after its place; raises ``BadFile`` as ``read`` does."""
    for where, line in lines(path, most=MAX_LINE):
        text = line.strip()
        if text:
            yield where, parsed(text, where)
