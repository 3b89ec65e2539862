"""Reads a finished dataset folder back as what a run left."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from pydantic import ValidationError

from constitution.api.pricing import prices_here
from constitution.api.result import Finished
from constitution.dataset.calls import Call
from constitution.dataset.folder import load_manifest, load_trails
from constitution.dataset.parquet import read_parquet
from constitution.engine.prices import cost_of
from constitution.errors import BadFile

_ANEW = "run again to write the folder anew"


def load_run(out: str | Path) -> Finished:
    """The folder's trails, pairs and tables; its tokens and cost are those of all replies behind it.

    Raises ``NotFound`` for what is no finished dataset of ours, and ``BadFile`` for what cannot be read in it.
    """
    folder = Path(out)
    manifest = load_manifest(folder)
    calls, prices = load_calls(folder), prices_here()
    paid = list({call.request: call for call in calls}.values())
    counted = all(call.input_tokens is not None and call.output_tokens is not None for call in paid)
    tokens = tokens_of(paid)
    try:
        run_id, engine = str(manifest["run_id"]), str(manifest["engine"])
    except KeyError as error:
        raise BadFile(f"its manifest names no {error.args[0]}", where=str(folder), remedy=_ANEW) from error
    return Finished(
        run_id=run_id,
        trails=tuple(trail for _, trail in load_trails(folder)),
        tokens=tokens,
        cost=cost_of(tokens, prices) if counted else None,
        prices=prices,
        out=folder,
        engine=engine,
    )


def load_calls(out: Path) -> list[Call]:
    """The calls of a folder; raises ``NotFound`` and ``BadFile``."""
    path = out / "provenance" / "calls.parquet"
    try:
        return [Call.model_validate(row) for row in read_parquet(path)]
    except ValidationError as error:
        raise BadFile("holds calls that this version cannot read", where=str(path), remedy=_ANEW) from error


def tokens_of(calls: Iterable[Call]) -> dict[tuple[str, str], int]:
    """Tokens by model and by ``input`` and ``output``."""
    found: Counter[tuple[str, str]] = Counter()
    for call in calls:
        found[call.model, "input"] += call.input_tokens or 0
        found[call.model, "output"] += call.output_tokens or 0
    return dict(found)
