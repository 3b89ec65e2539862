"""Verdicts: who said which answer is the better one, people or machines, in sentences that card and label share."""

from __future__ import annotations

from constitution.dataset.counts import Counts
from constitution.dataset.saying import share
from constitution.dataset.statement import Manifest


def verdicts(counts: Counts) -> str:
    """Who said which answer is the better one, where no person did."""
    came = "came with the source, and nothing here says who held it to be so"
    if counts.unjudged == counts.rows:
        return f"In every row, which answer is better {came}."
    sourced = f" In {counts.unjudged} of {counts.rows} rows, which answer is better {came}." if counts.unjudged else ""
    others = "The other verdicts" if counts.reviewed or counts.unjudged else "The verdicts"
    return f"{others} are those of machines, and they err.{sourced}"


def reviewed(manifest: Manifest) -> str:
    """What people did."""
    told, rows = manifest.review, manifest.rows.count
    by = f" Reviewers: {told.reviewers}." if told.reviewers else ""
    kept = f" Pairs that they kept: {told.accepted}." if told.accepted else ""
    out = f" Pairs that they threw out: {told.dropped}." if told.dropped else ""
    if not told.reviewed:
        said = f"No person has ruled on any row. {verdicts(manifest.counts)}" if rows else "There are no rows."
        return f"{said}{by}{kept}{out}"
    return f"People have ruled on {told.reviewed} of {rows} rows ({share(told.reviewed, rows)}).{by}{kept}{out}"
