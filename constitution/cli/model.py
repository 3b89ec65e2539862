"""The verbs about models: qualify."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Literal

import typer

from constitution.cli import flags
from constitution.cli.bundles import Limited, laid_out
from constitution.cli.output import Output
from constitution.cli.terminal import write
from constitution.errors import Mistake

app = typer.Typer(rich_markup_mode=None)


@app.callback(invoke_without_command=True)
def family(context: typer.Context) -> None:
    """Look after models: qualify."""
    if context.invoked_subcommand is None:
        write(sys.stdout, context.get_help() + "\n")


@app.command()
@laid_out
def qualify(
    *,
    model: Annotated[
        str | None, typer.Argument(metavar="PROVIDER:MODEL", help="The judge.", show_default=False)
    ] = None,
    on: Annotated[
        str | None,
        typer.Option(
            "--on", metavar="LABELLED", help="File of labelled pairs, or a dataset folder that people ruled on."
        ),
    ] = None,
    replay: Annotated[
        Path | None,
        typer.Option("--replay", metavar="VERDICTS", help="Instead: file of verdicts in both orders; ask nobody."),
    ] = None,
    principles: Annotated[
        str | None, typer.Option("--principles", metavar="REF", help="What to judge by; else the recipe's.")
    ] = None,
    question: Annotated[
        Literal["principles", "helpfulness"], typer.Option("--question", help="Whose answer the label is held to.")
    ] = "principles",
    recipe: Annotated[
        str, typer.Option("--recipe", metavar="RECIPE", help="Whose stage judge asks, with its settings.")
    ] = "label",
    votes: Annotated[
        int | None, typer.Option("--votes", metavar="N", min=1, help="Draws an order; else the recipe's.")
    ] = None,
    logprobs: Annotated[
        bool, typer.Option("--logprobs", help="Ask for the judge's own probabilities as well.")
    ] = False,
    require: Annotated[
        list[str] | None,
        typer.Option(
            "--require", metavar="NAME=SHARE", help="Such as accuracy=0.8; end with 1 below. Several allowed."
        ),
    ] = None,
    save: Annotated[
        bool, typer.Option("--save", help="Keep the figures in qualifications.jsonl, where recipes look for them.")
    ] = False,
    export: Annotated[
        Path | None, typer.Option("--export", metavar="FILE", help="Write the verdicts, to be replayed.")
    ] = None,
    limit: Annotated[
        int | None, typer.Option("--limit", metavar="N", min=1, help="No more than the first N pairs.")
    ] = None,
    ledger: flags.Ledger = None,
    concurrency: flags.Concurrency = 16,
    seed: flags.Seed = None,
    limited: Limited,
    as_json: flags.Json = False,
    quiet: flags.Quiet = False,
    colour: flags.Colour = None,
) -> int:
    """See how far a judge can be trusted, on pairs of which the better one is known.

    Each pair is judged in both orders, in the words of a run. Shown are
    accuracy, consistency, coverage, agreement beyond chance, leanings to a
    place, to length and to the judge's own family, and whether its
    probabilities mean what they say; each with its 95% interval. A floor
    (--require) is held against the lower end of the interval.
    """
    from constitution.cli.qualifying import floors_of, show_asked, show_replayed

    output = Output("model-qualify", as_json=as_json, quiet=quiet, colour=colour)
    floors = floors_of(require or ())
    if replay is not None:
        asking = {"--on": on, "--save": save or None, "--principles": principles, "--votes": votes, "--limit": limit}
        return show_replayed(output, replay, model or "", floors, export, beside=asking)
    from constitution.api.qualifying.orders import QualifyOrder

    if model is None or on is None:
        raise Mistake(
            "the judge and the labelled pairs are not both named",
            remedy="constitution model qualify PROVIDER:MODEL --on LABELLED.jsonl, or --replay VERDICTS.jsonl",
        )
    order = QualifyOrder(
        model=model, on=on, principles=principles, question=question, recipe=recipe, votes=votes, logprobs=logprobs,
        require=floors, limit=limit, ledger=ledger, concurrency=concurrency, seed=seed, **vars(limited),
    )  # fmt: skip
    return show_asked(output, order, save=save, export=export)
