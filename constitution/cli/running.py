"""What plan and run say: what would be asked, and what came of asking."""

from __future__ import annotations

import shlex
from itertools import count as numbers
from pathlib import Path

from rich.text import Text

from constitution import api
from constitution.api.running import unless_interrupted
from constitution.cli.ending import complaints, replaced_notes, why_notes
from constitution.cli.funnel import reasons
from constitution.cli.output import Output
from constitution.cli.pairview import explained
from constitution.cli.progress import watching
from constitution.cli.reading import Shown, shown_of
from constitution.cli.tables import count, funnel_parts, money
from constitution.dataset.manifest import load_manifest
from constitution.dataset.replace import begun_with, state_of
from constitution.engine.prices import FREE

_REPEATED = (
    "principles", "model", "critic", "reviser", "judge", "candidate_origin", "ledger", "rulings", "seed",
    "max_candidates",
)  # fmt: skip
"""Fields of an order that are flags of the same name."""


def show_plan(output: Output, order: api.Order, *, verbose: bool) -> int:
    """The forecast is on standard output."""
    prepared = prepared_for(output, order, ready=False)
    found = api.plan(prepared)
    free = all(model.partition(":")[0] in FREE for model in prepared.roles.values())
    asked = f"{found.least:,}" if found.least == found.most else f"{found.least:,} to {found.most:,}"
    written = ", ".join(f"{number:,} {kind}" for kind, number in found.tokens.items())
    then = _command(order, prepared)
    have = "has" if found.prompts == 1 else "have"
    output.show(
        Text(f"{found.rows:,} of {count(found.prompts, 'prompt')} {have} something to ask", style="bold"),
        Text(f"questions  {asked}; {found.reused:,} more are answered in the ledger"),
        Text(f"tokens     {written} at most, estimated"),
        Text(f"cost       {money(found.cost, free=free)}{'' if free or not found.cost else ' at most'}"),
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


def _command(order: api.Order, prepared: api.Prepared) -> str:
    """The run that a plan foretells."""
    given = {name: getattr(order, name) for name in _REPEATED}
    flags = [
        f"--{name.replace('_', '-')} {shlex.quote(str(value))}"
        for name, value in given.items() if value not in (None, "unknown")
    ]  # fmt: skip
    words = ["constitution run", shlex.quote(order.recipe), "--prompts", shlex.quote(str(order.prompts)), *flags]
    return " ".join([*words, f"--out {_free(prepared)}/"])


def _free(prepared: api.Prepared) -> str:
    """The first of out, out-2, out-3 and so on that this run may have without taking anything's place."""
    names = ("out" if number == 1 else f"out-{number}" for number in numbers(1))
    return next(name for name in names if _takes(Path(name), prepared))


def _takes(out: Path, prepared: api.Prepared) -> bool:
    match state_of(out):
        case "absent" | "empty":
            return True
        case "unfinished":
            return begun_with(out) == prepared.inputs
        case "finished":
            return bool(load_manifest(out).get("run_id") == prepared.run_id)
        case _:
            return False


def show_run(output: Output, order: api.Order, out: Path, *, examples: int, verbose: bool) -> int:
    """The dataset folder is written; the funnel, examples and the next command are on standard output."""
    prepared = prepared_for(output, order)
    for note in replaced_notes(out, prepared.run_id):
        output.note(note)
    with watching(quiet=output.quiet) as watch:
        run = api.run(prepared, watch=watch)
    for note in run.notes[len(prepared.notes) :]:
        output.note(note)
    shown = shown_of(run, prepared.shelved.constitution)
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
    data = {**run.data(), "funnel": shown.funnel.data(), "reasons": reasons(shown.trails), "next": then}
    return output.end(data, code=run.exit_code, errors=complaints(run, shown, order, folder))


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
