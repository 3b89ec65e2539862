"""Which rows of a finished dataset an edit of the principles touches: read off their trails, nothing is asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from constitution.api.impact.made_with import MadeWith
from constitution.core.trail import Trail
from constitution.pairing.earned import violations
from constitution.pairing.story import held
from constitution.principles.model import Constitution, Principle
from constitution.principles.precedence import told_together
from constitution.stages.critique import asked_of
from constitution.stages.findings import by_rule
from constitution.stages.holding import Asked

How = Literal["certain", "possible", "renamed", "untouched"]
"""In what way a row is touched, the strongest that holds.

- ``certain``: what the critic is asked about the draft is another, whatever it will say.
- ``possible``: the critic is asked the same, but the draft breaks a principle of which the reviser or the judge is
  told something else now, a deterministic rule finds something else in it, or a ruling on it is stale.
- ``renamed``: nothing is asked and nothing decided anew; the row's record names principles or groups as they are now.
- ``untouched``: the row stays as it is, to the byte.
"""
HOWS: tuple[How, ...] = ("certain", "possible", "renamed", "untouched")


@dataclass(frozen=True, slots=True)
class Touch:
    """What an edit does to one row."""

    trail: Trail
    how: How
    before: tuple[str, ...] = ()
    """Groups that the critic was asked about."""
    after: tuple[str, ...] = ()
    """Groups that it is asked about now."""


@dataclass(frozen=True)
class Touched:
    """Every row of the folder with what the edit does to it, in prompt order."""

    rows: tuple[Touch, ...]

    def of(self, how: How) -> tuple[Touch, ...]:
        """The rows that are touched in this way."""
        return tuple(row for row in self.rows if row.how == how)

    def groups(self, how: How) -> Mapping[tuple[tuple[str, ...], tuple[str, ...]], int]:
        """(groups before, groups now) to how many rows are touched in this way, the commonest first."""
        return dict(Counter((row.before, row.after) for row in self.of(how)).most_common())

    @property
    def failed(self) -> frozenset[str]:
        """Prompts that ended in a fault: a run asks about them again, edit or no edit."""
        return frozenset(row.trail.prompt.id for row in self.rows if (row.trail.fate or "").startswith("fault:"))

    def data(self) -> dict[str, Any]:
        """The same as JSON values."""
        found: dict[str, Any] = {"rows": len(self.rows)}
        for how in HOWS:
            rows = self.of(how)
            found[how] = {"count": len(rows)}
            if how != "untouched":
                found[how]["groups"] = [
                    {"before": list(before), "after": list(after), "count": number}
                    for (before, after), number in self.groups(how).items()
                ]
                found[how]["prompts"] = [row.trail.prompt.id for row in rows]
        return found


def touched_by(made: MadeWith, after: Constitution) -> Touched:
    """What it does to each row of the folder to put these principles in the place of those that it was made with."""
    return Touched(tuple(_touch(made, trail, after) for trail in made.trails))


def _touch(made: MadeWith, trail: Trail, after: Constitution) -> Touch:
    if not _reached(trail):
        return Touch(trail, "untouched")
    how: list[How] = ["untouched"]
    groups: tuple[list[str], list[str]] = ([], [])
    for settings in made.critiques:
        chosen = {"seed": made.seed, "groups": settings["groups"], "only": settings["principles"]}
        old = asked_of(made.constitution, trail.prompt, **chosen)
        new = asked_of(after, trail.prompt, **chosen)
        groups[0].extend(old)
        groups[1].extend(new)
        if _questions(old) != _questions(new):
            how.append("certain")
        elif _later(made.constitution, after, trail, _both(old, new)):
            how.append("possible")
        elif tuple(old) != tuple(new) or _refs(old) != _refs(new):
            how.append("renamed")
    return Touch(trail, min(how, key=HOWS.index), tuple(groups[0]), tuple(groups[1]))


def _reached(trail: Trail) -> bool:
    """Whether the draft came so far that it was to be held to principles."""
    lost = any(fault.stage == "critique" for fault in trail.faults)
    return bool(trail.responses) and (bool(trail.critiques) or trail.fate == "not_applicable" or lost)


def _questions(asked: Asked) -> list[str]:
    """What the critic is told, once a group; the name of a group is told to nobody."""
    return sorted(told_together(principles) for principles in asked.values())


def _refs(asked: Asked) -> list[tuple[str, str]]:
    """The principles as records name them."""
    return [(each.id, each.meaning) for principles in asked.values() for each in principles]


def _both(old: Asked, new: Asked) -> Mapping[str, tuple[Principle, Principle]]:
    """The principles that are asked about, by id, as they were and as they are."""
    was = {each.id: each for principles in old.values() for each in principles}
    return {each.id: (was[each.id], each) for principles in new.values() for each in principles if each.id in was}


def _later(
    before: Constitution, after: Constitution, trail: Trail, both: Mapping[str, tuple[Principle, Principle]]
) -> bool:
    """Whether something after the critic's first answer is decided or asked otherwise."""
    cited = [critique.principle.id for critique in violations(trail, held(trail))]
    judged = bool(trail.verdicts) or any(fault.stage == "judge" for fault in trail.faults)
    return (
        any(_ruled_otherwise(trail, *each) for each in both.values())
        or any(was.told_reviser != now.told_reviser for was, now in map(both.__getitem__, cited))
        or (judged and _judging(before, cited) != _judging(after, cited))
    )


def _ruled_otherwise(trail: Trail, was: Principle, now: Principle) -> bool:
    """Whether a deterministic rule finds something else in an answer, or a person's ruling on it holds no more."""
    stale = any(ruling.principle == was.id and ruling.meaning != now.meaning for ruling in trail.rulings)
    changed = was.rules != now.rules
    return stale or (changed and any(by_rule(was, said) != by_rule(now, said) for said in trail.responses))


def _judging(constitution: Constitution, cited: Sequence[str]) -> list[str]:
    """What the judge is told, in the order of the file."""
    return [principle.told_judge for principle in constitution.principles if principle.id in cited]
