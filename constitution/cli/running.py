"""What plan and run say: what would be asked, and what came of asking."""

from __future__ import annotations

import shlex
from collections import Counter
from pathlib import Path

from rich.text import Text

from constitution import api
from constitution.cli.output import Output, Said
from constitution.cli.pairview import explained
from constitution.cli.progress import watching
from constitution.cli.reading import Shown, read_folder
from constitution.cli.tables import count, funnel_parts, money
from constitution.engine.prices import FREE

_REPEATED = ("principles", "model", "critic", "reviser", "judge", "ledger", "seed")
"""Fields of an order that are flags of the same name."""


def show_plan(output: Output, order: api.Order, *, verbose: bool) -> int:
    """The forecast is on standard output."""
    prepared = api.prepare(order, ready=False)
    for note in prepared.notes:
        output.note(note)
    found = api.plan(prepared)
    free = all(model.partition(":")[0] in FREE for model in prepared.roles.values())
    asked = f"{found.least:,}" if found.least == found.most else f"{found.least:,} to {found.most:,}"
    written = ", ".join(f"{number:,} {kind}" for kind, number in found.tokens.items())
    then = _command(order)
    output.show(
        Text(f"{found.rows:,} of {count(found.prompts, 'prompt')} have something to ask", style="bold"),
        Text(f"questions  {asked}; {found.reused:,} more are answered in the ledger"),
        Text(f"tokens     {written} at most, estimated"),
        Text(f"cost       {money(found.cost, free=free)}{'' if free or found.cost is None else ' at most'}"),
    )
    for name in found.touched if verbose else ():
        output.line(f"touched    {name}")
    output.line(f"next: {then}")
    return output.end({**found.data(), "next": then})


def _command(order: api.Order) -> str:
    """The run that a plan foretells."""
    given = [f"--{name} {shlex.quote(str(value))}" for name in _REPEATED if (value := getattr(order, name)) is not None]
    words = ["constitution run", shlex.quote(order.recipe), "--prompts", shlex.quote(str(order.prompts)), *given]
    return " ".join([*words, "--out out/"])


def show_run(output: Output, order: api.Order, out: Path, *, examples: int, verbose: bool) -> int:
    """The dataset folder is written; the funnel, examples and the next command are on standard output."""
    prepared = api.prepare(order)
    for note in prepared.notes:
        output.note(note)
    with watching(quiet=output.quiet) as watch:
        run = api.run(prepared, watch=watch)
    shown = read_folder(out)
    if verbose:
        _say_why(output, shown)
    output.show(*funnel_parts(shown.funnel), Text(), Text(_this_run(run, shown)), Text())
    for trail in shown.paired[:examples]:
        title = shown.title(trail)
        output.show(*explained(trail, shown.told, title=title, colour=output.colour, verbose=verbose), Text())
    folder = f"{out}".rstrip("/") + "/"
    then = f"constitution show {shlex.quote(folder)}" + (" 1" if shown.paired else "")
    output.line(f"dataset: {folder}")
    output.line(f"next: {then}")
    data = {**run.data(), "funnel": shown.funnel.data(), "next": then}
    return output.end(data, code=run.exit_code, errors=_faults(shown, folder) if run.exit_code else ())


def _say_why(output: Output, shown: Shown) -> None:
    """A line for each prompt that made no pair."""
    for trail in shown.trails:
        if trail.fate != "paired":
            output.note(f"{trail.prompt.id}  {trail.fate}: {trail.reason}")


def _this_run(run: api.Run, shown: Shown) -> str:
    """What had to be asked this time."""
    usage = f"{run.usage['input']:,} tokens in, {run.usage['output']:,} out"
    cost = money(run.cost, free=shown.funnel.programs)
    return f"this run asked {run.asked:,} and reused {run.reused:,}; {usage}; cost {cost}"


def _faults(shown: Shown, folder: str) -> list[Said]:
    """One sentence on the prompts that failed: what happened, what is saved, what to do."""
    kinds = Counter(trail.fate for trail in shown.trails if trail.fate and trail.fate.startswith("fault:"))
    listed = ", ".join(f"{fate} {number}" for fate, number in sorted(kinds.items()))
    message = (
        f"{kinds.total()} of {count(len(shown.trails), 'prompt')} failed ({listed}); {folder} holds the others; "
        "run again to ask what may work now, with --retry-faults also what the provider would not take"
    )
    return [{"kind": "faults", "message": message}]
