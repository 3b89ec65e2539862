"""The daily verbs: init, try, plan, run, show, review."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from constitution.cli import flags
from constitution.cli.output import Output
from constitution.cli.review import review
from constitution.cli.show import show


def init(
    folder: Annotated[Path, typer.Argument(help="Where the project begins.")] = Path("."),
    as_json: flags.Json = False,
) -> int:
    """Begin a project with a copy of all that ships.

    Principles, recipes, templates and example prompts are copied out. Nothing that is there already is changed.
    """
    from constitution.cli.starting import start

    return start(Output("init", as_json=as_json), folder)


def try_(
    reference: Annotated[
        str, typer.Argument(metavar="REF[#PRINCIPLE]", help="For example harmlessness@draft#no-doxxing.")
    ],
    prompts: flags.Prompts,
    number: Annotated[int, typer.Option("--number", "-n", min=1, help="How many prompts, from the first on.")] = 10,
    model: flags.Model = None,
    critic: flags.Critic = None,
    reviser: flags.Reviser = None,
    judge: flags.Judge = None,
    candidate_origin: flags.CandidateOrigin = "unknown",
    ledger: flags.Ledger = None,
    rulings: flags.Rulings = None,
    concurrency: flags.Concurrency = 16,
    seed: flags.Seed = None,
    retry_faults: flags.RetryFaults = False,
    as_json: flags.Json = False,
    quiet: flags.Quiet = False,
    verbose: flags.Verbose = False,
    colour: flags.Colour = None,
) -> int:
    """See what one principle does to a few prompts.

    Shows verdict, quote and revision. Writes no dataset; what is asked is kept in the ledger and serves the next run.
    """
    from constitution.api import Order
    from constitution.cli.trying import show_try

    name, _, principle = reference.partition("#")
    order = Order(
        prompts=prompts, limit=number, principles=name, only=principle or None, model=model, critic=critic,
        reviser=reviser, judge=judge, candidate_origin=candidate_origin, ledger=ledger, rulings=rulings,
        concurrency=concurrency, seed=seed, retry_faults=retry_faults,
    )  # fmt: skip
    return show_try(Output("try", as_json=as_json, quiet=quiet, colour=colour), order, verbose=verbose)


def plan(
    prompts: flags.Prompts,
    recipe: Annotated[str, typer.Argument(metavar="RECIPE", help="Name or path of a recipe.")] = "revise",
    principles: flags.Principles = None,
    model: flags.Model = None,
    critic: flags.Critic = None,
    reviser: flags.Reviser = None,
    judge: flags.Judge = None,
    candidate_origin: flags.CandidateOrigin = "unknown",
    ledger: flags.Ledger = None,
    rulings: flags.Rulings = None,
    seed: flags.Seed = None,
    max_candidates: flags.MaxCandidates = None,
    as_json: flags.Json = False,
    quiet: flags.Quiet = False,
    verbose: flags.Verbose = False,
) -> int:
    """Foretell a run and its cost; ask nothing."""
    from constitution.api import Order
    from constitution.cli.running import show_plan

    order = Order(
        recipe=recipe, prompts=prompts, principles=principles, model=model, critic=critic, reviser=reviser,
        judge=judge, candidate_origin=candidate_origin, ledger=ledger, rulings=rulings, seed=seed,
        max_candidates=max_candidates,
    )  # fmt: skip
    return show_plan(Output("plan", as_json=as_json, quiet=quiet), order, verbose=verbose)


def run(
    prompts: flags.Prompts,
    out: Annotated[Path, typer.Option("--out", help="Folder that the dataset goes to.", show_default=False)],
    recipe: Annotated[str, typer.Argument(metavar="RECIPE", help="Name or path of a recipe.")] = "revise",
    principles: flags.Principles = None,
    model: flags.Model = None,
    critic: flags.Critic = None,
    reviser: flags.Reviser = None,
    judge: flags.Judge = None,
    candidate_origin: flags.CandidateOrigin = "unknown",
    ledger: flags.Ledger = None,
    rulings: flags.Rulings = None,
    concurrency: flags.Concurrency = 16,
    seed: flags.Seed = None,
    accept: Annotated[
        int | None, typer.Option("--accept", metavar="N", min=1, help="Stop at N pairs; fewer end with 4.")
    ] = None,
    max_candidates: flags.MaxCandidates = None,
    max_failures: Annotated[
        int | None, typer.Option("--max-failures", metavar="N", min=0, help="Stop once more than N prompts failed.")
    ] = None,
    pin_model: Annotated[
        bool, typer.Option("--pin-model", help="Stop where a model of another family answers.")
    ] = False,
    accept_changes: Annotated[
        bool, typer.Option("--accept-changes", help="Go on with an unfinished folder although its inputs changed.")
    ] = False,
    retry_faults: flags.RetryFaults = False,
    show: Annotated[int, typer.Option("--show", metavar="N", min=0, help="Print the first N pairs as well.")] = 0,
    as_json: flags.Json = False,
    quiet: flags.Quiet = False,
    verbose: flags.Verbose = False,
    colour: flags.Colour = None,
) -> int:
    """Make a preference dataset.

    Without a model it is a rehearsal with the simulator. Running again asks only what was not answered before.
    """
    from constitution.api import Order
    from constitution.cli.running import show_run

    order = Order(
        recipe=recipe, prompts=prompts, out=out, principles=principles, model=model, critic=critic, reviser=reviser,
        judge=judge, candidate_origin=candidate_origin, ledger=ledger, rulings=rulings,
        concurrency=concurrency, seed=seed, accept=accept, max_candidates=max_candidates, max_failures=max_failures,
        pin_model=pin_model, accept_changes=accept_changes, retry_faults=retry_faults,
    )  # fmt: skip
    output = Output("run", as_json=as_json, quiet=quiet, colour=colour)
    return show_run(output, order, out, examples=show, verbose=verbose)


VERBS: dict[str, Callable[..., int]] = {
    "init": init, "try": try_, "plan": plan, "run": run, "show": show, "review": review,
}  # fmt: skip
