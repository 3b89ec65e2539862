"""Coverage: the effects of all principles on one dataset, with what stands out."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from constitution.api.coverage.clashes import Clash, clashes_of
from constitution.api.coverage.comparisons import Comparison, comparisons_of
from constitution.api.coverage.effects import Effect, broken, effects_of, ratio_of
from constitution.api.coverage.notices import Notice, notices_of
from constitution.api.coverage.twins import Twins, twins_of
from constitution.api.tables import Said, said_of
from constitution.core.trail import Trail
from constitution.principles.model import Constitution


@dataclass(frozen=True, kw_only=True)
class Coverage:
    """What the principles did to a dataset."""

    prompts: int
    held: int
    """Prompts of which an answer was held to principles by the critic."""
    unmet: int
    """Of those, to which not one principle applied."""
    effects: tuple[Effect, ...]
    """In the order of the file."""
    clashes: tuple[Clash, ...]
    comparisons: tuple[Comparison, ...]
    """What the judge said where no critic was asked first."""
    twins: Twins
    """What was avoided and what was lost where a prompt has a benign twin."""
    notices: tuple[Notice, ...]
    """What was found first, then what is insufficient."""


def coverage_of(trails: Sequence[Trail], constitution: Constitution) -> Coverage:
    """The coverage of these trails; all of its figures can be had from ``to_pandas("verdicts")`` too.

    But for one: how many prompts call for a principle that was never asked is read from the constitution.
    """
    rows = said_of(trails)
    effects, clashes = effects_of(rows, constitution), clashes_of(rows)
    comparisons = comparisons_of(trails, constitution)
    first: dict[int, set[str]] = defaultdict(set)
    for said in rows:
        if said.counts and said.first:
            first[said.position].add(said.verdict)
    scope = Counter(
        each.id for trail in trails for group in constitution.groups for each in group.in_scope(trail.prompt)
    )
    return Coverage(
        prompts=len(trails),
        held=len(first),
        unmet=sum(verdicts == {"not_applicable"} for verdicts in first.values()),
        effects=effects,
        clashes=clashes,
        comparisons=comparisons,
        twins=twins_of(trails, constitution),
        notices=notices_of(
            effects, clashes, constitution, _shown(rows), scope, frozenset(each.principle for each in comparisons)
        ),
    )


def _shown(rows: Sequence[Said]) -> Mapping[tuple[str, str], tuple[int, ...]]:
    """Positions of prompts by principle and what they show; of lengths, the farthest first."""
    found: dict[tuple[str, str], list[int]] = defaultdict(list)
    own = [said for said in rows if said.counts and said.first and said.principle is not None]
    for said in own:
        if said.verdict == "complies" or broken(said):
            found[str(said.principle), said.verdict].append(said.position)
    for said in sorted((said for said in own if said.earned), key=ratio_of):
        ratio = ratio_of(said)
        if ratio < 1:
            found[str(said.principle), "shorter"].append(said.position)
        elif ratio > 1:
            found[str(said.principle), "longer"].insert(0, said.position)
    return {key: tuple(at) for key, at in found.items()}
