"""Manifest: one JSON file that says what a dataset folder holds and what it was made from; no wall clock in it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from constitution.core.digest import digest
from constitution.dataset.contents import FolderFacts
from constitution.dataset.counts import Counts
from constitution.dataset.provenance import SPEC
from constitution.errors import BadFile, NotFound

FORMAT = "constitution-dataset/1"
MANIFEST = "provenance/manifest.json"


def manifest_of(contents: FolderFacts, counts: Counts, files: Mapping[str, str]) -> dict[str, Any]:
    """The manifest; ``files`` are path to SHA-256 of the files that do not change with the clock."""
    constitution = contents.constitution
    return {
        "format": FORMAT,
        "spec": SPEC,
        "name": contents.name,
        "run_id": contents.run_id,
        "engine": contents.engine,
        "inputs": dict(contents.inputs),
        "roles": dict(contents.roles),
        "constitution": {
            "ref": constitution.ref,
            "name": constitution.name,
            "version": constitution.version,
            "sha256": constitution.sha256,
            "file": principle_file(contents),
            "approval": constitution.approval and dict(constitution.approval),
        },
        "recipe": {"sha256": digest(contents.recipe_lock), "file": "provenance/recipe.lock.json"},
        "counts": counts.model_dump(mode="json"),
        "files": dict(files),
    }


def principle_file(contents: FolderFacts) -> str:
    """Where the principle file stands in the folder."""
    return f"provenance/principles/{contents.constitution.name}@{contents.constitution.version}.yaml"


def json_bytes(value: Any) -> bytes:
    """JSON for people and for ``diff``: sorted, indented, UTF-8, one newline at the end."""
    return (json.dumps(value, ensure_ascii=False, sort_keys=True, indent=2) + "\n").encode()


def load_manifest(out: Path) -> dict[str, Any]:
    """The manifest of a dataset folder; raises ``NotFound`` without one and ``BadFile`` for one that is not ours."""
    path = out / MANIFEST
    if not path.is_file():
        raise NotFound(
            "there is no finished dataset here", where=str(out), remedy="let a run finish, or name its folder"
        )
    try:
        found = json.loads(path.read_bytes())
    except (ValueError, OSError) as error:
        raise BadFile(f"is no JSON: {error}", where=str(path), remedy="run again to write the folder anew") from error
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise BadFile(
            f"is no manifest of format {FORMAT}",
            where=str(path),
            remedy="it was written by another tool or another version",
        )
    return found
