"""The verbs about principle files: lint, test, diff, release, import."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Literal

import typer

from constitution.cli import flags
from constitution.cli.bundles import Limited, laid_out
from constitution.cli.editions import diff, import_, release
from constitution.cli.output import Output
from constitution.cli.terminal import write
from constitution.errors import Mistake

app = typer.Typer(rich_markup_mode=None)


@app.callback(invoke_without_command=True)
def family(context: typer.Context) -> None:
    """Look after principle files: lint, test, diff, release, import."""
    if context.invoked_subcommand is None:
        write(sys.stdout, context.get_help() + "\n")


@app.command()
def lint(
    references: Annotated[
        list[str] | None,
        typer.Argument(metavar="REF_OR_PATH...", help="Such as harmlessness@draft, or a file.", show_default=False),
    ] = None,
    as_json: flags.Json = False,
    form: Annotated[
        Literal["text", "github"], typer.Option("--format", help="For people, or for GitHub to show at the line.")
    ] = "text",
    list_rules: Annotated[bool, typer.Option("--list", help="Show every rule instead, one a line.")] = False,
    explain: Annotated[
        list[str] | None, typer.Option("--explain", metavar="CODE", help="Show why a rule matters and what to type.")
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Errors only.")] = False,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="List warnings that are alike one by one.")] = False,
) -> int:
    """Say what is wrong or weak in them.

    Each problem is a line that begins with file:line:column; below it stand
    why it matters and what to type. Ends with 1 if there are errors; warnings
    alone are no failure. A warning may be let stand, with a reason, in the
    file: allow: [{code: W101, because: ...}] on a principle or at the top.
    """
    from constitution.cli.linting import show_lint, show_lints

    output = Output("principles-lint", as_json=as_json, quiet=quiet)
    if list_rules or explain:
        return show_lints(output, explain or ())
    if not references:
        raise Mistake("no principle file is named", remedy="constitution principles lint NAME@draft")
    return show_lint(output, references, form, verbose=verbose)


@app.command("test")
@laid_out
def hold_to_cases(
    *,
    reference: Annotated[
        str, typer.Argument(metavar="REF[#PRINCIPLE]", help="For example harmlessness@draft#no-doxxing.")
    ],
    principle: Annotated[
        list[str] | None, typer.Option("--principle", metavar="ID", help="Only this one; may be given several times.")
    ] = None,
    mutate: Annotated[
        bool, typer.Option("--mutate", help="Make the principles wrong, one at a time: do the cases notice?")
    ] = False,
    min_score: Annotated[
        float | None,
        typer.Option("--min-score", metavar="SHARE", min=0, max=1, help="End with 1 where fewer mutants are noticed."),
    ] = None,
    draws: Annotated[
        int, typer.Option("--draws", metavar="K", min=1, help="How often each is asked; more where answers differ.")
    ] = 3,
    junit: Annotated[
        Path | None, typer.Option("--junit", metavar="FILE", help="Write JUnit XML as well, for build servers.")
    ] = None,
    model: Annotated[
        str | None, typer.Option("--model", metavar="PROVIDER:MODEL", help="Who is the critic; else the simulator.")
    ] = None,
    critic: Annotated[str | None, typer.Option("--critic", metavar="PROVIDER:MODEL", help="The same.")] = None,
    ledger: flags.Ledger = None,
    concurrency: flags.Concurrency = 16,
    seed: flags.Seed = None,
    limited: Limited,
    as_json: flags.Json = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Only what does not pass, and the figures.")] = False,
    colour: flags.Colour = None,
) -> int:
    """Put the cases of principles to the critic.

    Each case is a test: the critic must give the verdict in whose list the
    case stands, in words that a run would ask. Ends with 1 if a case fails or
    its answers differ too often (flaky). With --mutate, cases must also notice
    when a principle is left out, turned round, robbed of an exception, or
    swapped with one that it conflicts with.
    """
    from constitution.api.trial.holding import TrialOrder
    from constitution.cli.testing import show_test

    order = TrialOrder(
        reference=reference, only=tuple(principle or ()), mutate=mutate, draws=draws, model=model, critic=critic,
        ledger=ledger, concurrency=concurrency, seed=seed, **vars(limited),
    )  # fmt: skip
    output = Output("principles-test", as_json=as_json, quiet=quiet, colour=colour)
    return show_test(output, order, to_junit=junit, min_score=min_score)


app.command()(diff)
app.command()(release)
app.command("import")(import_)
