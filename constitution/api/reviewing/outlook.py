"""What rulings will change at the next run: the prompts that change their fate for nothing, and those that ask more."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from constitution.api.reviewing.desk import Desk
from constitution.core.rulings import Rulings
from constitution.core.trail import Critique, Trail
from constitution.pairing.earned import compared, judgement_problem, recheck_problem, sides, violations
from constitution.pairing.story import first_readings, held, revised
from constitution.stages.critique import settled
from constitution.stages.ruled import ruled_answer, ruled_pair, unruled


@dataclass(frozen=True)
class Outlook:
    """One prompt that the rulings touch."""

    prompt_id: str
    fate: str
    """As it is in the folder."""
    then: str
    """As it will be; empty where a model must be asked first."""


def outlooks(desk: Desk) -> Iterator[Outlook]:
    """The prompts whose fate the rulings in force change, or that go further by them, in prompt order.

    Prompts that were held to a principle that says something else now are left out: they are asked anew anyway, and
    ``plan`` counts them. What a ledger may hold of a way that is gone again is not looked at.
    """
    rulings, meanings = Rulings(desk.binding), desk.meanings
    touched = {ruling.prompt_id for ruling in rulings.every}
    for trail in desk.trails:
        if trail.prompt.id not in touched and not trail.rulings:
            continue
        if any(meanings.get(each.principle.id) != each.principle.meaning for each in trail.critiques):
            continue
        then = _then(trail, rulings)
        if then != trail.fate:
            yield Outlook(trail.prompt.id, trail.fate or "", then)


def _then(trail: Trail, rulings: Rulings) -> str:
    """The fate under these rulings; empty where a model must be asked."""
    bare = trail.but(critiques=tuple(map(unruled, trail.critiques)), rulings=(), fate=None, reason="", pair=None)
    if trail.claim is not None and not trail.claim.critiqued:
        return _judged(trail, bare, rulings)
    draft = held(trail)
    if not bare.critiques_of(draft):
        return trail.fate or ""
    after = ruled_answer(rulings, bare, draft)
    found = violations(after, draft)
    # In rounds, what is found in one answer decides which one is read next.
    others = {critique.response for critique in first_readings(trail)} - {draft}
    if not found:
        # Of several answers, the plain one is read to learn whether it may stand: then the judge is asked next.
        plain = not revised(trail) and not trail.responses[draft].arm
        return "" if plain or others else settled(after, draft, "").fate or ""
    positions = sides(trail)
    if positions is None or _told(found) != _told(violations(trail, draft)) or _changed(rulings, bare, others):
        return ""
    if trail.fate in ("truncated", "refused", "empty") or (trail.fate or "").startswith("fault:"):
        return trail.fate or ""
    return _paired(trail, ruled_pair(rulings, after), rulings, positions[1])


def _changed(rulings: Rulings, bare: Trail, positions: Iterable[int]) -> bool:
    """Whether the rulings change what is found in any of these answers."""
    return any(
        _told(violations(bare, place)) != _told(violations(ruled_answer(rulings, bare, place), place))
        for place in positions
    )


def _judged(trail: Trail, bare: Trail, rulings: Rulings) -> str:
    """The fate where no critic had to find anything first, so that rulings on the pair alone decide, or nearly so."""
    after = bare
    for position in dict.fromkeys(critique.response for critique in bare.critiques):
        after = ruled_answer(rulings, after, position)
        if violations(after, position):
            return "undecided"
    return _decided(trail, ruled_pair(rulings, after))


def _paired(trail: Trail, after: Trail, rulings: Rulings, revision: int) -> str:
    """The fate from the revision on."""
    if after.fate is not None:
        return after.fate
    if not after.critiques_of(revision):
        return "" if trail.rulings or not _same_words(trail) else trail.fate or ""
    checked = ruled_answer(rulings, after, revision)
    if recheck_problem(checked):
        return "undecided"
    return _decided(trail, checked) if compared(checked) else ""


def _decided(trail: Trail, after: Trail) -> str:
    """The fate from the judge on."""
    if after.fate is not None:
        return after.fate
    if not compared(after):
        return "" if trail.fate == "ruled_out" else trail.fate or ""
    if judgement_problem(after):
        return "undecided"
    screened = trail.fate is not None and (trail.fate == "paired" or trail.fate.startswith("screened:"))
    return trail.fate or "" if screened else "paired"


def _same_words(trail: Trail) -> bool:
    """Whether both answers say the same, which ends a trail before anybody checks it."""
    before, after = (trail.responses[position].text.split() for position in sides(trail) or (0, 0))
    return before == after


def _told(found: Sequence[Critique]) -> list[tuple[str, str, str]]:
    """What the reviser is told."""
    return [(each.principle.id, each.reason, each.evidence.text if each.evidence else "") for each in found]
