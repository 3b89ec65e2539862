"""Flags that go together: each stands once, and every verb that takes the bundle has them all."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from dataclasses import MISSING, dataclass, fields
from typing import Annotated, Any, TypeGuard, get_type_hints

import typer

from constitution.cli import flags


@dataclass(frozen=True, kw_only=True)
class Bundle:
    """Flags that go together; each is the field of an order of the same name."""


@dataclass(frozen=True, kw_only=True)
class Asked(Bundle):
    """What is asked, and of whom."""

    prompts: flags.Prompts
    model: flags.Model = None
    critic: flags.Critic = None
    reviser: flags.Reviser = None
    judge: flags.Judge = None
    panel: flags.Panel = None
    teacher: flags.Teacher = None
    candidate_origin: flags.CandidateOrigin = "unknown"
    ledger: flags.Ledger = None
    rulings: flags.Rulings = None
    seed: flags.Seed = None


@dataclass(frozen=True, kw_only=True)
class Drawn(Bundle):
    """What the answers are held to, and how many prompts are drawn."""

    principles: flags.Principles = None
    accept: Annotated[
        int | None, typer.Option("--accept", metavar="N", min=1, help="Stop at N pairs; fewer end with 4.")
    ] = None
    max_candidates: flags.MaxCandidates = None


@dataclass(frozen=True, kw_only=True)
class Called(Bundle):
    """How calls are made."""

    concurrency: flags.Concurrency = 16
    retry_faults: flags.RetryFaults = False


@dataclass(frozen=True, kw_only=True)
class Limited(Bundle):
    """What ends paid work early: on every verb under which models are asked."""

    max_cost: Annotated[
        float | None,
        typer.Option("--max-cost", metavar="USD", help="Spend no more; needs the price of every model."),
    ] = None
    max_calls: Annotated[
        int | None, typer.Option("--max-calls", metavar="N", min=1, help="Send no more than N calls.")
    ] = None
    max_failures: Annotated[
        int | None, typer.Option("--max-failures", metavar="N", min=0, help="Stop once more than N failed.")
    ] = None
    pin_model: Annotated[bool, typer.Option("--pin-model", help="Stop where a model of another family answers.")] = (
        False
    )


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
