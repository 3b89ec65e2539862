"""The prompts of an order: of a file, a folder, the hub, or a list."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from constitution.core.named import named
from constitution.core.records import Origin, Prompt
from constitution.errors import BadFile, Mistake, NotFound
from constitution.sources import SOURCES
from constitution.sources.hub import PREFIX
from constitution.sources.rows import Ignored, collected, made_by
from constitution.spool import Spool


def read_prompts(
    given: str | Path | Sequence[str | Mapping[str, Any]], *, candidate_origin: Origin = "unknown"
) -> tuple[Sequence[Prompt], Ignored]:
    """The prompts of a file, a folder, the hub or a list of texts and rows, and the keys that were ignored.

    Answers that they bring are by ``candidate_origin`` where nothing else is said of them.
    """
    if isinstance(given, (str, Path)):
        prompts, ignored = _source(given)(Path(given))
    elif given:
        rows = ((f"prompts[{place}]", row) for place, row in enumerate(given))
        prompts, ignored = collected(rows, "prompts", remedy="give a list of texts or rows")
    else:
        raise Mistake("there are no prompts", remedy="name a file with --prompts, or give a list")
    if candidate_origin == "unknown":
        return prompts, ignored
    made = Spool(Prompt)
    made.extend(made_by(prompt, candidate_origin) for prompt in prompts)
    return made.records(), ignored


def _source(given: str | Path) -> Callable[[Path], tuple[Sequence[Prompt], Ignored]]:
    """The reader for this file ending, for a folder, or for the hub."""
    if str(given).startswith(PREFIX):
        return named("sources", SOURCES, "hub")
    path = Path(given)
    if os.path.isdir(path):  # unlike Path.is_dir, False for a name that no file system takes
        return named("sources", SOURCES, "folder")
    kind = path.suffix.lstrip(".").lower() or "none"
    try:
        return named("sources", SOURCES, {"ndjson": "jsonl"}.get(kind, kind))
    except NotFound as error:
        if not os.path.exists(path):
            raise NotFound("there is no such file or folder", where=str(path), remedy="check the path") from error
        raise BadFile(f"no source reads .{kind} files", where=str(path), remedy=error.remedy) from error
