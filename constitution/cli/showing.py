"""What show says of a dataset folder: its funnel, and one prompt's story."""

from __future__ import annotations

import hashlib
import shlex
from pathlib import Path
from typing import Any

from rich.text import Text

from constitution.api.worddiff import word_diff
from constitution.cli.ending import why_lines
from constitution.cli.output import Output
from constitution.cli.page import page_of, read_facts, write_page
from constitution.cli.pairview import explained
from constitution.cli.reading import read_folder
from constitution.cli.tables import funnel_parts, pair_list
from constitution.cli.unfinished import has_dataset, lines, show_unfinished, unfinished
from constitution.core.trail import Trail
from constitution.dataset.snapshot import read_snapshot
from constitution.pairing.earned import sides
from constitution.pairing.story import revised

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
    for line in why_lines(shown, verbose=verbose):
        output.note(line)
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
    return output.end({**shown.funnel.data(), "reasons": shown.why, "pairs": pairs})


def show_one(output: Output, out: Path, wanted: str, *, verbose: bool) -> int:
    """One prompt explained; raises ``NotFound`` where ``wanted`` names none."""
    shown = read_folder(out)
    trail = shown.find(wanted)
    title = shown.title(trail)
    output.show(*explained(trail, shown.told, title=title, colour=output.colour, verbose=verbose))
    return output.end({"fate": trail.fate, "trail": trail.as_json(), "diff": diff_data(trail)})


def diff_data(trail: Trail) -> list[dict[str, Any]]:
    """The word diff from an answer to its revision as JSON values; nothing where nothing was revised."""
    positions = sides(trail)
    if positions is None or not revised(trail):
        return []
    before, after = (trail.responses[position].text for position in positions)
    return [{"change": each.change, "text": each.text} for each in word_diff(before, after).segments]


def show_page(output: Output, out: Path, wanted: str, file: Path) -> int:
    """One prompt explained in a file of HTML.

    Raises ``NotFound`` where ``wanted`` names none, and ``Mistake`` where the file cannot be put there.
    """
    facts = read_facts(out, wanted)
    content = write_page(file, page_of(facts))
    output.line(f"{file}: {len(content):,} bytes, a page that stands by itself; open it in a browser or send it on")
    found = {"html": str(file), "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    return output.end({"fate": facts.trail.fate, "prompt_id": facts.trail.prompt.id, **found})
