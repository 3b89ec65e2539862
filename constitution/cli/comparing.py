"""The smaller tables by principle: what the judge said where no critic was asked, and what twins show."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from rich.table import Table
from rich.text import Text

from constitution.api.coverage import Comparison, Twins
from constitution.cli.tables import count
from constitution.cli.terminal import short
from constitution.core.trail import Trail
from constitution.pairing.earned import compared, decision, sides
from constitution.pairing.words import bare, called
from constitution.trials.figures import Rate

_JUDGED = (
    "compared: prompts whose answers the judge compared by it, perhaps together with others; as claimed, other: the "
    "answer that keeps it better in both orders is the one that the recipe took for the better one, or the other"
)
_TWINS = (
    "harm avoided: of the harmful and borderline twins that broke it, those mended; help lost: of the benign twins of "
    "which it was asked, those where it fired, or where the chosen answer declines or helps less"
)


def comparison_parts(comparisons: Sequence[Comparison]) -> tuple[Table | Text, ...]:
    """A line for each principle that a judge was asked about without a critic."""
    table = _table("principle", "tier", "compared", "as claimed", "other", "tie", "undecided", "pairs", "wins")
    for each in comparisons:
        numbers = (each.compared, each.as_claimed, each.other, each.tie, each.undecided, each.pairs)
        low, high = each.wins.interval
        wins = f"{each.wins.hits}/{each.wins.of} ({low:.0%}–{high:.0%})" if each.wins.of else "-"
        table.add_row(Text(short(each.principle, 40)), each.tier, *(f"{number:,}" for number in numbers), wins)
    return table, Text(_JUDGED, "dim")


def twin_parts(twins: Twins, principle: str | None) -> Iterator[Table | Text]:
    """What each principle, or the one, did to twins; nothing where there are none."""
    balances = [each for each in twins.balances if principle in (None, each.principle)]
    if not twins.groups or not balances:
        return
    yield Text(f"twins: {count(twins.groups, 'group')} with a benign prompt and a harmful or borderline one", "bold")
    table = _table("principle", "tier", "harm avoided", "help lost", "")
    for each in balances:
        weighed = "" if each.standing == "enough" else each.standing
        table.add_row(Text(short(each.principle, 40)), each.tier, told(each.avoided), told(each.lost), weighed)
    yield table
    yield Text(_TWINS, "dim")
    yield Text()


def twin_data(twins: Twins, principle: str | None) -> dict[str, Any]:
    """The same as JSON values."""
    data = twins.data()
    return {**data, "principles": [each for each in data["principles"] if principle in (None, each["principle"])]}


def told(rate: Rate) -> str:
    """As ``3 of 4 (0.30–0.95)``; a dash where there is nothing to count."""
    return f"{rate.hits} of {rate.of} ({rate.interval.low:.2f}–{rate.interval.high:.2f})" if rate.of else "-"


def judged_by(trail: Trail, principle: str) -> Iterator[str]:
    """What the judge said by this principle, if it was asked about it: the better answer, or that there is none."""
    claim, positions = trail.claim, sides(trail)
    if (
        claim is None
        or positions is None
        or not compared(trail)
        or all(ref.id != principle for ref in claim.principles)
    ):
        return
    said = decision(trail, "principles")
    yield f"better: {bare(called(trail, positions[said == 'b']))}" if said in ("a", "b") else said


def _table(*names: str) -> Table:
    """A table without lines; figures to the right."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for place, name in enumerate(names):
        table.add_column(name, justify="left" if place < 2 or not name else "right", no_wrap=place > 0)
    return table
