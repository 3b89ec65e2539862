"""What a trail tells: one answer revised into another, or answers compared that were asked for apart."""

from __future__ import annotations

from constitution.core.records import PrincipleRef
from constitution.core.trail import Critique, Trail
from constitution.pairing.earned import cited, lineage, sides, violations


def held(trail: Trail) -> int:
    """Position of the answer that is to be shown to be the worse one, else of the one first held to principles."""
    positions = sides(trail)
    if positions is not None:
        return positions[0]
    return trail.critiques[0].response if trail.critiques else 0


def revised(trail: Trail) -> bool:
    """Whether there is one answer and what was made of it; where there are several, they are compared."""
    positions = sides(trail)
    if positions is not None:
        return positions[0] in lineage(trail, positions[1])
    return sum(response.parent is None for response in trail.responses) < 2


def stakes(trail: Trail) -> tuple[PrincipleRef, ...]:
    """The principles that tell the answers apart, or are to: of the pair, else of the claim, else what is broken, else
    what the judge was asked about."""
    if trail.pair is not None and trail.pair.principles:
        found = trail.pair.principles
    else:
        broken = tuple(critique.principle for critique in violations(trail, held(trail)))
        asked = tuple(ref for step in trail.steps if step.kind == "judge" for ref in step.principles)
        found = cited(trail) or broken or asked
    return tuple({ref.id: ref for ref in found}.values())


def earned_for(trail: Trail) -> tuple[PrincipleRef, ...]:
    """The principles for which the pair counts; none without a pair, and none where helpfulness decided."""
    if trail.pair is None or trail.fate != "paired" or (trail.claim is not None and trail.claim.on != "principles"):
        return ()
    return trail.pair.principles


def first_readings(trail: Trail) -> tuple[Critique, ...]:
    """What the critic said of the answer that may break a principle, a principle each; not of what is to mend it."""
    read = read_first(trail)
    return tuple(critique for critique in trail.critiques if read[critique.principle.id] == critique.response)


def later_readings(trail: Trail, position: int) -> tuple[Critique, ...]:
    """What the critic said of this answer under principles that another had been held to before."""
    read = read_first(trail)
    return tuple(critique for critique in trail.critiques_of(position) if read[critique.principle.id] != position)


def read_first(trail: Trail) -> dict[str, int]:
    """Principle to the answer that was held to it first."""
    read: dict[str, int] = {}
    for critique in trail.critiques:
        read.setdefault(critique.principle.id, critique.response)
    return read
