"""The pass: every row once before each look, then what they found."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from constitution.auditing.finding import Look, ranked
from constitution.auditing.looks.doubles import Doubles
from constitution.auditing.looks.labels import Labels
from constitution.auditing.looks.lengths import Lengths
from constitution.auditing.looks.openers import Openers
from constitution.auditing.looks.shapes import Shapes
from constitution.auditing.looks.shortcuts import Shortcuts
from constitution.auditing.report import Report
from constitution.auditing.seen import Place, Seen
from constitution.auditing.trap import PlainRow

LOOKS: tuple[type[Look], ...] = (Shapes, Labels, Doubles, Lengths, Shortcuts, Openers)
"""The looks that need nothing but the rows; a new one is one file and one name here."""


def audited(path: str, rows: Iterable[tuple[Place, PlainRow]], more: Sequence[Look] = ()) -> Report:
    """The report over all rows; ``more`` are looks that had to be made, such as the trainer's eye.

    Memory does not grow with the rows.
    """
    looks = [*(make() for make in LOOKS), *more]
    count = 0
    for place, row in rows:
        count += 1
        seen = Seen.of(place, row)
        for look in looks:
            look.see(seen)
    findings = ranked(finding for look in looks for finding in look.findings())
    return Report(path, count, findings, {look.name: look.figures() for look in looks})
