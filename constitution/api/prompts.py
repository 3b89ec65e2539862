"""The prompts of an order: of a file, a folder, the hub, or a list."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from constitution.core.named import named
from constitution.core.records import Origin, Prompt
from constitution.dataset.envelope import ENVELOPE, load_envelope
from constitution.dataset.made_of import Material
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
    material = material_of(given)
    if candidate_origin == "unknown" and material is None:
        return prompts, ignored
    made = Spool(Prompt)
    made.extend(_from(material, made_by(prompt, candidate_origin)) for prompt in prompts)
    return made.records(), ignored


def material_of(given: str | Path | Sequence[str | Mapping[str, Any]]) -> Material | None:
    """The dataset that these prompts are, if it is a folder that a run or a mixture finished.

    Raises ``BadFile`` where its manifest is damaged: what bound its rows would be lost.
    """
    if not isinstance(given, (str, Path)) or not os.path.isfile(os.path.join(given, ENVELOPE)):
        return None
    envelope = load_envelope(Path(given))
    told = envelope.statement.predicate
    return Material(name=told.dataset.name, manifest_sha256=envelope.sha256, root=told.rows.root, rows=told.rows.count)


def _from(material: Material | None, prompt: Prompt) -> Prompt:
    """The prompt, whose parent names the dataset that it stands in."""
    if material is None or prompt.parent is None:
        return prompt
    parent = prompt.parent.but(dataset=material.name, manifest_sha256=material.manifest_sha256)
    return prompt.but(parent=parent)


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
