"""The table of how often critic and judge were right, where people have ruled."""

from __future__ import annotations

from collections.abc import Iterable

from rich.table import Table
from rich.text import Text

from constitution.api.reviewing.measures import Measure
from constitution.cli.terminal import short
from constitution.trials.figures import Rate


def measure_table(measures: Iterable[Measure]) -> Table:
    """A line for each measure: counts, shares, and how far they may be off."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column("against people")
    for name in ("ruled", "precision", "recall", "error", "abstention"):
        table.add_column(name, justify="right")
    for each in measures:
        rates = (each.precision, each.recall, each.error, each.abstention)
        table.add_row(Text(short(each.name, 30)), f"{each.ruled:,}", *(_rate(rate) for rate in rates))
    return table


def _rate(rate: Rate) -> str:
    """As ``3/4 0.30–0.95``: what was counted, and the interval."""
    if not rate.of:
        return "none"
    return f"{rate.hits}/{rate.of} {rate.interval.low:.2f}–{rate.interval.high:.2f}"
