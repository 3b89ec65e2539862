"""What a run says beside its figures: what it replaces, why there are no pairs, what failed, what is missing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from constitution import api
from constitution.cli.canaries import lines_of
from constitution.cli.output import Said
from constitution.cli.reading import Shown
from constitution.cli.tables import count, reason_lines
from constitution.cli.terminal import short
from constitution.dataset.envelope import load_manifest, of_earlier_version
from constitution.errors import ConstitutionError

CLEAR = ("no_violation", "not_applicable")
"""Fates whose reasons name no more than what was asked about."""


def replaced_notes(out: Path, run_id: str) -> Iterator[str]:
    """That a finished dataset of another run will go, if there is one."""
    if of_earlier_version(out):
        yield (
            f"{out} holds a dataset that an earlier version wrote; it stays as it is until this run has finished, and "
            "is replaced then"
        )
        return
    try:
        manifest = load_manifest(out)
    except ConstitutionError:
        return  # the run itself says what is wrong with the folder
    if manifest.run_id != run_id:
        yield (
            f"{out} holds the finished dataset of another run ({manifest.run_id}, "
            f"{count(manifest.rows.count, 'row')}); it stays as it is "
            "until this run has finished, and is replaced then"
        )


def why_notes(shown: Shown, folder: str, *, verbose: bool) -> Iterator[str]:
    """That nothing came of the run, if so, and the commonest reasons of each fate."""
    if not shown.paired:
        yield f"no pair: load_dataset finds no row in {folder}; the commonest reasons:"
    yield from why_lines(shown, verbose=verbose)


def why_lines(shown: Shown, *, verbose: bool) -> Iterator[str]:
    """The commonest reasons of each fate; of those that say enough by themselves only where somebody wants to know, or
    where there is no pair."""
    whole = verbose or not shown.paired
    yield from reason_lines({fate: why for fate, why in shown.why.items() if whole or fate not in CLEAR})


def complaints(run: api.Run, shown: Shown, order: api.Order, folder: str) -> list[Said]:
    """A sentence each on prompts that failed and on pairs that are missing: what happened, and what to do."""
    said = []
    if any(fate.startswith("fault:") for fate in run.fates):
        said.append(_failed(shown, folder))
    if run.wanted is not None and len(run.paired) < run.wanted:
        said.append(_too_few(run, run.wanted, order))
    planted = shown.funnel.canaries
    if planted is not None and planted.distrusted:
        said.append({"kind": "canaries", "message": " ".join(["the judge prefers planted texts:", *lines_of(planted)])})
    return said


def _failed(shown: Shown, folder: str) -> Said:
    kinds = Counter({fate: number for fate, number in shown.funnel.fates.items() if fate.startswith("fault:")})
    listed = ", ".join(f"{fate} {number}" for fate, number in sorted(kinds.items()))
    given = shown.why
    why, _ = max((given[fate][0] for fate in given if fate.startswith("fault:")), key=lambda each: each[1])
    others = len(shown.trails) - kinds.total()
    held = f"{folder} holds the other {others:,}" if others else f"{folder} holds no row"
    message = (
        f"{kinds.total():,} of {count(len(shown.trails), 'prompt')} failed ({listed}), most often: {short(why, 160)}; "
        f"{held}; run again to ask what may work now, with --retry-faults also what the provider would not take"
    )
    return {"kind": "faults", "message": message}


def _too_few(run: api.Run, wanted: int, order: api.Order) -> Said:
    drawn = len(run.trails)
    capped = order.max_candidates is not None and drawn >= order.max_candidates
    then = "raise --max-candidates" if capped else "give more prompts"
    message = (
        f"{len(run.paired):,} of {count(wanted, 'wanted pair')}: {count(drawn, 'prompt')} made no more; {then} and run "
        "again, which asks only what is new, or be content with the dataset as it is"
    )
    return {"kind": "too_few", "message": message}
