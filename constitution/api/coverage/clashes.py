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
    """Revisions that mended the one and that were held to the other, which the draft had not broken."""

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
    """Position, draft and last revision of each prompt whose revision was read a second time."""
    drafts: dict[int, dict[str, Said]] = {}
    last: dict[int, tuple[int, dict[str, Said]]] = {}
    for (position, response), held in by_answer(rows).items():
        if next(iter(held.values())).subject == "draft":
            drafts.setdefault(position, held)
        elif response >= last.get(position, (0, {}))[0]:
            last[position] = (response, held)
    yield from ((position, drafts[position], last[position][1]) for position in drafts if position in last)


def _kept(said: Said | None) -> bool:
    return said is not None and said.verdict in KEPT
