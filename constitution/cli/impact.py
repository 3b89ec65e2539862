"""What principles diff --on says: the rows of a dataset that an edit touches, what they cost, and a sample of them."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from rich.table import Table
from rich.text import Text

from constitution.api.calling import unless_interrupted
from constitution.api.impact.sampling import sample_of
from constitution.api.impact.touching import How, Touch
from constitution.api.impact.whole import Impact, ImpactOrder, impact
from constitution.api.planning import Plan
from constitution.cli.output import Output
from constitution.cli.progress import watching
from constitution.cli.sampled import effect_parts
from constitution.cli.tables import count, span
from constitution.cli.terminal import one_line, short
from constitution.engine.prices import FREE
from constitution.shelf import Shelved

FIRST = 5
"""Rows that are shown where not all are wanted."""

_HOW: Mapping[How, str] = {
    "certain": "certainly touched: the critic is asked something else",
    "possible": "possibly touched: the critic is asked the same, what follows a violation changed",
    "renamed": "in the record alone: nothing is asked, it names principles and groups as they are now",
    "untouched": "untouched",
}


def show_impact(
    output: Output, before: Shelved, asked: ImpactOrder, *, sample: int = 0, verbose: bool
) -> dict[str, Any]:
    """Rows, questions and cost are on standard output, and what a sample showed; the same comes back as JSON values.

    Raises ``NotFound`` and ``BadFile`` for what is no finished dataset of ours, and all that a run raises.
    """
    with unless_interrupted("before anything was asked"):
        found = impact(asked)
    for note in (*_made_with(found, before), *found.notes):
        output.note(note)
    output.show(Text(), *_touched(found, verbose=verbose))
    data = found.data() | {"made_with_before": found.same(before)}
    drawn = sample_of(found, sample) if sample else None
    if sample and drawn is None:
        output.note("no sample: the edit touches no row about which anything would be asked")
    if drawn is not None:
        output.note(f"asking about {count(len(drawn.rows), 'row')} of the sample: {_price(found, drawn.plan)}")
        with watching(quiet=output.quiet) as watch:
            effect = drawn.ask(watch)
        found = found.again()
        data |= {"plan": found.plan.data(), "sample": effect.data()}
        for note in effect.run.notes[len(drawn.prepared.notes) :]:
            output.note(note)
        output.show(Text(), *effect_parts(effect, free=_free(found), most=None if verbose else FIRST))
    output.show(Text(), *_plan(found))
    then = _command(found, asked)
    output.line(f"next: {then}")
    return {**data, "next": then}


def _made_with(found: Impact, before: Shelved) -> Iterator[str]:
    """That the folder was made with something else than what it is compared with, if it was."""
    made, same = found.made, found.same(before)
    if same == "words":
        yield (
            f"{made.out} was made with {made.ref}, another file than {before.ref} (sha256 {made.sha256[:12]}…, "
            f"{before.sha256[:12]}…) of which models are told the same"
        )
    elif same == "no":
        yield (
            f"{made.out} was not made with {before.ref} but with {made.ref} (sha256 {made.sha256[:12]}…): rows, cost "
            f"and sample compare {found.prepared.shelved.ref} with that file, which the folder keeps"
        )


def _touched(found: Impact, *, verbose: bool) -> Iterator[Text | Table]:
    """How many rows are touched in which way, and the rows themselves."""
    every = len(found.touched.rows)
    yield Text(
        f"on {one_line(str(found.made.out))}: {count(every, 'row')}, made with {one_line(found.made.ref)}", "bold"
    )
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), show_header=False)
    table.add_column(justify="right")
    table.add_column()
    for how, words in _HOW.items():
        table.add_row(f"{len(found.touched.of(how)):,}", words)
        for (was, now), number in found.touched.groups(how).items() if how != "untouched" else ():
            table.add_row("", Text(f"{number:,} asked about {_asked(was, now)}", "dim"))
    yield table
    rows = [row for how in _HOW if how in ("certain", "possible") for row in found.touched.of(how)]
    if rows:
        yield Text()
        yield _rows(rows if verbose else rows[:FIRST])
    if len(rows) > FIRST and not verbose:
        yield Text(f"and {len(rows) - FIRST:,} more; -v lists them all", "dim")


def _asked(was: tuple[str, ...], now: tuple[str, ...]) -> str:
    names, others = (short(", ".join(groups) or "nothing", 60) for groups in (was, now))
    return names if was == now else f"{others}, before about {names}"


def _rows(rows: list[Touch]) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column("row", no_wrap=True)
    table.add_column("fate so far", no_wrap=True)
    table.add_column("prompt")
    for row in rows:
        asked = row.trail.prompt.messages[-1].content
        table.add_row(row.trail.prompt.id, short(row.trail.fate or "", 18), Text(short(asked, 42)))
    return table


def _plan(found: Impact) -> Iterator[Text]:
    """What the run that follows would ask, as ``plan`` says it."""
    planned = found.plan
    have = "has" if planned.prompts == 1 else "have"
    yield Text(f"a run: {planned.rows:,} of {count(planned.prompts, 'prompt')} {have} something to ask", "bold")
    yield Text(f"questions  {_questions(planned)}; {planned.reused:,} more are answered in the ledger")
    written = ", ".join(f"{number:,} {kind}" for kind, number in planned.tokens.items())
    yield Text(f"tokens     {written} at most, estimated")
    yield Text(f"cost       {_cost(found, planned)}")


def _price(found: Impact, planned: Plan) -> str:
    return f"{_questions(planned)} questions, cost {_cost(found, planned)}"


def _questions(planned: Plan) -> str:
    return f"{planned.least:,}" if planned.least == planned.most else f"{planned.least:,} to {planned.most:,}"


def _cost(found: Impact, planned: Plan) -> str:
    return span(planned.least_cost, planned.cost, free=_free(found))


def _free(found: Impact) -> bool:
    return all(model.partition(":")[0] in FREE for model in found.prepared.roles.values())


def _command(found: Impact, asked: ImpactOrder) -> str:
    """The run that the plan foretells; which file the prompts came from, the folder does not know."""
    order, roles = found.order, found.prepared.roles
    author, critic = roles["author"], roles["critic"]
    played = {
        "model": None if set(roles.values()) == {"simulator:plain"} else author,
        "critic": None if critic == author else critic,
        "reviser": None if roles["reviser"] == author else roles["reviser"],
        "judge": None if roles["judge"] == critic else roles["judge"],
    }
    seed = None if found.prepared.seed == found.prepared.recipe.seed else found.prepared.seed
    given = {"principles": order.principles, **played, "ledger": asked.ledger, "rulings": asked.rulings, "seed": seed}
    flags = [f"--{name} {shlex.quote(str(value))}" for name, value in given.items() if value is not None]
    words = ["constitution run", shlex.quote(order.recipe), "--prompts THE-SAME-PROMPTS", *flags]
    return " ".join([*words, f"--out {shlex.quote(str(_beside(found.made.out)))}"])


def _beside(out: Path) -> Path:
    """A name for the new folder, so that both can be looked at."""
    return out.with_name(f"{out.name or 'out'}-edited")
