"""The verbs about whole datasets: mix, card, sign, push."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from constitution.cli import flags
from constitution.cli.handing import push, sign
from constitution.cli.output import Output
from constitution.cli.terminal import write

app = typer.Typer(rich_markup_mode=None)


@app.callback(invoke_without_command=True)
def family(context: typer.Context) -> None:
    """Handle whole datasets: mix them, describe them, sign them, hand them on."""
    if context.invoked_subcommand is None:
        write(sys.stdout, context.get_help() + "\n")


@app.command("mix")
def mix(
    *,
    sources: Annotated[
        list[str],
        typer.Argument(
            metavar="SOURCE[=SHARE]...",
            show_default=False,
            help="Dataset folders, and files of rows (.jsonl, .json, .csv, .parquet): a=0.7 b=0.3.",
        ),
    ],
    out: Annotated[Path, typer.Option("--out", help="Folder that the mixture goes to.", show_default=False)],
    rows: Annotated[
        int | None, typer.Option("--rows", min=1, help="Rows of the mixture; else as many as can be.")
    ] = None,
    assume: Annotated[
        list[str] | None,
        typer.Option(
            "--assume",
            metavar="[FILE:]KEY=VALUE,...",
            show_default=False,
            help="Labels of a file that has none: origin and license, and source, model, "
            "chosen_origin, chosen_model and so on; without FILE of every such file.",
        ),
    ] = None,
    max_synthetic: Annotated[
        float | None,
        typer.Option(
            "--max-synthetic",
            metavar="SHARE",
            min=0,
            max=1,
            help="Refuse if more rows are synthetic in full or in part, or nobody knows.",
        ),
    ] = None,
    forbid_restriction: Annotated[
        list[str] | None,
        typer.Option(
            "--forbid-restriction",
            metavar="NAME",
            show_default=False,
            help="Refuse if it binds a row, or may: of whose licence or terms nobody knows.",
        ),
    ] = None,
    require_verified: Annotated[
        bool, typer.Option("--require-verified", help="Refuse sources that are not signed with a --key.")
    ] = False,
    key: Annotated[
        list[Path] | None,
        typer.Option("--key", metavar="FILE", show_default=False, help="Public key of a signer whom you trust."),
    ] = None,
    drop_contradictions: Annotated[
        bool, typer.Option("--drop-contradictions", help="Leave out both where one row prefers what another rejects.")
    ] = False,
    test_share: Annotated[
        float, typer.Option("--test-share", min=0, max=1, help="Share of the prompts of files that goes to test.")
    ] = 0.0,
    with_rehearsal: Annotated[
        bool, typer.Option("--with-rehearsal", help="Let rows of the simulator stand beside real ones.")
    ] = False,
    seed: Annotated[str, typer.Option("--seed", help="Decides which rows are drawn, and their order.")] = "mix",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Report, and write nothing.")] = False,
    as_json: flags.Json = False,
    quiet: flags.Quiet = False,
) -> int:
    """Make one dataset of several, each row as it was sealed.

    Shares are of the rows drawn, and add up to 1; a source without one is used whole beside them, and without any
    share all sources are. Rows keep their labels, licences and splits; those of files go to train. A prompt that stands
    in a test split of one source goes to test wherever it comes from. Exit 1, and nothing written, if a bound is not
    kept or a source is not what it says it is.
    """
    from constitution.api.data import mixing
    from constitution.cli.mixing import show_mixture

    mixture = mixing.mix(
        *sources, out=out, rows=rows, assume=assume or (), max_synthetic=max_synthetic,
        forbid_restriction=forbid_restriction or (), require_verified=require_verified, key=key or (),
        drop_contradictions=drop_contradictions, test_share=test_share, with_rehearsal=with_rehearsal, seed=seed,
        dry_run=dry_run,
    )  # fmt: skip
    return show_mixture(Output("data-mix", as_json=as_json, quiet=quiet), mixture)


@app.command("card")
def card(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A finished dataset folder.", show_default=False)],
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; name each figure or line that differs.")
    ] = False,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="Where the card goes, instead of DIR/README.md.")
    ] = None,
    as_json: flags.Json = False,
    quiet: flags.Quiet = False,
) -> int:
    """Write the dataset card anew, every figure counted from the rows.

    What stands outside the marks <!-- pairprov --> and <!-- /pairprov --> stays as it is, and so do keys of the front
    matter that rows do not decide. Exit 1 if the manifest, or with --check the card, says something else than the rows.
    """
    from constitution.cli.carding import show_card

    return show_card(Output("data-card", as_json=as_json, quiet=quiet), folder, check=check, file=out)


app.command("sign")(sign)
app.command("push")(push)
