"""The verb verify: what each level came to, what was found, and the one word, as people and programs read it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from constitution.cli import flags
from constitution.cli.output import Output, Said
from constitution.cli.tables import count
from constitution.cli.terminal import one_line
from constitution.verifying.finding import CAP
from constitution.verifying.report import REPLAY, Level, Report

FEW = 10
"""Findings of a level that are shown; -v shows all that are kept."""
STYLES = {"ok": "green", "noted": "yellow", "failed": "red", "not checked": "dim", "absent": "dim"}


def verify(
    path: Annotated[
        Path, typer.Argument(metavar="PATH", help="Dataset folder, export, or a .parquet, .jsonl or .json of rows.")
    ],
    key: Annotated[
        list[Path] | None,
        typer.Option(
            "--key", metavar="PUB", show_default=False, help="Public key that must have signed; give it once for each."
        ),
    ] = None,
    against: Annotated[
        Path | None,
        typer.Option("--against", metavar="DIR", help="Dataset folder that a file of rows, or an export, came from."),
    ] = None,
    subset: Annotated[bool, typer.Option("--subset", help="Rows may be missing; how many is said.")] = False,
    min_sequence: Annotated[
        int | None, typer.Option("--min-sequence", metavar="N", help="Refuse an edition older than this.")
    ] = None,
    expect_root: Annotated[
        str, typer.Option("--expect-root", metavar="HEX", help="Root that the rows must have.", show_default=False)
    ] = "",
    repair: Annotated[
        bool, typer.Option("--repair", help="First put back lost labels from the index of the folder.")
    ] = False,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="New file for the restored rows of a file.")
    ] = None,
    as_json: flags.Json = False,
    quiet: flags.Quiet = False,
    verbose: flags.Verbose = False,
    colour: flags.Colour = None,
) -> int:
    """Check that a dataset is what it says, without network.

    Files, rows, their set, principles, ledger and signatures are looked at one by one and told one by one. Exit code 1
    says that something was altered, lost its labels, is stale or is not signed by the keys of --key.
    """  # fmt: skip
    from constitution.api.data.verifying import verify as look

    output = Output("verify", as_json=as_json, quiet=quiet, colour=colour)
    report = look(path, key=key or (), against=against, subset=subset, min_sequence=min_sequence,
                  expect_root=expect_root, repair=repair, out=out)  # fmt: skip
    return show_report(output, report, verbose=verbose)


def show_report(output: Output, report: Report, *, verbose: bool = False) -> int:
    """The report is on standard output; the exit code is its own."""
    if report.repaired is not None:
        done = report.repaired
        output.line(f"labels restored in {count(done['restored'], 'row')}, not in {done['not_restored']:,}")
    output.show(_table(report))
    for level in report.levels.values():
        for line in _found(level, verbose=verbose):
            output.line(line)
    of = "" if report.of is None else f" of {report.of:,}"
    output.show(Text())
    output.show(Text(report.word, style="bold green" if report.ok else "bold red").append(
        f" - {report.rows:,}{of} rows: {report.meaning}", "none"))  # fmt: skip
    if report.ok and report.of is not None and report.levels["freshness"].status == "not checked":
        output.note(REPLAY)
    return output.end({**report.data(), "findings_cap": CAP}, code=report.exit_code, errors=_errors(report))


def _table(report: Report) -> Table:
    table = Table(box=None, pad_edge=False)
    for name in ("level", "status", "what was found"):
        table.add_column(name, overflow="fold")
    for level in report.levels.values():
        table.add_row(level.name, Text(level.status, STYLES[level.status]), one_line(level.said))
    return table


def _found(level: Level, *, verbose: bool) -> Iterator[str]:
    shown = level.findings if verbose else level.findings[:FEW]
    for finding in shown:
        yield f"{level.name}: {finding}"
    left = sum(level.counts.values()) - len(shown)
    if left:
        yield f"{level.name}: and {left:,} more" + ("" if verbose else "; -v lists them")


def _errors(report: Report) -> list[Said]:
    return [] if report.ok else [{"kind": "verify", "message": f"{report.word}: {report.meaning}"}]
