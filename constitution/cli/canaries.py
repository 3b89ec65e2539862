"""What is said of canaries: how often the judge preferred a planted text, and where that speaks against it."""

from __future__ import annotations

from collections.abc import Iterator

from constitution.trials.judging.canaries import LEAST, CanaryFigures


def lines_of(found: CanaryFigures) -> Iterator[str]:
    """How many were lost, with the interval; then what failed, or that there are too few to tell."""
    lost, (low, high) = found.whole.lost, found.whole.lost.interval
    few = f"; too few to tell, {LEAST} are the least" if found.whole.standing == "insufficient" else ""
    yield (
        f"canaries: the judge preferred the planted text in {lost.hits:,} of {lost.of:,} "
        f"({lost.hits / lost.of:.1%}, {low:.1%} to {high:.1%}){few}"
    )
    if found.whole.standing == "failed":
        yield f"the judge fails: it loses more than {found.tolerance:.0%}; no verdict of this run is to be trusted"
    elif found.failed:
        parts = ", ".join(str(number) for number in found.failed)
        yield (
            f"the judge fails in {len(found.failed)} of {len(found.buckets)} parts ({parts}): it loses more than "
            f"{found.tolerance:.0%} there, and verdicts of those parts are not to be trusted"
        )
    worst = [kind for kind, rate in found.kinds.items() if rate.hits]
    if worst:
        yield "lost to: " + ", ".join(f"{kind} {found.kinds[kind].hits} of {found.kinds[kind].of}" for kind in worst)
