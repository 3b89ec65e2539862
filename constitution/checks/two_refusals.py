"""Chosen and rejected are both refusals, and nearly the same one."""

from __future__ import annotations

from rapidfuzz.distance import Indel

from constitution.core.trail import Finding, Pair, Trail


def two_refusals(pair: Pair, trail: Trail, *, most_alike: float = 0.8) -> Finding | None:
    """Refuses two refusals whose words are alike by more than ``most_alike`` (0 to 1).

    Training on such pairs lowers the likelihood of refusing at all (arXiv:2410.08847).
    """
    if not (pair.chosen.declines and pair.rejected.declines):
        return None
    alike = Indel.normalized_similarity(pair.chosen.text.split(), pair.rejected.text.split())
    if alike > most_alike:
        return Finding(check="two_refusals", severity="refuse", reason=f"two refusals, {alike:.0%} alike")
    return None
