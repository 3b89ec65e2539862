"""The verbs about the ledger: stats, check, prune, export, forget."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from constitution.cli import flags
from constitution.cli.output import Output
from constitution.cli.terminal import write
from constitution.errors import Mistake

app = typer.Typer(rich_markup_mode=None)

Digests = Annotated[
    list[str] | None, typer.Option("--digest", metavar="DIGEST", help="Erase the reply to this request.")
]
Undo = Annotated[
    list[str] | None,
    typer.Option("--undo", metavar="DIGEST", help="Let it, and what was erased with it, be asked again."),
]
Outs = Annotated[
    list[Path] | None,
    typer.Option("--out", metavar="OUT", help="A dataset made of the prompt; may be given several times."),
]


@app.callback(invoke_without_command=True)
def family(context: typer.Context) -> None:
    """Look after the ledger, where paid replies are kept: stats, check, prune, export, forget."""
    if context.invoked_subcommand is None:
        write(sys.stdout, context.get_help() + "\n")


@app.command()
def stats(ledger: flags.Ledger = None, as_json: flags.Json = False, colour: flags.Colour = None) -> int:
    """Say what it holds: replies and tokens by model, how attempts ended, what may have been paid for nothing."""
    from constitution.cli.ledgers import place_of, show_stats

    return show_stats(Output("tools-ledger-stats", as_json=as_json, colour=colour), place_of(ledger))


@app.command()
def check(ledger: flags.Ledger = None, as_json: flags.Json = False, colour: flags.Colour = None) -> int:
    """Look for damage: in the file, its tables, and each reply and attempt.

    Changes nothing. Ends with 1 where something is found, each finding named. A request itself is not kept, only its
    digest: that a reply belongs to its request cannot be checked.
    """
    from constitution.cli.ledgers import place_of, show_check

    return show_check(Output("tools-ledger-check", as_json=as_json, colour=colour), place_of(ledger))


@app.command()
def prune(
    older_than: Annotated[
        int | None, typer.Option("--older-than", metavar="DAYS", min=0, help="Only what came longer ago.")
    ] = None,
    model: Annotated[
        str | None, typer.Option("--model", metavar="PROVIDER:MODEL", help="Only replies of this model.")
    ] = None,
    quarantine: Annotated[
        bool, typer.Option("--quarantine", help="Not replies, but requests that a provider would not take.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do it; else it is only said what would go.")] = False,
    ledger: flags.Ledger = None,
    as_json: flags.Json = False,
    quiet: flags.Quiet = False,
) -> int:
    """Remove what no longer serves, and give its room back.

    A reply that is removed is asked and paid for again where a run needs it. Without --yes nothing is changed.
    """
    from constitution.cli.ledgers import place_of, show_prune

    output = Output("tools-ledger-prune", as_json=as_json, quiet=quiet)
    return show_prune(output, place_of(ledger), days=older_than, model=model, quarantine=quarantine, really=yes)


@app.command()
def export(
    file: Annotated[Path, typer.Argument(metavar="FILE.jsonl", help="Where the copy goes.")],
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there.")] = False,
    ledger: flags.Ledger = None,
    as_json: flags.Json = False,
    quiet: flags.Quiet = False,
) -> int:
    """Copy every reply into a file of JSON Lines, in the order of the digests of their requests."""
    from constitution.cli.ledgers import place_of, show_export

    return show_export(Output("tools-ledger-export", as_json=as_json, quiet=quiet), place_of(ledger), file, force)


@app.command()
def forget(
    prompt: Annotated[
        str | None, typer.Argument(metavar="PROMPT", help="Id of a prompt, as constitution show has it.")
    ] = None,
    out: Outs = None,
    digest: Digests = None,
    because: Annotated[
        str, typer.Option("--because", metavar="TEXT", help="The reason, kept with the date; name no person in it.")
    ] = "",
    undo: Undo = None,
    ledger: flags.Ledger = None,
    as_json: flags.Json = False,
    quiet: flags.Quiet = False,
) -> int:
    """Erase what a person asks to have removed: at once, and for good.

    What was answered about the prompt is overwritten in the file. The digests, the date and the reason stay, so that
    no run buys it again, with --retry-faults neither: it sets the request aside and says since when it is erased.
    """
    from constitution.cli.ledgers import place_of, show_forget, show_undo

    output = Output("tools-ledger-forget", as_json=as_json, quiet=quiet)
    if not undo:
        return show_forget(output, place_of(ledger), prompt, out or (), digest or (), because)
    if prompt or out or digest or because:
        raise Mistake("--undo stands alone", remedy="constitution tools ledger forget --undo DIGEST")
    return show_undo(output, place_of(ledger), undo)
