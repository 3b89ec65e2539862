"""The verb show: the funnel of a dataset, one row of it explained, or what each principle brought about."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Annotated, Literal

import typer

from constitution.cli import flags
from constitution.cli.output import Output
from constitution.errors import Mistake


def show(
    out: Annotated[Path, typer.Argument(metavar="OUT", help="Folder that a run wrote.")],
    pair: Annotated[
        str | None, typer.Argument(metavar="PAIR", help="Row number, pair id or prompt id; ids may be cut short.")
    ] = None,
    by: Annotated[
        Literal["principle"] | None,
        typer.Option("--by", help="How often each principle applied, fired and earned, and what stands out."),
    ] = None,
    principle: Annotated[
        str | None, typer.Option("--principle", metavar="ID", help="With --by: this one alone, with all its rows.")
    ] = None,
    html: Annotated[
        Path | None,
        typer.Option("--html", metavar="FILE", help="Write the row as one page that stands by itself, to be sent on."),
    ] = None,
    as_json: flags.Json = False,
    verbose: flags.Verbose = False,
    colour: flags.Colour = None,
) -> int:
    """Look at a dataset, or at one row of it.

    Prints the funnel, or one row explained from prompt to label.
    """
    from constitution.cli.covering import show_by_principle
    from constitution.cli.showing import show_folder, show_one, show_page

    output = Output("show", as_json=as_json, colour=colour)
    _hold_together(out, pair, by, principle, html)
    if by is not None:
        return show_by_principle(output, out, principle=principle, verbose=verbose)
    if pair is None:
        return show_folder(output, out, verbose=verbose)
    if html is not None:
        return show_page(output, out, pair, html)
    return show_one(output, out, pair, verbose=verbose)


def _hold_together(out: Path, pair: str | None, by: str | None, principle: str | None, html: Path | None) -> None:
    """Passes when the arguments make sense together; raises ``Mistake``."""
    if by is not None and pair is not None:
        raise Mistake("--by speaks of the whole folder", remedy="leave out the pair, or --by")
    if principle is not None and by is None:
        raise Mistake("--principle goes with --by principle", remedy=f"add --by principle, or leave out {principle}")
    if html is not None and pair is None:
        command = f"constitution show {shlex.quote(str(out))} 1 --html {shlex.quote(str(html))}"
        raise Mistake("--html explains one row, and none is named", remedy=f"name it, for example: {command}")
