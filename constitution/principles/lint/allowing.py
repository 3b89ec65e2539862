"""W9: warnings that somebody let stand, with the reason beside them, and reasons that have lost their warning."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from constitution.core.places import Path
from constitution.principles.lint.cases import places
from constitution.principles.lint.report import Spot, spot
from constitution.principles.model import Allowed, Constitution


@dataclass(frozen=True, slots=True)
class Found:
    """A find with the code of its rule, its path from the top of the file."""

    code: str
    spot: Spot

    @property
    def principle(self) -> Path:
        """The place of the principle that it is about; empty for the file."""
        return self.spot.path[:4] if len(self.spot.path) >= 4 and self.spot.path[0] == "groups" else ()


@dataclass(frozen=True, slots=True)
class Allowance:
    """One entry of ``allow``: where it stands, and the principle that it speaks for (empty for the whole file)."""

    path: Path
    principle: Path
    allowed: Allowed
    known: bool

    def covers(self, found: Found) -> bool:
        """Whether it lets this find stand."""
        return (
            self.known and found.code == self.allowed.code and (not self.principle or self.principle == found.principle)
        )


def allowances(constitution: Constitution, known: Collection[str]) -> list[Allowance]:
    """Every entry of ``allow``; ``known`` are the codes that there are."""
    owners: list[tuple[Path, tuple[Allowed, ...]]] = [((), constitution.allow)]
    owners += [(at, principle.allow) for at, principle in places(constitution)]
    return [
        Allowance((*at, "allow", place), at, allowed, allowed.code in known and not allowed.code.startswith("W9"))
        for at, entries in owners
        for place, allowed in enumerate(entries)
    ]


def let_stand(found: Sequence[Found], allowed: Sequence[Allowance]) -> Iterator[Found]:
    """What is left when everything that may stand is taken out, and the entries of ``allow`` that did nothing."""
    used = set()
    by_code: dict[str, list[Allowance]] = {}
    for entry in allowed:
        by_code.setdefault(entry.allowed.code, []).append(entry)
    for each in found:
        covering = [entry for entry in by_code.get(each.code, ()) if entry.covers(each)]
        used |= {entry.path for entry in covering}
        if not covering:
            yield each
    for entry in allowed:
        if not entry.known:
            yield Found("W902", spot(*entry.path, code=entry.allowed.code))
        elif entry.path not in used:
            yield Found("W901", spot(*entry.path, code=entry.allowed.code))


def idle_allowance() -> None:
    """`allow` lets $code stand, and nothing here gives that warning.

    Why: The next one would pass unseen, under a reason that was given for another.
    Type: the list without this entry.
    """


def unknown_allowance() -> None:
    """`allow` names $code, and there is no such warning that may be let stand.

    Why: The warning that was meant is still given, and this reason is read by nobody.
    Type: a code that `constitution principles lint --list` shows, or take the entry out.
    """
