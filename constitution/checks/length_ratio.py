"""One answer is much longer than the other."""

from __future__ import annotations

from constitution.core.trail import Finding, Pair, Trail


def length_ratio(pair: Pair, trail: Trail, *, most: float = 1.5) -> Finding | None:
    """Warns where one side has more than ``most`` times the words of the other: length may be what is learned."""
    chosen, rejected = (max(1, len(response.text.split())) for response in (pair.chosen, pair.rejected))
    ratio = max(chosen / rejected, rejected / chosen)
    if ratio > most:
        reason = f"chosen has {chosen} words, rejected {rejected}"
        return Finding(check="length_ratio", severity="warn", reason=reason)
    return None
