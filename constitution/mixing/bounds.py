"""Bounds: what a mixture must keep, each with the sentence that is said where it does not; they fail closed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from constitution.dataset.made_of import ASSUMED
from constitution.mixing.census import Census
from constitution.mixing.opened import Source
from constitution.mixing.order import MixOrder
from constitution.mixing.trusting import REFUSED, VERIFIED


def unfit(order: MixOrder, sources: Sequence[Source]) -> Iterator[str]:
    """A sentence for each source that is not mixed, by its verification."""
    for each in sources:
        found = f" ({'; '.join(each.said[:3])})" if each.said else ""
        if each.word in REFUSED:
            yield f"{each.name} is {each.word}{found}: nothing of it is mixed"
        elif order.require_verified and each.word == ASSUMED:
            yield (
                f"{each.name} is {ASSUMED}, and verified sources are required: mix it alone into a folder, sign that "
                "with constitution data sign, and mix the folder"
            )
        elif order.require_verified and each.word not in VERIFIED:
            yield f"{each.name} is {each.word}{found}, and verified sources are required"


def broken(order: MixOrder, sources: Sequence[Source], census: Census) -> Iterator[str]:
    """A sentence for each bound that the drawn rows do not keep."""
    used = sum(census.tally("1").values())
    if not used:
        yield "no row is left: every one was dropped"
        return
    yield from _too_synthetic(order, sources, census, used)
    for restriction in order.forbid:
        found = census.bound(restriction)
        if found:
            named = ", ".join(f"{sources[place].name} ({rows:,})" for place, rows in found.items())
            yield (
                f"{sum(found.values()):,} rows carry {restriction}, or nobody knows the licence of them or the terms "
                f"of a model: {named}"
            )
    simulated = sum(rows for (_, rehearsed), rows in census.tally("rehearsal").items() if rehearsed)
    if 0 < simulated < used and not order.with_rehearsal:
        yield (
            f"{simulated:,} of {used:,} rows come of the simulator, which is never mixed in silently beside real ones: "
            "leave it out, or give --with-rehearsal"
        )


def _too_synthetic(order: MixOrder, sources: Sequence[Source], census: Census, used: int) -> Iterator[str]:
    """More than the allowed share of rows is not surely free of machine text."""
    most = order.max_synthetic
    if most is None:
        return
    made = synthetic_rows(census)
    if made > Fraction(str(most)) * used:  # 0.29 as it was written: 29 of 100 rows are not more
        per = {source: 0 for source, _ in census.tally("1")}
        for (source, word), rows in census.tally("synthetic").items():
            per[source] += rows * (word != "none")
        named = ", ".join(f"{sources[place].name} {rows:,}" for place, rows in per.items() if rows)
        yield (
            f"{made:,} of {used:,} rows ({made / used:.1%}) are synthetic in part or in full, or nobody knows; allowed "
            f"are {most:.1%}: {named}"
        )


def synthetic_rows(census: Census) -> int:
    """Used rows that machines wrote in full or in part, and those of which that is not known."""
    return sum(rows for (_, word), rows in census.tally("synthetic").items() if word != "none")
