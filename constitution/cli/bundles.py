"""Flags that go together: each stands once, and every verb that takes the bundle has them all."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from dataclasses import MISSING, dataclass, fields
from pathlib import Path
from typing import Annotated, Any, TypeGuard, get_type_hints

import typer

from constitution.cli import flags
from constitution.core.records import Origin


@dataclass(frozen=True, kw_only=True)
class Bundle:
    """Flags that go together; each is the field of an order of the same name."""


@dataclass(frozen=True, kw_only=True)
class Asked(Bundle):
    """What is asked, and of whom."""

    prompts: Annotated[
        Path,
        typer.Option(
            "--prompts",
            metavar="SOURCE",
            show_default=False,
            help="File of prompts (.jsonl, .json, .csv, .parquet), dataset folder, or hub:OWNER/NAME@REV#SPLIT.",
        ),
    ]
    model: Annotated[
        str | None,
        typer.Option("--model", metavar="PROVIDER:MODEL", help="Who drafts; without any model, the simulator does."),
    ] = None
    critic: Annotated[
        str | None, typer.Option("--critic", metavar="PROVIDER:MODEL", help="Else the drafting model.")
    ] = None
    reviser: Annotated[
        str | None, typer.Option("--reviser", metavar="PROVIDER:MODEL", help="Else the drafting model.")
    ] = None
    judge: Annotated[str | None, typer.Option("--judge", metavar="PROVIDER:MODEL", help="Else the critic.")] = None
    candidate_origin: Annotated[
        Origin,
        typer.Option("--candidate-origin", metavar="ORIGIN",
                     help="Who wrote the answers that the prompts bring, where their rows do not say."),
    ] = "unknown"  # fmt: skip
    ledger: flags.Ledger = None
    seed: Annotated[
        str | None, typer.Option("--seed", help="Decides all that is left to chance; else the recipe's.")
    ] = None


@dataclass(frozen=True, kw_only=True)
class Drawn(Bundle):
    """What the answers are held to, and how many prompts are drawn."""

    principles: Annotated[
        str | None,
        typer.Option("--principles", metavar="REF", help="Constitution, such as harmlessness@1; else the recipe's."),
    ] = None
    accept: Annotated[
        int | None, typer.Option("--accept", metavar="N", min=1, help="Stop at N pairs; fewer end with 4.")
    ] = None
    max_candidates: Annotated[
        int | None,
        typer.Option("--max-candidates", metavar="M", min=1, help="Take no more prompts than the first M."),
    ] = None


@dataclass(frozen=True, kw_only=True)
class Called(Bundle):
    """How calls are made."""

    concurrency: Annotated[int, typer.Option("--concurrency", min=1, help="Calls in flight at most.")] = 16
    retry_faults: Annotated[
        bool, typer.Option("--retry-faults", help="Ask again what a provider would not take before.")
    ] = False


def laid_out(verb: Callable[..., int]) -> Callable[..., int]:
    """The verb with the flags of its bundles in their place: it is called with flags, and calls with bundles."""
    hints = get_type_hints(verb, include_extras=True)
    bundles = {name: hint for name, hint in hints.items() if _is_bundle(hint)}

    def called(**given: Any) -> int:
        made = {name: of(**{flag.name: given.pop(flag.name) for flag in fields(of)}) for name, of in bundles.items()}
        return verb(**given, **made)

    called.__name__, called.__doc__ = verb.__name__, verb.__doc__
    parameters = inspect.signature(verb).parameters.values()
    shown = [each for parameter in parameters for each in _flags(parameter, hints[parameter.name])]
    vars(called)["__signature__"] = inspect.Signature(shown, return_annotation=int)
    return called


def _is_bundle(hint: Any) -> TypeGuard[type[Bundle]]:
    return isinstance(hint, type) and issubclass(hint, Bundle)


def _flags(parameter: inspect.Parameter, hint: Any) -> Iterator[inspect.Parameter]:
    """The parameter, or those that its bundle holds."""
    if not _is_bundle(hint):
        yield parameter.replace(annotation=hint, kind=parameter.KEYWORD_ONLY)
        return
    hints = get_type_hints(hint, include_extras=True)
    for flag in fields(hint):
        default = parameter.empty if flag.default is MISSING else flag.default
        yield inspect.Parameter(flag.name, parameter.KEYWORD_ONLY, default=default, annotation=hints[flag.name])
