"""What stands behind one pair of a trail: its quotes, its changes with their reasons, its new names and numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from constitution.core.evidence import PairEvidence, Quoted
from constitution.core.trail import Trail
from constitution.evidence.alignment import word_diff
from constitution.evidence.attribution import Asked, attributed, traced
from constitution.evidence.novelty import new_names, new_numbers
from constitution.pairing.earned import violations


def evidence_behind(trail: Trail, *, rejected: int, chosen: int) -> PairEvidence:
    """The evidence for the pair of the responses at these positions.

    Changes are attributed only where the chosen answer was revised from the rejected one, in one step or several.
    """
    before, after = trail.responses[rejected].text, trail.responses[chosen].text
    way = descent(trail, rejected, chosen)
    prompt = [message.content for message in trail.prompt.messages]
    sources = [*prompt, before] if way else prompt
    facts = {
        "quotes": tuple(_quotes(trail, rejected)),
        "new_names": new_names(after, sources),
        "new_numbers": new_numbers(after, sources),
    }
    if not way:
        return PairEvidence.known(**facts)
    diff = word_diff(before, after)
    changes = attributed(before, after, diff, tuple(_asked(trail, way[:-1])))
    return PairEvidence.known(aligned=True, unit=diff.unit, changes=changes, **facts)


def descent(trail: Trail, first: int, last: int) -> tuple[int, ...]:
    """The positions by which the last response was revised from the first, both among them; none if it was not.

    One response is no descent.
    """
    found = [last]
    while found[-1] != first:
        parent = trail.responses[found[-1]].parent
        if parent is None or parent in found:
            return ()
        found.append(parent)
    return tuple(reversed(found)) if len(found) > 1 else ()


def _quotes(trail: Trail, rejected: int) -> Iterator[Quoted]:
    for critique in violations(trail, rejected):
        if critique.evidence is not None:
            yield Quoted.known(principle=critique.principle.id, **vars(critique.evidence))


def _asked(trail: Trail, way: Sequence[int]) -> Iterator[Asked]:
    """What asked for changes on the way: where a later text breaks a principle, the words that stood there at first."""
    before = trail.responses[way[0]].text
    for position in way:
        diff = None
        for critique in violations(trail, position):
            evidence, name = critique.evidence, critique.principle.id
            if evidence is None or evidence.kind == "omission":
                yield Asked(name, demand=evidence.text if evidence else "")
                continue
            span = (evidence.start, evidence.end)
            if position != way[0]:
                diff = diff or word_diff(before, trail.responses[position].text)
                span = traced(span, diff)
            yield Asked(name, span)
