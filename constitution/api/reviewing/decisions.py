"""Decisions: the sheet that a reviewer fills in, and the rulings that come back in it, all of them or none."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from constitution.api.reviewing.cells import fitting
from constitution.api.reviewing.desk import Desk
from constitution.api.reviewing.filled import FILLED, IDENTITY, Reader
from constitution.api.reviewing.sheets import read_sheet, write_sheet
from constitution.api.reviewing.subjects import Subject, subjects_of
from constitution.core.rulings import Ruling
from constitution.errors import BadFile

SHOWN = ("fate", "prompt", "answer", "chosen", "rejected", "model_says", "quote", "reason", "stale")
COLUMNS = ("about", "principle", *SHOWN, *FILLED, "prompt_id", "pair_id", "response", "meaning")
"""What people read comes first; what tells the rows apart last."""


@dataclass(frozen=True, kw_only=True)
class Decisions:
    """What a filled sheet says."""

    rulings: tuple[Ruling, ...]
    """In the order of the rows; nothing to rely on where there are problems."""
    problems: tuple[BadFile, ...]
    """A row each that cannot be taken over."""
    notes: tuple[str, ...]
    others: tuple[str, ...] = ()
    """Columns that are none of ours, and in which somebody wrote."""


def write_decisions(path: Path, desk: Desk, subjects: Iterable[Subject]) -> None:
    """The sheet holds a row for each subject; the ones ruled on have their ruling filled in. Raises ``Mistake``."""
    write_sheet(path, COLUMNS, (_row(subject, desk) for subject in subjects), fill=FILLED)


def read_decisions(path: Path, desk: Desk, *, reviewer: str | None, date: str) -> Decisions:
    """The rulings of a filled sheet, each on something that this dataset holds.

    ``reviewer`` stands where a row names nobody. Raises ``BadFile`` for a file that is no such sheet; what is wrong
    with single rows is among the ``problems``.
    """
    known = {subject.key: subject for subject in subjects_of(desk.trails, desk.rulings)}
    reader = Reader(known, reviewer, date, str(desk.out))
    rulings: dict[tuple[str, ...], tuple[str, Ruling]] = {}
    problems: list[BadFile] = []
    others: dict[str, None] = {}
    for row in read_sheet(path, (*IDENTITY, *FILLED)):
        others.update({name: None for name, cell in row.cells.items() if name not in COLUMNS and cell.strip()})
        try:
            ruling = reader.ruling(row)
            if ruling is not None:
                first, other = rulings.setdefault(ruling.subject, (f"row {row.number}", ruling))
                if other != ruling:
                    raise BadFile("rules otherwise on the same", where=row.where, remedy=f"choose it or {first}")
        except BadFile as error:
            problems.append(BadFile(f"row {row.number}: {error.what}", where=error.where, remedy=error.remedy))
    notes = (reader.notes and (f"{reader.notes} quotes are left out: only `violates` has one",)) or ()
    said = tuple(ruling for _, ruling in rulings.values())
    return Decisions(rulings=said, problems=tuple(problems), notes=notes, others=tuple(others))


def _row(subject: Subject, desk: Desk) -> list[str]:
    trail, held = subject.trail, subject.held
    whole = f"constitution show {desk.out} {trail.prompt.id}"
    prompt = "\n\n".join(f"{each.role}: {each.content}" for each in trail.prompt.messages)
    cells = {
        "about": subject.about,
        "prompt_id": trail.prompt.id,
        "pair_id": subject.pair_id,
        "response": subject.response,
        "principle": subject.principle,
        "meaning": subject.meaning,
        "fate": trail.fate or "",
        "prompt": trail.prompt.messages[0].content if len(trail.prompt.messages) == 1 else prompt,
        "answer": subject.answer,
        "chosen": subject.chosen,
        "rejected": subject.rejected,
        "model_says": subject.said,
        "quote": subject.quote,
        "reason": subject.reason,
        "stale": _earlier(subject.earlier) if held is None else "",
        "verdict": held.verdict if held else "",
        "their_quote": held.quote if held else "",
        "their_reason": held.reason if held else "",
        "reviewer": held.reviewer if held else "",
    }
    return [fitting(cells[name], whole) for name in COLUMNS]


def _earlier(ruling: Ruling | None) -> str:
    """What was ruled while the principle said something else."""
    if ruling is None:
        return ""
    why = f": {ruling.reason}" if ruling.reason else ""
    return f"{ruling.verdict}, by {ruling.reviewer}, {ruling.date}, under other words of the principle{why}"
