"""What show says by principle: how often each applied, fired and earned, what stands out, and rows to look at."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from constitution.api.coverage import Coverage, Effect, Kind, Notice, coverage_of
from constitution.api.coverage.limits import SAID
from constitution.cli.comparing import comparison_parts, judged_by, twin_data, twin_parts
from constitution.cli.output import Output
from constitution.cli.reading import Shown, read_folder
from constitution.cli.tables import count
from constitution.cli.terminal import one_line, short
from constitution.errors import NotFound
from constitution.pairing.story import first_readings

EXAMPLES = 2
"""Rows to look at for each notice, unless all are wanted."""
_LEGEND = (
    "applied: answers that keep it or break it; fired: violations with evidence; earned: pairs that count for it; "
    "longer: of its pairs of unlike length, with the longer answer chosen; ratio: median of words chosen to rejected"
)
_TITLES: dict[Kind, str] = {
    "contradicts": "contradicts another on the same revision", "always_fires": "always fires",
    "never_fires": "never fires", "never_applies": "never applies", "longer": "makes answers longer",
    "shorter": "makes answers shorter", "never_asked": "never asked",
}  # fmt: skip


def show_by_principle(output: Output, out: Path, *, principle: str | None = None, verbose: bool = False) -> int:
    """A line for each principle, or the one, then what stands out; raises ``NotFound`` for one that is not there."""
    shown = read_folder(out)
    coverage = coverage_of(shown.trails, shown.constitution)
    effects = _wanted(coverage.effects, principle)
    notices = [each for each in coverage.notices if principle in (None, each.principle, each.other)]
    whole = verbose or principle is not None
    if any(step.agent == "simulator" for trail in shown.trails for step in trail.steps):
        output.note("rehearsal: the simulator took part; these figures say nothing about the principles")
    output.show(Text(_heading(coverage)), Text())
    comparisons = tuple(each for each in coverage.comparisons if principle in (None, each.principle))
    criticised = not comparisons or any(each.asked for each in effects)
    if criticised:
        output.show(_table(effects), Text())
    if comparisons:
        output.show(*comparison_parts(comparisons), Text())
    if principle is not None:
        output.show(_rows(shown, principle), Text())
    output.show(*twin_parts(coverage.twins, principle))
    for title, of_kind in groupby((each for each in notices if each.standing == "found"), lambda each: each.kind):
        output.show(Text(_TITLES[title], "bold"))
        for notice in of_kind:
            _tell(output, notice, shown, out, most=None if whole else EXAMPLES)
    too_few = [each for each in notices if each.standing == "insufficient"]
    if too_few:
        output.show(Text("insufficient: too few to say so", "bold"))
        for notice in too_few if whole else ():
            _tell(output, notice, shown, out, most=None)
        output.show(*(() if whole else _in_short(too_few)))
    output.show(Text(), *([Text(_LEGEND, "dim")] if criticised else []), Text(SAID, "dim"))
    return output.end({**_data(coverage, effects, notices, shown), "judged": [each.data() for each in comparisons],
                       "twins": twin_data(coverage.twins, principle)})  # fmt: skip


def _wanted(effects: Sequence[Effect], principle: str | None) -> tuple[Effect, ...]:
    found = tuple(each for each in effects if principle in (None, each.principle))
    if not found:
        raise NotFound(
            f"there is no principle {principle!r} here", remedy=f"known: {', '.join(e.principle for e in effects)}"
        )
    return found


def _heading(coverage: Coverage) -> str:
    """How many prompts there are, and how many nothing had to say of."""
    if coverage.comparisons and not coverage.held:
        return f"{count(coverage.prompts, 'prompt')}; no critic was asked, the judge compared answers by the principles"
    unmet = f"; to {coverage.unmet:,} of them none applied" if coverage.unmet else ""
    return f"{count(coverage.prompts, 'prompt')}, {coverage.held:,} held to principles{unmet}"


def _table(effects: Sequence[Effect]) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column("principle")
    table.add_column("tier")
    for name in ("asked", "applied", "fired", "earned", "can't tell", "longer", "ratio"):
        table.add_column(name, justify="right", no_wrap=True)
    for each in effects:
        ratio, longer = each.lengths.ratio, each.lengths.longer
        numbers = (each.asked, each.applied, each.fired, each.earned, each.cannot_tell)
        table.add_row(
            Text(short(each.principle, 40)),
            each.tier,
            *(f"{number:,}" for number in numbers),
            f"{longer.hits}/{longer.of}" if longer.of else "",
            "" if ratio is None else f"{ratio:.2f}",
        )
    return table


def _rows(shown: Shown, principle: str) -> Table:
    """Every prompt of which this principle was asked: the verdict, how the prompt ended, and how ``show`` takes it."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for name in ("show", "verdict", "fate", "prompt"):
        table.add_column(name)
    for position, trail in enumerate(shown.trails):
        said = [critique.verdict for critique in first_readings(trail) if critique.principle.id == principle]
        for verdict in said or judged_by(trail, principle):
            asked = short(trail.prompt.messages[-1].content, 38)
            name = _name(shown, position)
            table.add_row(name[:14], verdict, Text(short(trail.fate or "", 20)), Text(asked))
    return table


def _tell(output: Output, notice: Notice, shown: Shown, out: Path, *, most: int | None) -> None:
    """The sentence, why it matters, and the commands that show it."""
    name = Text().append(f"{one_line(notice.principle)}: ", "bold").append(f"{_TITLES[notice.kind]}: ", "dim")
    headed = name if notice.standing == "insufficient" else Text(f"{one_line(notice.principle)}: ")
    output.show(Padding(headed.append(one_line(notice.what)), (0, 0, 0, 2)))
    output.show(Padding(Text(notice.why, "dim"), (0, 0, 0, 4)))
    for position in notice.at[:most]:
        output.line(f"    constitution show {shlex.quote(str(out))} {_name(shown, position)}")
    left = len(notice.at) - most if most is not None else 0
    if left > 0:
        output.line(f"    and {left:,} more (--principle {one_line(notice.principle)} lists all)")


def _in_short(notices: Sequence[Notice]) -> Iterator[Padding]:
    """Which principles they are, a line a kind."""
    for kind, of_kind in groupby(notices, lambda each: each.kind):
        named = ", ".join(f"{each.principle}{' → ' + each.other if each.other else ''}" for each in of_kind)
        yield Padding(Text(f"{_TITLES[kind]}: {one_line(named)}"), (0, 0, 0, 2))


def _name(shown: Shown, position: int) -> str:
    """How ``show`` takes this prompt: the number of its row, else its id."""
    trail = shown.trails[position]
    return str(shown.numbers[position]) if position in shown.numbers else trail.prompt.id


def _data(coverage: Coverage, effects: Sequence[Effect], notices: Sequence[Notice], shown: Shown) -> dict[str, Any]:
    return {
        "prompts": coverage.prompts,
        "held": coverage.held,
        "unmet": coverage.unmet,
        "principles": [each.data() for each in effects],
        "notices": [
            {
                "kind": each.kind,
                "standing": each.standing,
                "principle": each.principle,
                "other": each.other,
                "what": each.what,
                "why": each.why,
                "figures": dict(each.figures),
                "examples": [_name(shown, position) for position in each.at],
            }
            for each in notices
        ],
        "limits": SAID,
    }
