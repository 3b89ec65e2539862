"""The verb export: a dataset folder as one trainer reads it, with the labels beside it; or which formats there are."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.padding import Padding
from rich.text import Text

from constitution.cli import flags
from constitution.cli.output import Output
from constitution.errors import Mistake


def export(
    folder: Annotated[
        Path | None, typer.Argument(metavar="DIR", help="Dataset folder, of a run or a mixture.", show_default=False)
    ] = None,
    to: Annotated[str | None, typer.Option("--to", metavar="FORMAT", help="For whom; --formats lists them.")] = None,
    out: Annotated[Path | None, typer.Option("--out", metavar="PLACE", help="Folder that the export becomes.")] = None,
    option: Annotated[
        list[str] | None,
        typer.Option(
            "--option", metavar="NAME=VALUE", help="A setting of the format; give it once for each.", show_default=False
        ),
    ] = None,
    split: Annotated[
        str | None, typer.Option("--split", metavar="NAME", help="This split alone, such as train.")
    ] = None,
    skip: Annotated[
        bool,
        typer.Option("--skip", help="Leave out rows that the format cannot say, and list them, instead of stopping."),
    ] = False,
    unverified: Annotated[
        bool, typer.Option("--unverified", help="Export rows that are not as they were sealed, too.")
    ] = False,
    formats: Annotated[bool, typer.Option("--formats", help="List the formats and what each cannot say.")] = False,
    as_json: flags.Json = False,
    quiet: flags.Quiet = False,
) -> int:
    """Write a dataset as a trainer reads it, with its labels beside it.

    Nothing is written where a row cannot be said without loss. Every line has its labels in labels.jsonl, and
    export.json tells what was done.
    """
    output = Output("export", as_json=as_json, quiet=quiet)
    if formats:
        return show_formats(output)
    if folder is None or to is None or out is None:
        missing = [name for name, given in (("DIR", folder), ("--to", to), ("--out", out)) if given is None]
        raise Mistake(
            f"{' and '.join(missing)} not given",
            remedy="for example: constitution export out/ --to trl --out trl/; --formats lists the formats",
        )
    return show_export(output, folder, to, out, options_of(option or []), split=split, skip=skip, unverified=unverified)


def options_of(given: list[str]) -> dict[str, str]:
    """Name to value of each ``NAME=VALUE``; raises ``Mistake``."""
    options: dict[str, str] = {}
    for each in given:
        name, equals, value = each.partition("=")
        if not name or not equals:
            raise Mistake(f"--option {each} is no NAME=VALUE", remedy="for example --option platform=azure")
        if name in options:
            raise Mistake(f"--option {name} is given twice", remedy="give it once")
        options[name] = value
    return options


def show_formats(output: Output) -> int:
    """Every format: for whom it is, which settings it takes, what it cannot say."""
    from constitution.api.data.exporting import formats, settings_of

    found: list[dict[str, Any]] = []
    for name, form in formats().items():
        settings = settings_of(name)
        said = [form.purpose, *(f"--option {setting}={values}" for setting, values in settings.items())]
        said += [f"cannot say: {each}" for each in form.cannot] + ([form.note] if form.note else [])
        output.show(Text(name, "bold"), *(Padding(Text(each), (0, 0, 0, 2)) for each in said), Text())
        told = {"purpose": form.purpose, "settings": settings, "cannot": list(form.cannot), "note": form.note}
        found.append({"name": name, **told})
    return output.end({"formats": found})


def show_export(
    output: Output,
    folder: Path,
    to: str,
    out: Path,
    options: dict[str, str],
    *,
    split: str | None,
    skip: bool,
    unverified: bool,
) -> int:
    """The dataset is exported; what came of it."""
    from constitution.api.data.exporting import export as exported

    record = exported(folder, to, out, split=split, skip=skip, unverified=unverified, options=options)
    for name, lines in record["lines"].items():
        output.line(f"{out / name}.jsonl: {lines:,} lines")
    output.line(f"{record['rows_out']:,} of {record['rows_in']:,} rows as {to}; labels in {out / 'labels.jsonl'}")
    for why, count in record["skipped"].items():
        output.note(f"left out: {count:,} rows: {why}")
    if record["rehearsal"]:
        output.note("rehearsal: rows by the simulator, a program; what is trained on them shows nothing of any model")
    if record["note"]:
        output.note(record["note"])
    for name, advice in record["hints"].items():
        if name != "why":
            output.note(f"advice: {name} {json.dumps(advice)}{_why(record['hints'])}")
    return output.end(record)


def _why(hints: dict[str, Any]) -> str:
    return f" ({hints['why']})" if "why" in hints else ""
