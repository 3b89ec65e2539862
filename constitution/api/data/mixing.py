"""Mixing as other programs call it: an order in plain values, and what came of it."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

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
    *sources: Named,
    out: Named,
    rows: int | None = None,
    assume: Sequence[str] | Mapping[str, Mapping[str, str]] = (),
    seed: str = SEED,
    max_synthetic: float | None = None,
    forbid_restriction: Sequence[str] = (),
    require_verified: bool = False,
    key: Sequence[Named] = (),
    drop_contradictions: bool = False,
    test_share: float = 0.0,
    with_rehearsal: bool = False,
    dry_run: bool = False,
) -> Mixture:
    """The mixture of these sources, each a path or ``path=share``; ``mixed`` tells what is true afterwards.

    ``assume`` is a list as on the command line, or file name to what is declared of its rows.
    """
    root = find_root(Path.cwd())
    conditions = conditions_of(read_settings(root / "constitution.toml").terms, root)
    order = MixOrder(
        sources=tuple(wanted_of(each) if isinstance(each, str) else Wanted(Path(each)) for each in sources),
        out=Path(out),
        engine=ENGINE,
        rows=rows,
        assume=dict(assume) if isinstance(assume, Mapping) else assumed_of(tuple(assume)),
        seed=seed,
        max_synthetic=max_synthetic,
        forbid=tuple(forbid_restriction),
        require_verified=require_verified,
        keys=tuple(Path(each) for each in key),
        drop_contradictions=drop_contradictions,
        test_share=test_share,
        with_rehearsal=with_rehearsal,
        dry_run=dry_run,
        terms=conditions.terms,
        texts=conditions.texts,
    )
    return mixed(order)
