"""Which level of version each change demands, why, and which version comes next.

The floors are structural: they are read off the change alone. What a critic then makes of the new words may
be a reason to go higher, never to go lower.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Literal

from constitution.errors import Mistake
from constitution.principles.changes import Change, Kind
from constitution.principles.words import VERSION

Level = Literal["none", "patch", "minor", "major"]
LEVELS: tuple[Level, ...] = ("none", "patch", "minor", "major")
"""The lowest first."""

LONGEST = 40
"""Characters of a version."""

FLOORS: Mapping[Kind, tuple[Level, str]] = {
    "name_changed": ("major", "datasets and references name the constitution by it"),
    "language_changed": ("minor", "the words count in another language"),
    "file_note_changed": ("patch", "no model is told it"),
    "group_added": ("minor", "some prompts will be asked about the new group"),
    "group_removed": ("minor", "prompts that were asked about this group go to others"),
    "group_renamed": ("minor", "prompts are spread over groups by their ids, so some will be asked about other groups"),
    "group_note_changed": ("patch", "no model is told it"),
    "groups_reordered": ("patch", "groups are asked about one by one, and no order between rivals changed"),
    "principle_added": ("minor", "there is more to keep than before, and nothing that was kept is lost"),
    "principle_removed": ("major", "answers that were wrong are not wrong any more"),
    "principle_renamed": ("major", "datasets and rulings name the principle by its old id, and nothing answers to it"),
    "principle_moved": ("minor", "it is asked about together with other principles, on other prompts"),
    "principles_reordered": ("minor", "the critic reads them in another order, and the first goes before the second"),
    "rule_replaced": ("major", "the id now stands for another rule, and old rows that name it mean the old one"),
    "polarity_changed": ("major", "what was forbidden may be demanded now, or the other way round"),
    "reworded": ("minor", "models are told other words and may judge otherwise"),
    "respaced": ("patch", "only white space or punctuation differ"),
    "tier_changed": ("major", "another principle wins where two collide"),
    "precedence_swapped": ("major", "of two principles that conflict, the other one wins now"),
    "precedence_lost": ("major", "two principles that conflict are not weighed against each other any more"),
    "precedence_gained": ("minor", "two principles that conflict are weighed against each other from now on"),
    "exception_added": ("minor", "some answers that were wrong are allowed now"),
    "exception_removed": ("major", "answers that were allowed are wrong now"),
    "exception_reworded": ("minor", "the line between what is allowed and what is not may have moved"),
    "exceptions_reordered": ("patch", "the same exceptions hold"),
    "scope_widened": ("minor", "it is asked of prompts that it was not asked of before"),
    "scope_narrowed": ("minor", "it is not asked any more of some prompts"),
    "scope_changed": ("minor", "it is asked of other prompts than before"),
    "checks_added": ("minor", "a program finds violations that it did not look for"),
    "checks_removed": ("minor", "a program does not find any more what it found"),
    "checks_changed": ("minor", "a program finds other violations than before"),
    "case_added": ("patch", "the words are the same, and there is one more test of them"),
    "case_removed": ("minor", "what it tested is not tested any more"),
    "case_verdict_changed": ("major", "what was right is wrong now, or the other way round"),
    "case_note_changed": ("patch", "prompt, response and verdict are the same"),
    "conflict_added": ("minor", "the critic is told which of the two goes first, where it sees both"),
    "conflict_removed": ("minor", "the critic is not told any more which of the two goes first"),
    "note_changed": ("patch", "no model is told it"),
    "order_changed": ("patch", "the same entries stand in another order"),
}  # fmt: skip
"""Kind of change to the lowest level that it may be released under, and why."""


def floor(change: Change) -> Level:
    """The lowest level under which this change may be released."""
    return FLOORS[change.kind][0]


def because(change: Change) -> str:
    """Why it demands that level, in a clause."""
    return FLOORS[change.kind][1]


def demanded(changes: Iterable[Change]) -> Level:
    """The highest level that any of the changes demands; ``none`` without changes."""
    return highest(map(floor, changes))


def highest(levels: Iterable[Level]) -> Level:
    """The highest of them; ``none`` where there are none."""
    return max(levels, key=LEVELS.index, default="none")


def parse_version(text: str) -> tuple[int, int, int]:
    """Its three numbers; raises ``Mistake`` for what is no version.

    >>> parse_version("1.10.0") > parse_version("1.9.3")
    True
    """
    if not text or len(text) > LONGEST or not re.fullmatch(VERSION, text):
        raise Mistake(
            f"{text[:LONGEST]!r} is no version", remedy="write three numbers with dots between them, like 1.2.0"
        )
    major, minor, patch = map(int, text.split("."))
    return major, minor, patch


def next_version(version: str, level: Level) -> str:
    """The version that follows at this level, the same one at ``none``; the first release, ``1.0.0``, after nothing.

    Raises ``Mistake`` for what is no version.

    >>> [next_version("1.4.2", level) for level in LEVELS]
    ['1.4.2', '1.4.3', '1.5.0', '2.0.0']
    """
    if not version:
        return "1.0.0"
    major, minor, patch = parse_version(version)
    stepped = {"none": (major, minor, patch), "patch": (major, minor, patch + 1),
               "minor": (major, minor + 1, 0), "major": (major + 1, 0, 0)}  # fmt: skip
    return ".".join(map(str, stepped[level]))


def step(before: str, after: str) -> Level:
    """The level that leads from one version to a later one; ``major`` from no version to the first.

    Raises ``Mistake`` for what is no version and where the later is below the earlier.

    >>> step("1.4.2", "1.6.0")
    'minor'
    """
    new = parse_version(after)
    if not before:
        return "major"
    old = parse_version(before)
    if new < old:
        raise Mistake(f"{after} comes before {before}", remedy=f"take {next_version(before, 'patch')} or a later one")
    names: tuple[Level, ...] = ("major", "minor", "patch")
    return next((name for name, was, now in zip(names, old, new, strict=True) if was != now), "none")
