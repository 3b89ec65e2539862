"""The verbs that make and compare editions of a principle file: diff, release, import."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from constitution.cli import flags
from constitution.cli.bundles import Limited, laid_out
from constitution.cli.output import Output
from constitution.errors import Mistake


@laid_out
def diff(
    *,
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
    limited: Limited,
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
    from constitution.api.impact.whole import ImpactOrder
    from constitution.cli.differing import show_diff

    asked = (sample, recipe, model, critic, reviser, judge, ledger, rulings, *vars(limited).values())
    if on is None and any(asked):
        raise Mistake("without a dataset there is no row to ask about", remedy="name its folder with --on OUT")
    if on is not None and suggest:
        raise Mistake("--suggest prints a version and nothing else", remedy="leave out --suggest, or --on")
    order = None if on is None else ImpactOrder(
        out=on, after=after, recipe=recipe, model=model, critic=critic, reviser=reviser, judge=judge, ledger=ledger,
        rulings=rulings, concurrency=concurrency, **vars(limited),
    )  # fmt: skip
    output = Output("principles-diff", as_json=as_json, quiet=quiet, colour=colour)
    return show_diff(output, before, after, suggest, on=order, sample=sample, verbose=verbose)


@laid_out
def release(
    *,
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
    limited: Limited,
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
    from constitution.api.release.orders import ReleaseOrder
    from constitution.cli.releasing import show_release

    order = ReleaseOrder(
        name=name, approved_by=approved_by, because=because, version=version or "", date=date or "",
        accept_rehearsal=accept_rehearsal, dry_run=dry_run, draws=draws, model=model, critic=critic, ledger=ledger,
        concurrency=concurrency, seed=seed, **vars(limited),
    )  # fmt: skip
    return show_release(Output("principles-release", as_json=as_json, quiet=quiet), order)


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
