"""What show says of a dataset folder: its funnel, one prompt's story, what each principle brought about."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Any

from rich.text import Text

from constitution.api.worddiff import word_diff
from constitution.cli.output import Output
from constitution.cli.pairview import explained
from constitution.cli.reading import read_folder
from constitution.cli.tables import by_principle, funnel_parts, pair_list, principle_table
from constitution.cli.unfinished import has_dataset, lines, show_unfinished, unfinished
from constitution.core.trail import Trail
from constitution.dataset.snapshot import read_snapshot
from constitution.pairing.earned import sides

LISTED = 10
"""Pairs in the list, unless all are wanted."""


def show_folder(output: Output, out: Path, *, verbose: bool) -> int:
    """The funnel and the first pairs; of a run that has not finished, how far it is."""
    begun = unfinished(out)
    if begun and not has_dataset(out):
        return show_unfinished(output, out)
    shown = read_folder(out)
    if begun:
        output.note(f"this is the finished dataset; a run that is to replace it is {lines(read_snapshot(out))[0]}")
    output.show(*funnel_parts(shown.funnel), Text())
    rows = len(shown.paired)
    listed = rows if verbose else min(rows, LISTED)
    if rows:
        more = [Text(f"and {rows - listed:,} more (-v lists all)")] if rows > listed else []
        then = f"constitution show {shlex.quote(str(out))} 1"
        output.show(pair_list(shown.paired, listed), *more, Text())
        output.line(f"next: {then}")
    pairs = [
        {"row": number, "pair_id": trail.pair.pair_id, "prompt_id": trail.prompt.id}
        for number, trail in enumerate(shown.paired, 1) if trail.pair
    ]  # fmt: skip
    return output.end({**shown.funnel.data(), "pairs": pairs})


def show_one(output: Output, out: Path, wanted: str, *, verbose: bool) -> int:
    """One prompt explained; raises ``NotFound`` where ``wanted`` names none."""
    shown = read_folder(out)
    trail = shown.find(wanted)
    title = shown.title(trail)
    output.show(*explained(trail, shown.told, title=title, colour=output.colour, verbose=verbose))
    return output.end({"fate": trail.fate, "trail": trail.as_json(), "diff": diff_data(trail)})


def diff_data(trail: Trail) -> list[dict[str, Any]]:
    """The word diff from draft to revision as JSON values; nothing where nothing was revised."""
    positions = sides(trail)
    if positions is None:
        return []
    draft, revision = (trail.responses[position].text for position in positions)
    return [{"change": each.change, "text": each.text} for each in word_diff(draft, revision).segments]


def show_by_principle(output: Output, out: Path) -> int:
    """A line for each principle of the constitution."""
    shown = read_folder(out)
    rows = by_principle(shown.trails, shown.constitution.principles)
    output.show(principle_table(rows))
    return output.end({"principles": rows})
