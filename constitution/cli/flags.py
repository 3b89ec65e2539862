"""Flags that stand alone and that several commands share, each with its one help text."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Ledger = Annotated[
    Path | None,
    typer.Option("--ledger", metavar="FILE",
                 help="Where paid replies are kept; else CONSTITUTION_LEDGER, else .constitution/ledger.db."),
]  # fmt: skip
Recipe = Annotated[str, typer.Argument(metavar="RECIPE", help="Name or path of a recipe.")]
Json = Annotated[bool, typer.Option("--json", help="Write one JSON document instead of text.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No notes and no progress.")]
Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="Say more.")]
Colour = Annotated[
    bool | None,
    typer.Option("--color/--no-color", help="Colours or none; else by the terminal, NO_COLOR and FORCE_COLOR.",
                 show_default=False),
]  # fmt: skip
