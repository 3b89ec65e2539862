"""The verbs about whole datasets: mix, card, sign, push."""

from __future__ import annotations

import sys

import typer

from constitution.cli.terminal import write

app = typer.Typer(rich_markup_mode=None)


@app.callback(invoke_without_command=True)
def family(context: typer.Context) -> None:
    """Handle whole datasets: mix them, describe them, sign them, hand them on."""
    if context.invoked_subcommand is None:
        write(sys.stdout, context.get_help() + "\n")
