"""The verbs about principle files: lint, test, diff, release, import."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Literal

import typer

from constitution.cli import flags
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
    return show_lint(output, references, form)


@app.command("test")
def hold_to_cases(
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
    from constitution.api.trials import TrialOrder
    from constitution.cli.testing import show_test

    order = TrialOrder(
        reference=reference, only=tuple(principle or ()), mutate=mutate, draws=draws, model=model, critic=critic,
        ledger=ledger, concurrency=concurrency, seed=seed,
    )  # fmt: skip
    output = Output("principles-test", as_json=as_json, quiet=quiet, colour=colour)
    return show_test(output, order, to_junit=junit, min_score=min_score)


@app.command()
def diff(
    before: Annotated[str, typer.Argument(metavar="BEFORE", help="Such as harmlessness@1.0.0, or a file.")],
    after: Annotated[str, typer.Argument(metavar="AFTER", help="Such as harmlessness@draft, or a file.")],
    suggest: Annotated[bool, typer.Option("--suggest", help="Print the next version and nothing else.")] = False,
    on: Annotated[
        Path | None, typer.Option("--on", metavar="OUT", help="Dataset folder: say what the edit does to its rows.")
    ] = None,
    sample: Annotated[
        int, typer.Option("--sample", metavar="N", min=0, help="With --on: really ask about N of the touched rows.")
    ] = 0,
    recipe: Annotated[
        str | None,
        typer.Option("--recipe", metavar="RECIPE", help="With --on: its recipe, where the name is not enough."),
    ] = None,
    model: flags.Model = None,
    critic: flags.Critic = None,
    reviser: flags.Reviser = None,
    judge: flags.Judge = None,
    ledger: flags.Ledger = None,
    rulings: flags.Rulings = None,
    concurrency: flags.Concurrency = 16,
    as_json: flags.Json = False,
    quiet: flags.Quiet = False,
    verbose: flags.Verbose = False,
    colour: flags.Colour = None,
) -> int:
    """Say what an edit changes in meaning, and which version it demands.

    Changes are grouped by principle, each with its level (major, minor or
    patch) and why. With --on also which rows of a dataset the edit touches and
    what a run would ask, by the models that made it unless others are named;
    only --sample asks anything. Ends with 0 whether or not there are changes.
    """
    from constitution.api.impact import ImpactOrder
    from constitution.cli.differing import show_diff

    asked = (sample, recipe, model, critic, reviser, judge, ledger, rulings)
    if on is None and any(asked):
        raise Mistake("without a dataset there is no row to ask about", remedy="name its folder with --on OUT")
    if on is not None and suggest:
        raise Mistake("--suggest prints a version and nothing else", remedy="leave out --suggest, or --on")
    order = None if on is None else ImpactOrder(
        out=on, after=after, recipe=recipe, model=model, critic=critic, reviser=reviser, judge=judge, ledger=ledger,
        rulings=rulings, concurrency=concurrency,
    )  # fmt: skip
    output = Output("principles-diff", as_json=as_json, quiet=quiet, colour=colour)
    return show_diff(output, before, after, suggest, on=order, sample=sample, verbose=verbose)


@app.command()
def release(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The constitution whose draft.yaml is released.")],
    approved_by: Annotated[
        str, typer.Option("--approved-by", metavar="WHO", help="Who answers for it.", show_default=False)
    ],
    because: Annotated[str, typer.Option("--because", metavar="WHY", help="Why it is made.", show_default=False)],
    version: Annotated[
        str | None, typer.Option("--version", metavar="X.Y.Z", help="Else the lowest that the changes allow.")
    ] = None,
    accept_rehearsal: Annotated[
        bool, typer.Option("--accept-rehearsal", help="Release although only the simulator was asked.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Hold the cases, say what would come, write none.")
    ] = False,
    date: Annotated[
        str | None, typer.Option("--date", metavar="YYYY-MM-DD", help="For the changelog; else today, in UTC.")
    ] = None,
    draws: Annotated[
        int, typer.Option("--draws", metavar="K", min=1, help="How often each is asked; more where answers differ.")
    ] = 3,
    model: Annotated[
        str | None, typer.Option("--model", metavar="PROVIDER:MODEL", help="Who is the critic; else the simulator.")
    ] = None,
    critic: Annotated[str | None, typer.Option("--critic", metavar="PROVIDER:MODEL", help="The same.")] = None,
    ledger: flags.Ledger = None,
    concurrency: flags.Concurrency = 16,
    seed: flags.Seed = None,
    as_json: flags.Json = False,
    quiet: flags.Quiet = False,
) -> int:
    """Make the draft a release, which never changes again.

    Compares it with the latest release and takes the version that the changes
    demand, or a higher one. Refuses a lint error, a principle without cases, a
    case that fails or is flaky, and a version too low for the changes; all of
    it is told at once and nothing is written. Else writes the file, its entry
    in principles.lock with the evidence, and CHANGELOG.md.
    """
    from constitution.api.release_orders import ReleaseOrder
    from constitution.cli.releasing import show_release

    order = ReleaseOrder(
        name=name, approved_by=approved_by, because=because, version=version or "", date=date or "",
        accept_rehearsal=accept_rehearsal, dry_run=dry_run, draws=draws, model=model, critic=critic, ledger=ledger,
        concurrency=concurrency, seed=seed,
    )  # fmt: skip
    return show_release(Output("principles-release", as_json=as_json, quiet=quiet), order)


@app.command("import")
def import_(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE", help="A .json, .yaml, .txt, .md or .csv file of principles.", show_default=False
        ),
    ],
    name: Annotated[
        str, typer.Option("--name", metavar="NAME", help="What the constitution is to be called.", show_default=False)
    ],
    force: Annotated[bool, typer.Option("--force", help="Replace a draft that is there already.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show the draft and write nothing.")] = False,
    as_json: flags.Json = False,
    quiet: flags.Quiet = False,
) -> int:
    """Make a draft of principles that are written in another form.

    Reads the published critique and comparison instructions, llm-swarm's
    constitutions, a plain list of sentences (headings become groups), a table,
    and a YAML or JSON file of somebody's own. What has no field is kept under
    extra, and all that could not be mapped is listed.
    """
    from constitution.cli.importing import show_import

    output = Output("principles-import", as_json=as_json, quiet=quiet)
    return show_import(output, file, name, force=force, dry_run=dry_run)
