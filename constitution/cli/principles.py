"""The verbs about principle files: lint."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from constitution.cli import flags
from constitution.cli.output import Output
from constitution.cli.terminal import write

app = typer.Typer(rich_markup_mode=None)


@app.callback(invoke_without_command=True)
def family(context: typer.Context) -> None:
    """Look after principle files: lint."""
    if context.invoked_subcommand is None:
        write(sys.stdout, context.get_help() + "\n")


@app.command()
def lint(
    references: Annotated[
        list[str], typer.Argument(metavar="REF_OR_PATH...", help="Such as harmlessness@draft, or a file.")
    ],
    as_json: flags.Json = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Errors only.")] = False,
) -> int:
    """Say what is wrong or weak in them.

    Each problem is a line that begins with file:line:column. Ends with 1 if
    there are errors; warnings alone are no failure.
    """
    from constitution.cli.linting import show_lint

    return show_lint(Output("principles-lint", as_json=as_json, quiet=quiet), references)
