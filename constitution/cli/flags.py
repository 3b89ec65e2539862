"""Flags that several commands share, each with its one help text."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from constitution.core.records import Origin

Prompts = Annotated[
    Path,
    typer.Option("--prompts", metavar="SOURCE", show_default=False,
                 help="File of prompts (.jsonl, .json, .csv, .parquet), dataset folder, or hub:OWNER/NAME@REV#SPLIT."),
]  # fmt: skip
CandidateOrigin = Annotated[
    Origin,
    typer.Option("--candidate-origin", metavar="ORIGIN",
                 help="Who wrote the answers that the prompts bring, where their rows do not say."),
]  # fmt: skip
Principles = Annotated[
    str | None,
    typer.Option("--principles", metavar="REF", help="Constitution, such as harmlessness@1; else the recipe's."),
]
Model = Annotated[
    str | None,
    typer.Option("--model", metavar="PROVIDER:MODEL", help="Who drafts; without any model, the simulator does."),
]
Critic = Annotated[str | None, typer.Option("--critic", metavar="PROVIDER:MODEL", help="Else the drafting model.")]
Reviser = Annotated[str | None, typer.Option("--reviser", metavar="PROVIDER:MODEL", help="Else the drafting model.")]
Judge = Annotated[str | None, typer.Option("--judge", metavar="PROVIDER:MODEL", help="Else the critic.")]
Panel = Annotated[
    list[str] | None,
    typer.Option("--panel", metavar="PROVIDER:MODEL", show_default=False,
                 help="One more judge, asked where the first cannot decide; give it once for each."),
]  # fmt: skip
Teacher = Annotated[
    str | None, typer.Option("--teacher", metavar="PROVIDER:MODEL", help="A stronger model, where the recipe asks one.")
]
Ledger = Annotated[
    Path | None,
    typer.Option("--ledger", metavar="FILE",
                 help="Where paid replies are kept; else CONSTITUTION_LEDGER, else .constitution/ledger.db."),
]  # fmt: skip
Recipe = Annotated[str, typer.Argument(metavar="RECIPE", help="Name or path of a recipe.")]
Rulings = Annotated[
    Path | None,
    typer.Option("--rulings", metavar="FILE", help="What people ruled, which outranks any model; else rulings.jsonl."),
]
Concurrency = Annotated[int, typer.Option("--concurrency", min=1, help="Calls in flight at most.")]
Seed = Annotated[str | None, typer.Option("--seed", help="Decides all that is left to chance; else the recipe's.")]
RetryFaults = Annotated[bool, typer.Option("--retry-faults", help="Ask again what a provider would not take before.")]
MaxCandidates = Annotated[
    int | None,
    typer.Option("--max-candidates", metavar="M", min=1, help="Take no more prompts than the first M."),
]
Json = Annotated[bool, typer.Option("--json", help="Write one JSON document instead of text.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No notes and no progress.")]
Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="Say more.")]
Colour = Annotated[
    bool | None,
    typer.Option("--color/--no-color", help="Colours or none; else by the terminal, NO_COLOR and FORCE_COLOR.",
                 show_default=False),
]  # fmt: skip
