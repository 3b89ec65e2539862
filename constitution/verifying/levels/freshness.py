"""Freshness: the edition is the one that the caller expects; an old one put in its place shows in no other way."""

from __future__ import annotations

from constitution.verifying.finding import Found, level
from constitution.verifying.given import Given
from constitution.verifying.report import Level


def freshness(given: Given) -> Level:
    """Not older than asked for, and of the root that was asked for."""
    wanted, sequence, root = given.wanted, given.manifest.dataset.sequence, given.manifest.rows.root
    if wanted.min_sequence is None and not wanted.expect_root:
        return level("freshness", "not checked", "neither --min-sequence nor --expect-root was given")
    found = Found("freshness")
    if wanted.min_sequence is not None and sequence < wanted.min_sequence:
        what = f"its sequence is {sequence}, and at least {wanted.min_sequence} was asked for"
        found.add("old", what, "STALE")
    if wanted.expect_root and root != wanted.expect_root:
        found.add("root", f"its root is {root}, and {wanted.expect_root} was asked for", "STALE")
    told = [f"sequence {sequence}"] * (wanted.min_sequence is not None) + ["the root asked for"] * bool(
        wanted.expect_root
    )
    return found.closed(", ".join(told))
