"""The verb review: its options."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from constitution.cli import flags
from constitution.cli.output import Output


def review(
    out: Annotated[Path, typer.Argument(metavar="OUT", help="Folder that a run wrote.")],
    export: Annotated[
        Path | None,
        typer.Option("--export", metavar="FILE", help="Write what may be ruled on, as .csv or .xlsx, and end."),
    ] = None,
    import_: Annotated[
        Path | None, typer.Option("--import", metavar="FILE", help="Take over the rulings of such a file, all or none.")
    ] = None,
    to_cases: Annotated[
        bool, typer.Option("--to-cases", help="Make rulings on answers cases of their principles, in the draft.")
    ] = False,
    reviewer: Annotated[
        str | None,
        typer.Option("--reviewer", metavar="PSEUDONYM", help="Who ruled, where a row does not say; no real name."),
    ] = None,
    principle: Annotated[
        str | None, typer.Option("--principle", metavar="ID", help="Export what was held to this principle only.")
    ] = None,
    fate: Annotated[
        str | None, typer.Option("--fate", metavar="FATE", help="Export prompts that ended so only, such as undecided.")
    ] = None,
    sample: Annotated[
        int | None, typer.Option("--sample", metavar="N", min=1, help="Export N rows only, the same each time.")
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Export over a file, and lose the verdicts in it that are not imported.")
    ] = False,
    principles: Annotated[
        str | None,
        typer.Option("--principles", metavar="REF", help="Constitution to hold rulings to; else the one of OUT."),
    ] = None,
    rulings: Annotated[
        Path | None, typer.Option("--rulings", metavar="FILE", help="Where rulings are kept; else rulings.jsonl.")
    ] = None,
    date: Annotated[
        str | None, typer.Option("--date", metavar="YYYY-MM-DD", help="Day of imported rulings; else today.")
    ] = None,
    as_json: flags.Json = False,
    quiet: flags.Quiet = False,
) -> int:
    """Let people overrule the models.

    Without options it says which rulings hold, which are stale, what they will
    change at the next run, and how often critic and judge were wrong. Export
    writes a sheet with empty columns to fill in: verdict (violates, complies
    or not_applicable for an answer; keep or drop for a pair), their_quote,
    their_reason, reviewer. Import takes the filled rows over.
    """
    from constitution.cli import reviewing
    from constitution.errors import Mistake

    output = Output("review", as_json=as_json, quiet=quiet)
    chosen = [name for name, given in (("--export", export), ("--import", import_), ("--to-cases", to_cases)) if given]
    if len(chosen) > 1:
        raise Mistake(f"{' and '.join(chosen)} cannot go together", remedy="give them one after the other")
    if export is None and (principle is not None or fate is not None or sample is not None):
        raise Mistake("--principle, --fate and --sample choose what to export", remedy="give --export FILE as well")
    if export is None and force:
        raise Mistake("--force speaks of the file to export to", remedy="give --export FILE as well")
    desk = reviewing.desk(output, out, rulings=rulings, principles=principles)
    if export is not None:
        return reviewing.show_export(output, desk, export, principle=principle, fate=fate, sample=sample, force=force)
    if import_ is not None:
        return reviewing.show_import(output, desk, import_, reviewer=reviewer, date=date)
    return reviewing.show_cases(output, desk) if to_cases else reviewing.show_standing(output, desk)
