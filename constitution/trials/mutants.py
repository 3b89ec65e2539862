"""Mutants: the constitution with one thing made wrong, which its cases ought to notice.

The idea of testing tests by mutants of what they test is that of R. A. DeMillo, R. J. Lipton and F. G. Sayward,
"Hints on test data selection", IEEE Computer 11 (1978), 34-41.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

from constitution.principles.model import Constitution, Group, Principle
from constitution.principles.precedence import conflicting

MutantKind = Literal["drop", "negate", "exception", "swap"]
KINDS: tuple[MutantKind, ...] = ("drop", "negate", "exception", "swap")
OPPOSITE = "Do the opposite of this: "


@dataclass(frozen=True, kw_only=True)
class Mutant:
    """One thing made wrong."""

    kind: MutantKind
    principles: tuple[str, ...]
    """Ids of those that it is about; of a swap, the one that goes first unmutated comes first."""
    group: str
    """Id of the group whose questions it changes."""
    what: str
    """In words: what was made wrong."""
    closes: str
    """In words: which case would notice it."""
    constitution: Constitution
    equivalent: str = ""
    """Why no case can notice it, if none can."""


def mutants_of(constitution: Constitution, only: Collection[str] = ()) -> tuple[Mutant, ...]:
    """Every mutant, or every one about the principles in ``only``, by kind and then in the order of the file."""
    found = [
        *(_dropped(constitution, g, p) for g, p in _places(constitution)),
        *(_negated(constitution, g, p) for g, p in _places(constitution)),
        *(mutant for g, p in _places(constitution) for mutant in _less_exceptions(constitution, g, p)),
        *_swapped(constitution),
    ]
    return tuple(mutant for mutant in found if not only or set(mutant.principles) & set(only))


def _places(constitution: Constitution) -> list[tuple[int, int]]:
    return [(g, p) for g, group in enumerate(constitution.groups) for p in range(len(group.principles))]


def _with(constitution: Constitution, g: int, principles: Collection[Principle]) -> Constitution:
    """The constitution with other principles in one group; without the group where there are none."""
    groups = list(constitution.groups)
    groups[g : g + 1] = [groups[g].but(principles=tuple(principles))] if principles else []
    return constitution.but(groups=tuple(groups))


def _replaced(constitution: Constitution, g: int, p: int, *by: Principle) -> Constitution:
    before = constitution.groups[g].principles
    return _with(constitution, g, (*before[:p], *by, *before[p + 1 :]))


def _dropped(constitution: Constitution, g: int, p: int) -> Mutant:
    name = constitution.groups[g].principles[p].id
    return Mutant(
        kind="drop",
        principles=(name,),
        group=constitution.groups[g].id,
        what=f"{name} is left out",
        closes=f"add a `violates` case of {name} whose response breaks no other principle of its group",
        constitution=_replaced(constitution, g, p),
    )


def _negated(constitution: Constitution, g: int, p: int) -> Mutant:
    principle = constitution.groups[g].principles[p]
    # The one of these that the critic is told; the others go to the reviser and the judge.
    told = next(name for name in ("critique_request", "rule", "preference_question") if getattr(principle, name))
    opposite = principle.but(**{told: f"{OPPOSITE}{getattr(principle, told)}"})
    return Mutant(
        kind="negate",
        principles=(principle.id,),
        group=constitution.groups[g].id,
        what=f"{principle.id} is turned into its opposite",
        closes=f"add a `complies` case of {principle.id} that shows plainly what the rule asks for, or a `violates` "
        "case that shows plainly what it forbids",
        constitution=_replaced(constitution, g, p, opposite),
    )


def _less_exceptions(constitution: Constitution, g: int, p: int) -> Iterator[Mutant]:
    principle = constitution.groups[g].principles[p]
    for place, exception in enumerate(principle.exceptions):
        left = principle.exceptions[:place] + principle.exceptions[place + 1 :]
        shown = exception if len(exception) <= 70 else exception[:69].rstrip() + "…"
        yield Mutant(
            kind="exception",
            principles=(principle.id,),
            group=constitution.groups[g].id,
            what=f"{principle.id} loses its exception “{shown}”",
            closes=f"no case shows what the exception “{shown}” allows: add a `complies` case that only it excuses",
            constitution=_replaced(constitution, g, p, principle.but(exceptions=left)),
        )


def _swapped(constitution: Constitution) -> Iterator[Mutant]:
    for g, group in enumerate(constitution.groups):
        yield from (_swap(constitution, g, group, *pair) for pair in conflicting(group.principles))
    for one, other in combinations(constitution.groups, 2):
        together = {principle.id for principle in one.principles}
        for first, second in conflicting((*one.principles, *other.principles)):
            if (first.id in together) != (second.id in together):
                yield _apart(constitution, first, second, one, other)


def _swap(constitution: Constitution, g: int, group: Group, first: Principle, other: Principle) -> Mutant:
    """The tiers of the two exchanged or, where they are of one tier, their places."""
    if first.tier != other.tier:
        exchanged = {first.id: first.but(tier=other.tier), other.id: other.but(tier=first.tier)}
        what = f"{first.id} ({first.tier}) and {other.id} ({other.tier}) exchange their tiers"
    else:
        exchanged = {first.id: other, other.id: first}
        what = f"{first.id} and {other.id}, both {first.tier}, exchange their places"
    return Mutant(
        kind="swap",
        principles=(first.id, other.id),
        group=group.id,
        what=what,
        closes=f"no case shows that {first.id} goes before {other.id}: add a `complies` case of {other.id} whose "
        f"response gives way to {first.id}, or a `violates` case of {first.id} whose response gives way to {other.id}",
        constitution=_with(constitution, g, [exchanged.get(each.id, each) for each in group.principles]),
    )


def _apart(constitution: Constitution, first: Principle, other: Principle, *groups: Group) -> Mutant:
    """A swap of two that no question ever holds together; it changes nothing that could be asked."""
    named = " and ".join(group.id for group in groups)
    return Mutant(
        kind="swap",
        principles=(first.id, other.id),
        group=groups[0].id,
        what=f"{first.id} and {other.id} exchange who goes first",
        closes="",
        constitution=constitution,
        equivalent=f"they stand in different groups ({named}) and are never asked together; to give their order "
        "weight, put them into one group",
    )
