"""What principles diff says: what an edit changes in meaning, and the version that it demands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.padding import Padding
from rich.text import Text

from constitution.api.impact.whole import ImpactOrder
from constitution.api.worddiff import plain_diff
from constitution.cli.impact import show_impact
from constitution.cli.marking import diff_text
from constitution.cli.output import Output
from constitution.cli.tables import count
from constitution.cli.terminal import one_line
from constitution.principles.changes import Change, Kind
from constitution.principles.compare import compare, told_otherwise
from constitution.principles.versions import LEVELS, Level, because, demanded, floor, next_version, parse_version
from constitution.shelf import Shelf, Shelved, find_root

_STYLES = {"major": "bold red", "minor": "yellow", "patch": "green", "none": ""}

_SAID: frozenset[Kind] = frozenset(
    {"tier_changed", "precedence_swapped", "principle_renamed", "principle_moved", "group_renamed",
     "case_verdict_changed", "conflict_added", "conflict_removed"}
)  # fmt: skip
"""Kinds whose sentence names both sides already."""


@dataclass(frozen=True, kw_only=True)
class Compared:
    """Two constitutions from the shelf, and what is different in the second."""

    before: Shelved
    after: Shelved
    changes: tuple[Change, ...]

    @property
    def level(self) -> Level:
        """The level that all changes together demand."""
        return demanded(self.changes)

    @property
    def version(self) -> str:
        """The lowest version under which ``after`` may be released."""
        return next_version(self.before.constitution.version, self.level)

    @property
    def told(self) -> frozenset[str]:
        """Principles about which models are told something else now."""
        return told_otherwise(self.before.constitution, self.after.constitution)

    @property
    def too_low(self) -> bool:
        """Whether ``after`` is a release already, of a version below the one demanded."""
        named = self.after.constitution.version
        return bool(named and self.changes) and parse_version(named) < parse_version(self.version)


def compared(shelf: Shelf, before: str, after: str) -> Compared:
    """Both references taken from the shelf and compared; raises ``NotFound`` and ``BadFile``."""
    old, new = shelf.constitution(before), shelf.constitution(after)
    return Compared(before=old, after=new, changes=compare(old.constitution, new.constitution))


def show_diff(
    output: Output,
    before: str,
    after: str,
    suggest: bool = False,
    *,
    on: ImpactOrder | None = None,
    sample: int = 0,
    verbose: bool = False,
) -> int:
    """The changes are on standard output, or with ``suggest`` the next version alone; then what they do to a dataset.

    Raises ``NotFound`` and ``BadFile`` for what cannot be read, and with a ``sample`` all that a run raises.
    """
    both = compared(Shelf(find_root(Path.cwd())), before, after)
    for note in (*both.before.notes, *both.after.notes):
        output.note(note)
    if suggest:
        output.line(both.version)
    else:
        output.show(*parts(both, colour=output.colour))
    data = data_of(both)
    if on is not None:
        data["on"] = show_impact(output, both.before, on, sample=sample, verbose=verbose)
    return output.end(data)


def parts(both: Compared, *, colour: bool) -> Iterator[Text | Padding]:
    """The changes by principle, the file first, and in the end the version with its reason."""
    for name, changes in _grouped(both.changes):
        yield Text(one_line(name), "bold")
        for change in changes:
            yield from _change(change, colour=colour)
        yield Text()
    yield Text(one_line(summary(both)))
    if both.told:
        yield Text(one_line(f"models are told something else about: {', '.join(sorted(both.told))}"))
    if both.too_low:
        named = both.after.constitution.version
        yield Text(one_line(f"{both.after.ref} calls itself {named}, which is too low for these changes"), "red")


def summary(both: Compared) -> str:
    """How many changes there are, what they demand, and the version that follows."""
    if not both.changes:
        return f"no change from {both.before.ref} to {both.after.ref}"
    levels = [floor(change) for change in both.changes]
    listed = ", ".join(f"{levels.count(level)} {level}" for level in reversed(LEVELS) if level in levels)
    text = f"{count(len(both.changes), 'change')} from {both.before.ref} to {both.after.ref} ({listed})"
    if not both.before.constitution.version:
        return f"{text}; the earlier one has no version, so the first release is {both.version}"
    return f"{text}; the next version is {both.version} or higher"


def _grouped(changes: Sequence[Change]) -> Iterator[tuple[str, Sequence[Change]]]:
    """The changes of the file, of each group, of each principle, in the order in which they first come."""
    headed: dict[str, list[Change]] = {}
    for change in changes:
        head = f"{change.principle} · {change.group}" if change.principle else f"group {change.group}"
        headed.setdefault(head if change.principle or change.group else "the file", []).append(change)
    yield from headed.items()


def _change(change: Change, *, colour: bool) -> Iterator[Padding]:
    """The level, what it is and why; below it the words, with what went and what came."""
    level = floor(change)
    line = Text().append(f"{level:<6}", _STYLES[level]).append(f"{one_line(change.what)} ({because(change)})")
    yield Padding(line, (0, 0, 0, 2))
    if (change.before or change.after) and change.kind not in _SAID:
        yield Padding(diff_text(change.before, change.after, colour=colour), (0, 0, 0, 8))


def data_of(both: Compared) -> dict[str, Any]:
    """The same as JSON values."""
    return {
        "before": {"ref": both.before.ref, "version": both.before.constitution.version, "sha256": both.before.sha256},
        "after": {"ref": both.after.ref, "version": both.after.constitution.version, "sha256": both.after.sha256},
        "level": both.level,
        "next_version": both.version,
        "too_low": both.too_low,
        "told_otherwise": sorted(both.told),
        "changes": [_data(change) for change in both.changes],
    }


def _data(change: Change) -> dict[str, str]:
    return {
        "kind": change.kind,
        "level": floor(change),
        "because": because(change),
        "what": change.what,
        "principle": change.principle,
        "group": change.group,
        "before": change.before,
        "after": change.after,
        "diff": plain_diff(change.before, change.after),
    }
