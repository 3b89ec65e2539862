"""The verbs about the tool itself: doctor, simulate, ledger."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from constitution.cli import flags
from constitution.cli import ledger as ledger_verbs
from constitution.cli.output import Output
from constitution.cli.terminal import write

app = typer.Typer(rich_markup_mode=None)
app.add_typer(ledger_verbs.app, name="ledger")

_FAULTS = "What befalls an attempt: a status such as 429, 429-bare, spent; drop, cut, invalid, hang."
_CONTENT = "What is wrong with an answer: empty, refusal, off-schema; the same question goes wrong each time."


@app.callback(invoke_without_command=True)
def family(context: typer.Context) -> None:
    """Look after the tool itself: doctor, simulate, ledger."""
    if context.invoked_subcommand is None:
        write(sys.stdout, context.get_help() + "\n")


@app.command()
def doctor(
    ask: Annotated[
        str | None,
        typer.Option("--ask", metavar="PROVIDER:MODEL", help="Also ask this model one tiny question, for real."),
    ] = None,
    ledger: flags.Ledger = None,
    as_json: flags.Json = False,
    colour: flags.Colour = None,
) -> int:
    """Say all that one should know before a run.

    Versions, the project, who can be asked, the ledger, and what is on the shelf; no key is ever shown. Ends with 1
    if something is wrong.
    """
    from constitution.cli.doctor import show_doctor

    return show_doctor(Output("tools-doctor", as_json=as_json, colour=colour), ledger, ask)


@app.command()
def simulate(
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="Where to listen; 0 takes any that is free.")],
    host: Annotated[str, typer.Option("--host", help="Who else may ask: an address of this machine.")] = "127.0.0.1",
    latency: Annotated[float, typer.Option("--latency", metavar="SECONDS", help="How long an answer takes.")] = 0.0,
    seed: Annotated[str, typer.Option("--seed", help="Decides which attempts and questions go wrong.")] = "0",
    faults: Annotated[str, typer.Option("--faults", metavar="NAME=RATE,...", help=_FAULTS)] = "",
    content: Annotated[str, typer.Option("--content", metavar="NAME=RATE,...", help=_CONTENT)] = "",
    retry_after: Annotated[
        float, typer.Option("--retry-after", metavar="SECONDS", help="How long a 429 asks to wait.")
    ] = 1.0,
    key: Annotated[str, typer.Option("--key", help="Turn away whoever does not bring this key.")] = "",
    as_json: flags.Json = False,
    quiet: flags.Quiet = False,
) -> int:
    """Serve the simulator over HTTP until Ctrl-C.

    It speaks the wire formats of OpenAI (/v1/chat/completions) and Anthropic (/v1/messages), with faults on demand.
    GET /stats counts what came and what a provider would have billed.
    """
    from constitution.cli.simulating import simulate_until_told
    from constitution.providers.simulator.serving import behaviour

    told = behaviour(
        latency=latency, seed=seed, faults=faults, content=content, key=key, retry_after=retry_after
    )  # fmt: skip
    return simulate_until_told(Output("tools-simulate", as_json=as_json, quiet=quiet), told, host, port)
