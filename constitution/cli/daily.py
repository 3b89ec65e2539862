"""The daily verbs: init, try, plan, run, show, review, export, audit, verify."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from constitution.cli import flags
from constitution.cli.auditing import audit
from constitution.cli.bundles import Asked, Called, Drawn, Limited, laid_out
from constitution.cli.exporting import export
from constitution.cli.output import Output
from constitution.cli.review import review
from constitution.cli.show import show
from constitution.cli.verifying import verify


def init(
    folder: Annotated[Path, typer.Argument(help="Where the project begins.")] = Path("."),
    as_json: flags.Json = False,
) -> int:
    """Begin a project with a copy of all that ships.

    Principles, recipes, templates and example prompts are copied out. Nothing that is there already is changed.
    """
    from constitution.cli.starting import start

    return start(Output("init", as_json=as_json), folder)


@laid_out
def try_(
    *,
    reference: Annotated[
        str, typer.Argument(metavar="REF[#PRINCIPLE]", help="For example harmlessness@draft#no-doxxing.")
    ],
    asked: Asked,
    called: Called,
    limited: Limited,
    number: Annotated[int, typer.Option("--number", "-n", min=1, help="How many prompts, from the first on.")] = 10,
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
    order = Order(limit=number, principles=name, only=principle or None, **vars(asked), **vars(called), **vars(limited))
    return show_try(Output("try", as_json=as_json, quiet=quiet, colour=colour), order, verbose=verbose)


@laid_out
def plan(
    *,
    recipe: flags.Recipe = "revise",
    asked: Asked,
    drawn: Drawn,
    retry_faults: flags.RetryFaults = False,
    as_json: flags.Json = False,
    quiet: flags.Quiet = False,
    verbose: flags.Verbose = False,
) -> int:
    """Foretell a run and its cost; ask nothing.

    The least is what is certain to be asked: with --accept, if the first prompts all make pairs. The most is the
    longest way for every prompt, of the first M with --max-candidates.
    """
    from constitution.api import Order
    from constitution.cli.running import show_plan

    order = Order(recipe=recipe, **vars(asked), **vars(drawn), retry_faults=retry_faults)
    return show_plan(Output("plan", as_json=as_json, quiet=quiet), order, verbose=verbose)


@laid_out
def run(
    *,
    recipe: flags.Recipe = "revise",
    asked: Asked,
    out: Annotated[Path, typer.Option("--out", help="Folder that the dataset goes to.", show_default=False)],
    drawn: Drawn,
    called: Called,
    limited: Limited,
    accept_changes: Annotated[
        bool, typer.Option("--accept-changes", help="Go on with an unfinished folder although its inputs changed.")
    ] = False,
    allow_commands: Annotated[
        bool, typer.Option("--allow-commands", help="Let the recipe run the commands that it names on answers.")
    ] = False,
    show: Annotated[int, typer.Option("--show", metavar="N", min=0, help="Print the first N pairs as well.")] = 0,
    as_json: flags.Json = False,
    quiet: flags.Quiet = False,
    verbose: flags.Verbose = False,
    colour: flags.Colour = None,
) -> int:
    """Make a preference dataset.

    Without a model it is a rehearsal with the simulator. Running again asks only what was not answered before, so a
    run that a cap has stopped goes on with a higher one; each cap holds for one run.
    """
    from constitution.api import Order
    from constitution.cli.running import show_run

    order = Order(
        recipe=recipe, out=out, accept_changes=accept_changes, allow_commands=allow_commands,
        **vars(asked), **vars(drawn), **vars(called), **vars(limited),
    )  # fmt: skip
    output = Output("run", as_json=as_json, quiet=quiet, colour=colour)
    return show_run(output, order, out, examples=show, verbose=verbose)


VERBS: dict[str, Callable[..., int]] = {
    "init": init, "try": try_, "plan": plan, "run": run, "show": show, "review": review,
    "export": export, "audit": audit, "verify": verify,
}  # fmt: skip
