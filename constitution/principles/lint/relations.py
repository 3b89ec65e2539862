"""E1 and W4: what principles of one file say of each other, and what earlier releases said."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache, partial

from constitution.principles.likeness import Gathered
from constitution.principles.lint.cases import places
from constitution.principles.lint.report import Around, Spot, spot
from constitution.principles.lint.wording import statement
from constitution.principles.model import Constitution

ALIKE = 0.6
"""Share of runs of three words from which on two rules are nearly the same."""
_ID = re.compile(r"[a-z0-9]+(?:[._-][a-z0-9]+)+")
"""An id with a mark inside: plain words such as "privacy" stand in sentences for themselves."""


def conflict_with_nobody(constitution: Constitution, around: Around) -> Iterator[Spot]:
    """conflicts_with names $other, which is not in this file.

    Why: The conflict that it was written for goes unnoticed, as if nobody had seen it.
    Type: the id of a principle of this file, or take the entry out.
    """
    known = {principle.id for principle in constitution.principles}
    for at, principle in places(constitution):
        for place, other in enumerate(principle.conflicts_with):
            if other not in known:
                yield spot(*at, "conflicts_with", place, other=repr(other))


def conflict_with_itself(constitution: Constitution, around: Around) -> Iterator[Spot]:
    """conflicts_with names the principle itself.

    Why: A principle cannot be weighed against itself; another id was meant, or the rule holds two duties.
    Type: the id of the other principle, or two principles with one duty each.
    """
    for at, principle in places(constitution):
        for place, other in enumerate(principle.conflicts_with):
            if other == principle.id:
                yield spot(*at, "conflicts_with", place)


def conflict_in_a_circle(constitution: Constitution, around: Around) -> Iterator[Spot]:
    """its exceptions give way to $other, whose exceptions give way to it in turn.

    Why: Where the two collide neither would bind, and the order of tiers and of the file is made void.
    Type: the exception in one of them only, in the one that comes second.
    """
    yields = _yielding(constitution)
    reached = cache(partial(_reached, yields))
    for at, principle in places(constitution):
        for other in sorted(yields[principle.id]):
            if principle.id in reached(other):
                yield spot(*at, "exceptions", other=repr(other))
                break


def _yielding(constitution: Constitution) -> dict[str, set[str]]:
    """Principle to those that it conflicts with and that its exceptions name."""
    rivals: dict[str, set[str]] = {principle.id: set() for principle in constitution.principles}
    for principle in constitution.principles:
        for other in principle.conflicts_with:
            if other in rivals and other != principle.id:
                rivals[principle.id].add(other)
                rivals[other].add(principle.id)
    named = {p.id: {name for text in p.exceptions for name in _ID.findall(text)} for p in constitution.principles}
    return {name: others & named[name] for name, others in rivals.items()}


def _reached(yields: Mapping[str, set[str]], start: str) -> set[str]:
    """All that one comes to from here on, step by step."""
    seen, open_ends = {start}, [start]
    while open_ends:
        fresh = yields[open_ends.pop()] - seen
        seen |= fresh
        open_ends += fresh
    return seen


def id_used_again(constitution: Constitution, around: Around) -> Iterator[Spot]:
    """$version had a principle of this id that said something else, and it was taken out since.

    Why: Datasets and rulings made with that release name the old principle by this id.
    Type: an id that was never used, or the old principle in its old words.
    """
    gone: dict[str, tuple[str, str]] = {}
    last: dict[str, tuple[str, str]] = {}
    for release in around.earlier:
        now = {principle.id: (release.version, principle.meaning) for principle in release.principles}
        gone = {name: said for name, said in {**gone, **last}.items() if name not in now}
        last = now
    for at, principle in places(constitution):
        version, meaning = gone.get(principle.id, ("", principle.meaning))
        if meaning != principle.meaning:
            yield spot(*at, "id", version=version)


def nearly_the_same(constitution: Constitution, around: Around) -> Iterator[Spot]:
    """says nearly the same as $other ($share of its runs of three words).

    Why: Two principles for one duty count it twice, and an edit of the one forgets the other.
    Type: one principle in place of the two, or words that tell them apart.
    """
    before = Gathered()
    for at, principle in places(constitution):
        path, text = statement(principle)
        found = before.nearest(text, ALIKE)
        if found is not None:
            yield spot(*at, *path, other=repr(found[0]), share=f"{found[1]:.0%}")
        before.add(principle.id, text)


def conflict_across_groups(constitution: Constitution, around: Around) -> Iterator[Spot]:
    """conflicts with $other of the group $group, and the critic never sees the two together.

    Why: Which of the two goes first is told only where both are asked about together; apart, the order never
    binds, and nobody notices a revision that keeps the one by breaking the other.
    Type: both principles in one group, or `allow` with the reason why that does not matter.
    """
    home = {principle.id: group.id for group in constitution.groups for principle in group.principles}
    said: set[frozenset[str]] = set()
    for at, principle in places(constitution):
        for place, other in enumerate(principle.conflicts_with):
            pair = frozenset((principle.id, other))
            if home.get(other, home[principle.id]) != home[principle.id] and pair not in said:
                said.add(pair)
                yield spot(*at, "conflicts_with", place, other=repr(other), group=repr(home[other]))
