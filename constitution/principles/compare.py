"""What changed in meaning between two constitutions: principles matched by id, else by what they say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from constitution.core.records import TIERS
from constitution.principles.changes import Change, Kind
from constitution.principles.differences import differences, plain
from constitution.principles.matching import Both
from constitution.principles.model import Constitution

_FILE_FIELDS: Mapping[str, Kind] = {
    "name": "name_changed",
    "language": "language_changed",
    "title": "file_note_changed",
    "license": "file_note_changed",
    "note": "file_note_changed",
}


def compare(before: Constitution, after: Constitution) -> tuple[Change, ...]:
    """Every change from the one to the other, first of the file, then in the order of ``after``, then what is gone.

    Lines, comments and the version number are no change; whatever else differs gives at least one.
    """
    both = Both(before, after)
    found = [
        *_of_file(before, after),
        *_of_groups(both),
        *_of_principles(both),
        *_of_precedence(both),
    ]
    if not found and plain(before, "version") != plain(after, "version"):
        found.append(Change("order_changed", "entries stand in another order"))
    return tuple(found)


def told_otherwise(before: Constitution, after: Constitution) -> frozenset[str]:
    """Ids of principles of ``after`` whose words to models are not the same in ``before``; these are asked again."""
    meanings = {principle.id: principle.meaning for principle in before.principles}
    return frozenset(each.id for each in after.principles if meanings.get(each.id) != each.meaning)


def _of_file(before: Constitution, after: Constitution) -> Iterator[Change]:
    for name, kind in _FILE_FIELDS.items():
        old, new = getattr(before, name), getattr(after, name)
        if old != new:
            yield Change(kind, f"the {name} of the constitution is changed", before=old, after=new)
    for name in ("allow", "extra"):
        if getattr(before, name) != getattr(after, name):
            yield Change("file_note_changed", f"`{name}` of the file is changed")


def _of_groups(both: Both) -> Iterator[Change]:
    titles = {group.id: group.title for group in both.after.groups}
    for group in both.before.groups:
        now = both.group_now.get(group.id)
        if now is None:
            yield Change("group_removed", f"the group {group.id} is gone", group=group.id)
            continue
        if now != group.id:
            yield Change(
                "group_renamed", f"the group {group.id} is called {now}", group=now, before=group.id, after=now
            )
        if titles[now] != group.title:
            yield Change("group_note_changed", "the title of the group is changed", group=now,
                         before=group.title, after=titles[now])  # fmt: skip
    came = set(both.group_now.values())
    for name in both.new_groups:
        if name not in came:
            yield Change("group_added", f"the group {name} is new", group=name)
    old = [both.group_now[group.id] for group in both.before.groups if group.id in both.group_now]
    new = [name for name in both.new_groups if name in came]
    if old != new:
        yield Change(
            "groups_reordered", "the groups stand in another order", before=", ".join(old), after=", ".join(new)
        )


def _of_principles(both: Both) -> Iterator[Change]:
    was = {new: old for old, new in both.now.items()}
    for name, principle in both.new.items():
        group = both.new_home[name]
        if name not in was:
            yield Change("principle_added", "the principle is new", name, group, after=principle.told_critic)
            continue
        if was[name] != name:
            yield Change(
                "principle_renamed", f"the principle {was[name]} is called {name}", name, group, was[name], name
            )
        home = both.old_home[was[name]]
        if both.group_now.get(home) != group:
            yield Change("principle_moved", f"moved from the group {home} to {group}", name, group, home, group)
        yield from differences(both.old[was[name]], principle, group)
    yield from _reordered(both)
    for name, principle in both.old.items():
        if name not in both.now:
            yield Change("principle_removed", "the principle is gone", name, both.old_home[name], principle.told_critic)


def _reordered(both: Both) -> Iterator[Change]:
    """Groups in which the principles that stayed stand in another order."""
    stayed = {old: new for old, new in both.now.items()
              if both.group_now.get(both.old_home[old]) == both.new_home[new]}  # fmt: skip
    old_orders: dict[str, list[str]] = {}
    for old in both.old:
        if old in stayed:
            old_orders.setdefault(both.new_home[stayed[old]], []).append(stayed[old])
    kept = set(stayed.values())
    for group in both.after.groups:
        order = [principle.id for principle in group.principles if principle.id in kept]
        before = old_orders.get(group.id, [])
        if order != before:
            yield Change("principles_reordered", "its principles stand in another order", group=group.id,
                         before=", ".join(before), after=", ".join(order))  # fmt: skip


def _of_precedence(both: Both) -> Iterator[Change]:
    """Pairs of rivals of which another one goes first now, or that are not asked about together any more."""
    was = {new: old for old, new in both.now.items()}
    earlier, later = _ranks(both.before), _ranks(both.after)
    old_rivals = {frozenset((both.now.get(a, a), both.now.get(b, b))) for a, b in _rivals(both.before)}
    new_rivals = {frozenset(pair) for pair in _rivals(both.after)}
    for one, other in sorted(sorted(pair) for pair in old_rivals | new_rivals):
        if one not in was or other not in was:
            continue
        first_was = earlier[was[one]] < earlier[was[other]]
        if first_was != (later[one] < later[other]):
            first, second = (one, other) if first_was else (other, one)
            yield Change("precedence_swapped", f"{second} goes before {first}, with which it conflicts", second,
                         both.new_home[second], f"{first}, {second}", f"{second}, {first}")  # fmt: skip
        if frozenset((one, other)) in old_rivals & new_rivals:
            yield from _company(both, one, other, both.old_home[was[one]] == both.old_home[was[other]])


def _company(both: Both, one: str, other: str, were_together: bool) -> Iterator[Change]:
    """Whether two rivals came into one group, or were parted."""
    if were_together != (both.new_home[one] == both.new_home[other]):
        kind: Kind = "precedence_lost" if were_together else "precedence_gained"
        how = "apart from" if were_together else "together with"
        yield Change(kind, f"asked about {how} {other}, with which it conflicts", one, both.new_home[one])


def _ranks(constitution: Constitution) -> dict[str, tuple[int, int]]:
    """Tier and place in the file: the lower goes first."""
    return {each.id: (TIERS.index(each.tier), place) for place, each in enumerate(constitution.principles)}


def _rivals(constitution: Constitution) -> Iterator[tuple[str, str]]:
    """Each pair of principles of which one names the other under ``conflicts_with``."""
    known = {principle.id for principle in constitution.principles}
    for principle in constitution.principles:
        for other in principle.conflicts_with:
            if other in known and other != principle.id:
                yield principle.id, other
