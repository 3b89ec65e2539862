"""One filled row of a sheet: what it is about in the dataset, and the ruling in it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, get_args

from pydantic import ValidationError

from constitution.api.reviewing.cells import tidy
from constitution.api.reviewing.sheets import Filled
from constitution.api.reviewing.subjects import Subject
from constitution.core.rulings import OnPair, OnResponse, Ruling
from constitution.errors import BadFile
from constitution.stages.quoting import locate

IDENTITY = ("about", "prompt_id", "pair_id", "response", "principle", "meaning")
"""Columns that tell what a row is about."""
FILLED = ("verdict", "their_quote", "their_reason", "reviewer")
"""Columns that a person fills in."""
_EXPORT_AGAIN = "export again to ANOTHER file, and copy your verdicts over"
_CLEAR = "empty this row's verdict and import again, or " + _EXPORT_AGAIN
_MANGLED = "a spreadsheet must leave these columns as they were: " + _EXPORT_AGAIN


class Reader:
    """Reads rows against what the dataset holds."""

    def __init__(self, known: Mapping[tuple[str, ...], Subject], reviewer: str | None, date: str, out: str) -> None:
        self.known = known
        self.reviewer = reviewer
        self.date = date
        self.out = out
        self.notes = 0
        """Quotes that were left out."""

    def ruling(self, row: Filled) -> Ruling | None:
        """The ruling of one row; None where nothing is filled in. Raises ``BadFile``."""
        own = {name: tidy(row.cells[name]) for name in FILLED}
        if not own["verdict"]:
            if own["their_quote"] or own["their_reason"]:
                raise BadFile("has a reason or a quote and no verdict", where=row.where, remedy="fill in verdict")
            return None
        subject = self._subject(row)
        verdict = _verdict(subject, own["verdict"], row.where)
        quote = _quote(subject, own["their_quote"], row.where) if verdict == "violates" else ""
        self.notes += bool(own["their_quote"]) and verdict != "violates"
        said: dict[str, Any] = {"verdict": verdict, "quote": quote, "reason": own["their_reason"]}
        return self._made(subject, said, own["reviewer"], row.where)

    def _subject(self, row: Filled) -> Subject:
        """What the row is about; raises ``BadFile`` saying which of its names is not in the dataset."""
        cells = {name: row.cells[name].strip() for name in IDENTITY}
        pair = cells["about"] == "pair"
        names = ("prompt_id", "pair_id") if pair else ("prompt_id", "response", "principle", "meaning")
        found = self.known.get(tuple(cells[name] for name in names))
        if found is not None and found.about == cells["about"]:
            return found
        for name, shape in _SHAPES.items():
            if (name == "about" or name in names) and not re.fullmatch(shape, cells[name]):
                raise BadFile(f"{name} is not as it was exported", where=row.where, remedy=_MANGLED)
        same = [each for each in self.known.values() if each.trail.prompt.id == cells["prompt_id"]]
        if pair and same:
            raise BadFile(f"{_ABSENT['pair_id']} {self.out}{_since(same[0])}", where=row.where, remedy=_CLEAR)
        for length, name in enumerate(names, 1):
            start = tuple(cells[each] for each in names[:length])
            if not any(each.key[:length] == start for each in same if pair or each.about == "response"):
                raise BadFile(f"{_ABSENT[name]} {self.out}", where=row.where, remedy=_CLEAR)
        raise BadFile("is about nothing in this dataset", where=row.where, remedy=_EXPORT_AGAIN)

    def _made(self, subject: Subject, said: dict[str, Any], reviewer: str, where: str) -> Ruling:
        held = subject.held
        changed = held is not None and any(getattr(held, name) != value for name, value in said.items())
        if changed and held is not None and reviewer == held.reviewer and self.reviewer:
            reviewer = self.reviewer  # the name was exported with the old ruling; whoever changed it now has another
        who = reviewer or self.reviewer
        if not who:
            raise BadFile("nobody is named", where=where, remedy="give --reviewer PSEUDONYM, or fill in reviewer")
        pair = subject.about == "pair"
        try:
            return Ruling(
                about=subject.about,
                prompt_id=subject.trail.prompt.id,
                response=subject.response,
                principle="" if pair else subject.principle,
                meaning=subject.meaning,
                pair_id=subject.pair_id,
                said=subject.said or (held.said if held is not None else ""),
                reviewer=who,
                date=self.date,
                **said,
            )
        except ValidationError as error:
            raise BadFile(_wrong(error), where=where, remedy="write letters, digits, . _ - (64 at most)") from error


_SHAPES = {
    "about": "response|pair",
    "prompt_id": "p-[0-9a-f]{32}",
    "pair_id": "pp1:[0-9a-f]{32}",
    "response": "[0-9a-f]{64}",
    "principle": r"\S+",
    "meaning": "[0-9a-f]{64}",
}
_ABSENT = {
    "prompt_id": "this prompt is not in",
    "pair_id": "this pair is no longer in",
    "response": "this answer is no longer in",
    "principle": "this answer was not held to this principle in",
    "meaning": "the principle was reworded since the export; its old wording is no longer in",
}


def _since(subject: Subject) -> str:
    """How the prompt of a pair that is gone ended in the run since."""
    return f": its prompt ended as {subject.trail.fate} in a run since, by other rulings or principles"


def _verdict(subject: Subject, said: str, where: str) -> str:
    allowed: tuple[str, ...] = get_args(OnPair if subject.about == "pair" else OnResponse)
    verdict = "_".join(re.split(r"[\s_-]+", said.casefold()))
    if verdict not in allowed:
        what = "a pair" if subject.about == "pair" else "an answer"
        raise BadFile(f"{said[:40]!r} is no verdict on {what}", where=where, remedy=f"write {' or '.join(allowed)}")
    return verdict


def _quote(subject: Subject, said: str, where: str) -> str:
    """The quoted words as they stand in the answer; raises ``BadFile`` where they do not."""
    if not said:
        return ""
    place = locate(said, subject.answer)
    if place is None:
        raise BadFile(
            "the words in their_quote are not in the answer",
            where=where,
            remedy="copy them from it; leave the cell empty where something is missing from the answer",
        )
    return subject.answer[slice(*place)]


def _wrong(error: ValidationError) -> str:
    first = error.errors()[0]
    name = ".".join(map(str, first["loc"])) or "the row"
    return f"{first['input']!r} is no pseudonym" if name == "reviewer" else f"{name}: {first['msg']}"
