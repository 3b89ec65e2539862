"""Which principle and which group of one constitution answers to which of another."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from constitution.principles.likeness import Gathered
from constitution.principles.model import Constitution, Principle
from constitution.principles.rewording import statement

RENAMED = 0.6
"""Share of words from which on a principle that went and one that came are taken for one under a new id."""


@dataclass(frozen=True)
class Both:
    """Two constitutions, and what in the one answers to what in the other."""

    before: Constitution
    after: Constitution

    @cached_property
    def old(self) -> dict[str, Principle]:
        """Principles of the earlier one by id."""
        return {principle.id: principle for principle in self.before.principles}

    @cached_property
    def new(self) -> dict[str, Principle]:
        """Principles of the later one by id."""
        return {principle.id: principle for principle in self.after.principles}

    @cached_property
    def old_home(self) -> dict[str, str]:
        """Id of each earlier principle to its group."""
        return {principle.id: group.id for group in self.before.groups for principle in group.principles}

    @cached_property
    def new_home(self) -> dict[str, str]:
        """Id of each later principle to its group."""
        return {principle.id: group.id for group in self.after.groups for principle in group.principles}

    @cached_property
    def now(self) -> dict[str, str]:
        """Old id to new id, of the principles that are in both."""
        kept = {name: name for name in self.old if name in self.new}
        gone = Gathered(1)
        for name, principle in self.old.items():
            if name not in kept:
                gone.add(name, statement(principle)[1])
        for name, principle in self.new.items():
            if name not in kept and (found := gone.nearest(statement(principle)[1], RENAMED)):
                kept[found[0]] = name
                gone.take(found[0])
        return kept

    @cached_property
    def group_now(self) -> dict[str, str]:
        """Old group to new group: the same id, else a new one that holds half of its principles or more."""
        kept = {group.id: group.id for group in self.before.groups if group.id in self.new_groups}
        for group in self.before.groups:
            homes = [self.new_home[self.now[each.id]] for each in group.principles if each.id in self.now]
            fresh = [home for home in homes if home not in kept.values()]
            if group.id not in kept and fresh and 2 * fresh.count(fresh[0]) >= len(group.principles):
                kept[group.id] = fresh[0]
        return kept

    @cached_property
    def new_groups(self) -> tuple[str, ...]:
        """Ids of the later groups, in order."""
        return tuple(group.id for group in self.after.groups)
