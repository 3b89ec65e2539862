"""JSON Lines: one prompt a line, in our own shape or that of Self-Instruct."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from constitution.core.records import Prompt
from constitution.errors import BadFile
from constitution.sources.rows import Ignored, prompt_of

MAX_LINE = 1_000_000
"""Bytes; a longer line is refused before it is read as JSON."""


def read(path: Path) -> tuple[tuple[Prompt, ...], Ignored]:
    """All prompts of the file in order, and how often each key was ignored.

    Raises ``BadFile`` with ``file:line`` at the first line that is no prompt; blank lines are passed over.
    """
    ignored: Ignored = Counter()
    prompts = [prompt_of(row, where, ignored) for where, row in _rows(path)]
    if not prompts:
        raise BadFile("the file holds no prompt", where=str(path), remedy='write one a line, as {"prompt": "..."}')
    return tuple(prompts), ignored


def _rows(path: Path) -> Iterator[tuple[str, Any]]:
    try:
        with path.open("rb") as file:
            for number in range(1, 2**63):
                line = file.readline(MAX_LINE + 2)
                if not line:
                    return
                where = f"{path}:{number}"
                text = _decoded(line, where).strip()
                if text:
                    yield where, _parsed(text, where)
    except OSError as error:
        raise BadFile(f"cannot be read: {error.strerror}", where=str(path), remedy="check the path") from error


def _decoded(line: bytes, where: str) -> str:
    if len(line.rstrip(b"\r\n")) > MAX_LINE:
        raise BadFile(f"the line is longer than {MAX_LINE:,} bytes", where=where, remedy="shorten or split this prompt")
    try:
        return line.decode("utf-8-sig" if where.endswith(":1") else "utf-8")
    except UnicodeDecodeError as error:
        raise BadFile(f"byte {error.start + 1} is not UTF-8", where=where, remedy="save the file as UTF-8") from error


def _parsed(text: str, where: str) -> Any:
    try:
        return json.loads(text, object_pairs_hook=_once)
    except RecursionError as error:
        raise BadFile("nested too deeply", where=where, remedy="flatten the row") from error
    except json.JSONDecodeError as error:
        raise BadFile(
            f"not JSON: {error.msg}",
            where=f"{where}:{error.colno}",
            remedy="mend or remove this line; nothing was asked",
        ) from error
    except ValueError as error:
        raise BadFile(str(error), where=where, remedy="mend or remove this line; nothing was asked") from error


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    keys = Counter(key for key, _ in pairs)
    twice = [key for key, count in keys.items() if count > 1]
    if twice:
        raise ValueError(f"the key {twice[0]!r} stands twice")
    return dict(pairs)
