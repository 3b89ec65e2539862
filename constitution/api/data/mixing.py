"""Mixing as other programs call it: an order in plain values, and what came of it."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TypeVar

from constitution.api.preparing import ENGINE
from constitution.api.terms import conditions_of
from constitution.mixing.mixing import Mixture, mixed
from constitution.mixing.order import SEED, MixOrder, Wanted, assumed_of, wanted_of
from constitution.mixing.training import Checked, UnlabelledRows, check, training_data
from constitution.providers.endpoints import read_settings
from constitution.shelf import find_root

__all__ = ["Checked", "Mixture", "UnlabelledRows", "check", "mix", "training_data"]

Named = str | os.PathLike[str]


def mix(
    *sources: Named | Sequence[Named],
    out: Named,
    rows: int | None = None,
    assume: str | Sequence[str] | Mapping[str, str] | Mapping[str, Mapping[str, str]] = (),
    seed: str = SEED,
    max_synthetic: float | None = None,
    forbid_restriction: str | Sequence[str] = (),
    require_verified: bool = False,
    key: Named | Sequence[Named] = (),
    drop_contradictions: bool = False,
    test_share: float = 0.0,
    with_rehearsal: bool = False,
    dry_run: bool = False,
) -> Mixture:
    """The mixture of these sources, each a path or ``path=share``; ``mixed`` tells what is true afterwards.

    ``assume`` is as on the command line, or what is declared of all files, or file name to what is declared of its
    rows.
    """
    root = find_root(Path.cwd())
    conditions = conditions_of(read_settings(root / "constitution.toml").terms, root)
    order = MixOrder(
        sources=tuple(
            wanted_of(each) if isinstance(each, str) else Wanted(Path(each))
            for named in sources
            for each in _each(named)
        ),
        out=Path(out),
        engine=ENGINE,
        rows=rows,
        assume=_assumed(assume),
        seed=seed,
        max_synthetic=max_synthetic,
        forbid=_each(forbid_restriction),
        require_verified=require_verified,
        keys=tuple(Path(each) for each in _each(key)),
        drop_contradictions=drop_contradictions,
        test_share=test_share,
        with_rehearsal=with_rehearsal,
        dry_run=dry_run,
        terms=conditions.terms,
        texts=conditions.texts,
    )
    return mixed(order)


T = TypeVar("T", str, Named)


def _each(named: T | Sequence[T]) -> tuple[T, ...]:
    """One or several, as several."""
    return (named,) if isinstance(named, (str, os.PathLike)) else tuple(named)


def _assumed(
    told: str | Sequence[str] | Mapping[str, str] | Mapping[str, Mapping[str, str]],
) -> dict[str, Mapping[str, str]]:
    """File to what is declared of its rows; what is declared of all files stands under no name."""
    if not isinstance(told, Mapping):
        return dict(assumed_of(_each(told)))
    of_all = {name: value for name, value in told.items() if isinstance(value, str)}
    of_one = {name: value for name, value in told.items() if not isinstance(value, str)}
    return {**of_one, **({"": of_all} if of_all else {})}
