"""Trails on disk: the whole history of every prompt, paired or not, and the list of those that made no row."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from constitution.core.trail import Trail
from constitution.dataset.calls import Call
from constitution.dataset.envelope import ENVELOPE, load_manifest
from constitution.dataset.layout import TRAILS
from constitution.dataset.parquet import read_parquet
from constitution.errors import BadFile, NotFound
from constitution.labels.spec import UNKNOWN


def trail_schema() -> Any:
    """Columns of ``trails.parquet``: what one filters by, then the trail itself as canonical JSON."""
    import pyarrow as pa

    text, texts = pa.string(), pa.list_(pa.string())
    return pa.schema([
        ("position", pa.int64()), ("prompt_id", text), ("fate", text), ("reason", text), ("pair_id", text),
        ("split", text), ("intent", text), ("group_id", text), ("source", text), ("source_id", text),
        ("license", text), ("groups", texts), ("violated", texts), ("responses", pa.int64()), ("steps", pa.int64()),
        ("trail", text),
    ])  # fmt: skip


def trail_row(position: int, trail: Trail, split: str) -> dict[str, Any]:
    """The row of one prompt; ``pair_id`` and ``split`` are empty for what made no row."""
    prompt, paired = trail.prompt, trail.fate == "paired"
    broken = (critique.principle.id for critique in trail.critiques_of(0) if critique.verdict == "violates")
    return {
        "position": position,
        "prompt_id": prompt.id,
        "fate": trail.fate,
        "reason": trail.reason,
        "pair_id": trail.pair.pair_id if paired and trail.pair else "",
        "split": split if paired else "",
        "intent": trail.intent or UNKNOWN,
        "group_id": prompt.group_id or prompt.id,
        "source": prompt.source or UNKNOWN,
        "source_id": prompt.source_id or UNKNOWN,
        "license": prompt.license or UNKNOWN,
        "groups": list(trail.groups),
        "violated": list(dict.fromkeys(broken)),
        "responses": len(trail.responses),
        "steps": len(trail.steps),
        "trail": trail.spelled().decode(),
    }


def dropped_schema() -> Any:
    """Columns of ``provenance/dropped.parquet``."""
    import pyarrow as pa

    text = pa.string()
    return pa.schema([("position", pa.int64()), ("id", text), ("fate", text), ("reason", text)])


def dropped_row(position: int, trail: Trail) -> dict[str, Any]:
    """A prompt that made no pair, with its fate and why; the texts are in the trails."""
    return {"position": position, "id": trail.prompt.id, "fate": trail.fate, "reason": trail.reason}


def call_schema() -> Any:
    """Columns of ``provenance/calls.parquet``."""
    import pyarrow as pa

    numbers = {"input_tokens", "output_tokens", "cached_tokens", "attempts"}
    return pa.schema([(name, pa.int64() if name in numbers else pa.string()) for name in Call.model_fields])


def load_trails(out: Path) -> list[tuple[int, Trail]]:
    """The trails of a dataset folder with their positions; raises ``NotFound`` or ``BadFile``."""
    return list(each_trail(out))


def each_trail(out: Path) -> Iterator[tuple[int, Trail]]:
    """The same, a row group in memory at a time; raises as ``load_trails`` does."""
    if not (out / TRAILS).is_file() and (out / ENVELOPE).is_file():
        mixed = load_manifest(out).mix is not None
        raise NotFound(
            "is a mixture, and a mixture has no trails" if mixed else "was handed on without its trails",
            where=str(out),
            remedy="name the folder of one of the runs behind it" if mixed else "name the folder that its run wrote",
        )
    for row in read_parquet(out / TRAILS, ("position", "trail")):
        yield row["position"], _trail(row, out / TRAILS)


def _trail(row: dict[str, Any], path: Path) -> Trail:
    try:
        return Trail.model_validate_json(row["trail"])
    except (KeyError, ValidationError) as error:
        raise BadFile(
            f"row {row.get('position')} holds no trail that this version can read",
            where=str(path),
            remedy="run again to write the folder anew",
        ) from error
