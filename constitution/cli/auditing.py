"""The verb audit: what a trainer will make of pairs, what spoils most first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from constitution.auditing.finding import Finding
from constitution.auditing.report import Report
from constitution.cli import flags
from constitution.cli.output import Output
from constitution.cli.tables import count
from constitution.cli.terminal import one_line
from constitution.dataset.saying import per_cent

FEW = 2
"""Examples of a finding that are shown; -v shows all that it keeps."""


def audit(
    path: Annotated[Path, typer.Argument(metavar="PATH", help="Dataset folder, or .jsonl, .json, .csv or .parquet.")],
    tokenizer: Annotated[
        str | None,
        typer.Option("--tokenizer", metavar="T", help="Folder of a tokenizer, or a name that was downloaded before."),
    ] = None,
    max_length: Annotated[
        int | None,
        typer.Option("--max-length", metavar="N", min=1, help="Tokens at which the trainer cuts; else 1024."),
    ] = None,
    chat_template: Annotated[
        Path | None, typer.Option("--chat-template", metavar="FILE", help="Jinja template; else the tokenizer's own.")
    ] = None,
    rows: Annotated[
        Path | None,
        typer.Option("--rows", metavar="FILE", help="New file for the tokens of each row, as JSON Lines."),
    ] = None,
    split: Annotated[
        str | None, typer.Option("--split", metavar="NAME", help="This split of a folder alone, such as train.")
    ] = None,
    as_json: flags.Json = False,
    quiet: flags.Quiet = False,
    verbose: flags.Verbose = False,
    colour: flags.Colour = None,
) -> int:
    """See pairs as a trainer will: traps, doubles, shortcuts, lengths.

    Reads anybody's pairs and changes nothing. Exit code 1 says that rows raise or train wrongly, contradict each other,
    or that their difference does not survive. With --json and --tokenizer, -v adds the tokens of each row.
    """
    from constitution.api.data.auditing import audit as look

    output = Output("audit", as_json=as_json, quiet=quiet, colour=colour)
    lines: list[dict[str, Any]] = []
    keeps = lines.append if as_json and verbose and tokenizer is not None else None
    report = look(
        path, tokenizer=tokenizer, max_length=max_length, chat_template=chat_template, split=split, rows=rows,
        told=keeps,
    )  # fmt: skip
    return show(output, report, lines, verbose=verbose)


def show(output: Output, report: Report, lines: Sequence[Mapping[str, Any]] = (), *, verbose: bool = False) -> int:
    """The findings are on standard output, and the figures; the exit code says whether there was an error."""
    errors, warnings = report.errors, report.warnings
    said = f"{count(len(errors), 'error')}, {count(len(warnings), 'warning')}"
    output.show(Text(f"{count(report.rows, 'row')} of {one_line(report.path)}: {said}", style="bold"))
    for finding in report.findings:
        output.show(Text(), *_told(finding, verbose=verbose))
    output.show(Text(), spreads(report), Text(), Text("\n".join(figure_lines(report, verbose=verbose))))
    data = report.as_json() | ({"token_rows": list(lines)} if lines else {})
    failed = [{"kind": "audit", "message": f"{count(len(errors), 'finding')} that would spoil training; see above"}]
    return output.end(data, code=0 if report.ok else 1, errors=failed if errors else ())


def _told(finding: Finding, *, verbose: bool) -> Iterator[RenderableType]:
    error = finding.severity == "error"
    head = Text(f"{finding.severity:<8}", style="red" if error else "yellow").append(finding.name, "bold")
    rows = f"{count(finding.rows, 'row')} ({per_cent(finding.share)})" if not finding.name.startswith(_RULES) else ""
    yield head.append(f"  {rows}" if rows else "", "not bold")
    shown = finding.examples if verbose else finding.examples[:FEW]
    more = {
        "": finding.what,
        "seen": finding.seen,
        "in training": finding.trainer,
        "what to do": finding.remedy,
        "such as": "; ".join(one_line(each) for each in shown),
    }
    for name, text in more.items():
        if text:
            told = Text().append(f"{name}: " if name else "", "dim").append(one_line(text))
            yield Padding(told, (0, 0, 0, 4))


_RULES = ("length", "style: ", "first-words")
"""Findings about all rows together: how many a rule gets right is said in their own words."""


def spreads(report: Report) -> Table:
    """How long the sides are, in characters and, where a tokenizer was named, in tokens."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column("")
    for name in ("mean", "p50", "p95", "max"):
        table.add_column(name, justify="right")
    characters, tokens = report.figures["characters"], report.figures.get("tokens", {})
    lines = {"characters of chosen": characters["chosen"], "characters of rejected": characters["rejected"]}
    if tokens:
        lines |= {f"tokens of {name}": tokens[name] for name in ("prompt", "chosen", "rejected")}
        lines |= {"tokens a row needs": tokens["needed"], "first token that differs": tokens["first_divergence"]}
    for name, told in lines.items():
        if told["mean"] is not None:  # of no row can tokens be told where all are dropped, or none is tokenized
            table.add_row(name, f"{told['mean']:,.1f}", *(f"{told[each]:,}" for each in ("p50", "p95", "max")))
    return table


def figure_lines(report: Report, *, verbose: bool = False) -> list[str]:
    """A line for each of the other figures; with ``verbose`` also for the rules that do not lean."""
    doubles, tokens = report.figures["doubles"], report.figures.get("tokens")
    lines = [
        f"{count(doubles['prompts'], 'different prompt')}, at most {count(doubles['most_pairs_of_a_prompt'], 'pair')} "
        "of one",
        _labels(report.figures["labels"]),
    ]
    if tokens and tokens["shared"] is not None:
        lines.append(f"{tokens['shared']:.1%} of the tokens of an answer, at its two ends, are in both sides")
    for name, rule in report.figures["shortcuts"].items() if verbose else ():
        low, high = rule["interval"]
        right = f", {per_cent(rule['accuracy'])} ({low:.1%} to {high:.1%})" if rule["accuracy"] is not None else ""
        told = f"chosen {rule['more_in_chosen']:,}, rejected {rule['more_in_rejected']:,}{right}"
        lines.append(f"more {name.replace('_', ' ')}: {told}")
    return lines


_SYNTHETIC = {
    "full": "wholly synthetic",
    "partial": "partly synthetic",
    "none": "by people",
    "unknown": "by nobody knows whom",
}


def _labels(figures: Mapping[str, Any]) -> str:
    said = [f"{number:,} {_SYNTHETIC.get(name, one_line(name))}" for name, number in figures["synthetic"].items()]
    return "rows: " + ", ".join([*said, *([f"{figures['unlabelled']:,} unlabelled"] if figures["unlabelled"] else [])])
