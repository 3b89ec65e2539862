"""Reads a finished dataset folder back as what a run left."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from pydantic import ValidationError

from constitution.api.pricing import prices_here
from constitution.api.result import Finished
from constitution.core.asking import Usage
from constitution.core.trail import Trail
from constitution.dataset.calls import Call
from constitution.dataset.folder import load_manifest
from constitution.dataset.parquet import read_parquet
from constitution.dataset.trails import each_trail
from constitution.engine.bill import Bill
from constitution.engine.prices import Prices
from constitution.errors import BadFile
from constitution.spool import Spool

_ANEW = "run again to write the folder anew"


def load_run(out: str | Path) -> Finished:
    """The folder's trails, pairs and tables; its tokens and cost are those of all replies behind it.

    Raises ``NotFound`` for what is no finished dataset of ours, and ``BadFile`` for what cannot be read in it or is
    replaced meanwhile.
    """
    folder = Path(out)
    manifest = load_manifest(folder)
    bill = bill_of(_distinct(load_calls(folder)), prices_here())
    trails, fates, paired = Spool(Trail), Counter[str](), array("Q")
    for _, trail in each_trail(folder):
        if trail.fate == "paired" and trail.pair is not None:
            paired.append(len(trails))
        fates[trail.fate or ""] += 1
        trails.append(trail)
    if load_manifest(folder) != manifest:  # one file of the one run, and one of the other
        raise BadFile("another run took its place while it was read", where=str(folder), remedy="read it again")
    return Finished(
        run_id=manifest.run_id,
        trails=trails.records(),
        fates=dict(fates.most_common()),
        paired=paired,
        bill=bill,
        out=folder,
        engine=manifest.engine,
        terms=manifest.terms,
    )


def load_calls(out: Path) -> Iterator[Call]:
    """The calls of a folder, in the order of its trails; raises ``NotFound`` and ``BadFile``."""
    path = out / "provenance" / "calls.parquet"
    try:
        for row in read_parquet(path):
            yield Call.model_validate(row)
    except ValidationError as error:
        raise BadFile("holds calls that this version cannot read", where=str(path), remedy=_ANEW) from error


def _distinct(calls: Iterable[Call]) -> Iterator[Call]:
    """One call for each request."""
    seen: set[int] = set()
    for call in calls:
        if (name := hash(call.request)) not in seen:
            seen.add(name)
            yield call


def bill_of(calls: Iterable[Call], prices: Prices) -> Bill:
    """What these calls cost."""
    bill = Bill(prices)
    for call in calls:
        bill.add(call.model, used_by(call))
    return bill


def used_by(call: Call) -> Usage | None:
    """The tokens of a call; None where the provider did not count them."""
    if call.input_tokens is None or call.output_tokens is None:
        return None
    return Usage(input=call.input_tokens, output=call.output_tokens, cached=call.cached_tokens or 0)
