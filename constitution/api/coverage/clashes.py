"""Clashes: a revision mends one principle and newly breaks another, by the critic's blind second reading."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from constitution.api.coverage.effects import broken, by_answer
from constitution.api.tables import Said
from constitution.trials.figures import Rate

KEPT = ("complies", "not_applicable")


@dataclass(frozen=True, kw_only=True)
class Clash:
    """One principle was mended and another newly broken by the same revision."""

    mended: str
    broken: str
    at: tuple[int, ...]
    """Positions of the prompts where it was so."""
    of: int
    """Revisions that mended the one and that were held to the other, which the answer before it had not broken."""

    @property
    def rate(self) -> Rate:
        """How often it was so."""
        return Rate(len(self.at), self.of)

    def data(self) -> dict[str, Any]:
        """The figures as plain JSON values."""
        return {"mended": self.mended, "broken": self.broken, **self.rate.data()}


def clashes_of(rows: Sequence[Said]) -> tuple[Clash, ...]:
    """Each pair of principles that ever clashed, the most frequent first."""
    times: dict[tuple[str, str], int] = defaultdict(int)
    at: dict[tuple[str, str], list[int]] = defaultdict(list)
    for position, draft, revision in revised(rows):
        mended = [name for name, said in draft.items() if broken(said) and _kept(revision.get(name))]
        others = [name for name in revision if name in draft and not broken(draft[name])]
        for pair in ((first, other) for first in mended for other in others):
            times[pair] += 1
            if broken(revision[pair[1]]):
                at[pair].append(position)
    found = [Clash(mended=one, broken=other, at=tuple(at[one, other]), of=times[one, other]) for one, other in at]
    return tuple(sorted(found, key=lambda clash: (-len(clash.at), clash.mended, clash.broken)))


def revised(rows: Sequence[Said]) -> Iterator[tuple[int, dict[str, Said], dict[str, Said]]]:
    """Position, what was found at first, and what of the last revision, of each prompt whose revision was read."""
    first: dict[int, dict[str, Said]] = defaultdict(dict)
    last: dict[int, tuple[int, dict[str, Said]]] = {}
    for (position, response), held in by_answer(rows).items():
        first[position] |= {name: said for name, said in held.items() if said.first}
        again = {name: said for name, said in held.items() if not said.first and said.subject == "revision"}
        if again and response >= last.get(position, (0, {}))[0]:
            last[position] = (response, again)
    yield from ((position, first[position], last[position][1]) for position in first if position in last)


def _kept(said: Said | None) -> bool:
    return said is not None and said.verdict in KEPT
