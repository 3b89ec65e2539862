"""What plan and run say: what would be asked, and what came of asking."""

from __future__ import annotations

import shlex
from pathlib import Path

from rich.text import Text

from constitution import api
from constitution.api.pricing import unpriced
from constitution.api.running import unless_interrupted
from constitution.cli.again import planned
from constitution.cli.ending import complaints, replaced_notes, why_notes
from constitution.cli.funnel import Counting
from constitution.cli.output import Output
from constitution.cli.pairview import explained
from constitution.cli.progress import watching
from constitution.cli.reading import Shown, shown_of
from constitution.cli.steps import stages_of
from constitution.cli.tables import count, funnel_parts, money, span
from constitution.engine.prices import FREE


def show_plan(output: Output, order: api.Order, *, verbose: bool) -> int:
    """The forecast is on standard output."""
    prepared = prepared_for(output, order, ready=False)
    found = api.plan(prepared)
    free = all(model.partition(":")[0] in FREE for model in prepared.roles.values())
    asked = f"{found.least:,}" if found.least == found.most else f"{found.least:,} to {found.most:,}"
    written = ", ".join(f"{number:,} {kind}" for kind, number in found.tokens.items())
    then = planned(order, prepared)
    how = unpriced(prepared.roles.values(), prepared.prices, prepared.root)
    if how:
        output.note(f"a price is unknown; {how}")
    have = "has" if found.prompts == 1 else "have"
    output.show(
        Text(f"{found.rows:,} of {count(found.prompts, 'prompt')} {have} something to ask", style="bold"),
        Text(f"questions  {asked}; {found.reused:,} more are answered in the ledger"),
        Text(f"tokens     {written} at most, estimated"),
        Text(f"cost       {span(found.least_cost, found.cost, free=free)}"),
        Text(f"assumed    {'; '.join(found.assumed)}"),
    )
    for name in found.touched if verbose else ():
        output.line(f"touched    {name}")
    output.line(f"next: {then}")
    return output.end({**found.data(), "next": then})


def prepared_for(output: Output, order: api.Order, *, ready: bool = True) -> api.Prepared:
    """The order, ready to be run; its notes are said."""
    with unless_interrupted("before anything was asked"):
        prepared = api.prepare(order, ready=ready)
    for note in prepared.notes:
        output.note(note)
    return prepared


def show_run(output: Output, order: api.Order, out: Path, *, examples: int, verbose: bool) -> int:
    """The dataset folder is written; the funnel, examples and the next command are on standard output."""
    prepared = prepared_for(output, order)
    for note in replaced_notes(out, prepared.run_id):
        output.note(note)
    counting = Counting(prepared.prices, stages=stages_of(prepared.lock))
    with watching(quiet=output.quiet) as watch:
        run = api.run(prepared, watch=watch, hear=counting.add)
    for note in run.notes[len(prepared.notes) :]:
        output.note(note)
    shown = shown_of(run, prepared.shelved.constitution, counting.funnel())
    folder = f"{out}".rstrip("/") + "/"
    if verbose:
        _say_each(output, shown)
    for note in why_notes(shown, folder, verbose=verbose):
        output.note(note)
    output.show(*funnel_parts(shown.funnel), Text(), Text(_this_run(run, shown)), Text())
    for trail in shown.paired[:examples]:
        title = shown.title(trail)
        output.show(*explained(trail, shown.told, title=title, colour=output.colour, verbose=verbose), Text())
    then = f"constitution show {shlex.quote(folder)}" + (" 1" if shown.paired else "")
    output.line(f"dataset: {folder}")
    output.line(f"next: {then}")
    data = {**run.data(), "funnel": shown.funnel.data(), "reasons": shown.why, "next": then}
    complained = complaints(run, shown, order, folder)
    return output.end(data, code=run.exit_code or (1 if complained else 0), errors=complained)


def _say_each(output: Output, shown: Shown) -> None:
    """A line for each prompt that made no pair."""
    for trail in shown.trails:
        if trail.fate != "paired":
            output.note(f"{trail.prompt.id}  {trail.fate}: {trail.reason}")


def _this_run(run: api.Run, shown: Shown) -> str:
    """What had to be asked this time."""
    usage = f"{run.usage['input']:,} tokens in, {run.usage['output']:,} out"
    cost = money(run.cost, free=shown.funnel.programs)
    return f"this run asked {run.asked:,} and reused {run.reused:,}; {usage}; cost {cost}"
