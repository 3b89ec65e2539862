"""Records of qualified judges: a file of JSON Lines beside the project, append only, in which recipes look them up."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import Field, ValidationError

from constitution import __version__
from constitution.api.qualifying.report import JudgeReport
from constitution.core.digest import digest
from constitution.core.judgement import Question
from constitution.core.qualities import QUALITIES, Quality
from constitution.core.records import Record
from constitution.errors import BadFile, Mistake
from constitution.sources.text import lines, parsed

FILE = "qualifications.jsonl"
LONGEST = 100_000
"""Bytes of one line; a longer one is no record."""
_MEND = "restore the line from version control, or remove it and qualify the judge again"
Sha256 = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


class Asked(NamedTuple):
    """A judge and how it is asked: a record counts for the same one only."""

    model: str
    template_sha256: str
    votes: int
    agreement: str


class Qualification(Record):
    """How one judge did on one labelled file, asked in one way."""

    format: Literal["constitution-qualification/1"] = "constitution-qualification/1"
    model: str
    """``provider:model`` as it was pinned."""
    template_sha256: Sha256
    votes: int
    """Draws an order."""
    agreement: str = "majority"
    question: Question = "principles"
    principles: str
    """Reference of the constitution that it judged by."""
    principles_sha256: Sha256
    labelled: str
    """Name of the labelled file."""
    labelled_sha256: Sha256
    n: int
    """Pairs that were judged."""
    floors: dict[Quality, float]
    """Lower ends of the 95% intervals: what a recipe holds the judge to."""
    figures: dict[str, Any]
    temperature: float | None = None
    """By what its log-odds are divided; None where its probabilities are not to be used."""
    ece: float | None = None
    """Calibration error at that temperature; None where it gave no probabilities."""
    engine: str
    date: Annotated[str, Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")]

    @property
    def id(self) -> str:
        """``jq-`` and 32 hex digits of all that it says but the day."""
        return "jq-" + digest({key: value for key, value in self.model_dump(mode="json").items() if key != "date"})[:32]

    @property
    def of(self) -> Asked:
        """Whom it speaks of, and how they were asked."""
        return Asked(self.model, self.template_sha256, self.votes, self.agreement)


def qualification_of(report: JudgeReport, date: str) -> Qualification:
    """The record of a report on a judge that was asked."""
    fit = report.figures.calibration
    said = {name: value for name, value in report.setting.items() if name != "template"}
    return Qualification(
        model=report.model,
        labelled=report.source,
        labelled_sha256=report.sha256,
        n=report.figures.n,
        floors={name: report.figures.floor(name) for name in QUALITIES},
        figures=report.figures.data(),
        temperature=fit.temperature if fit is not None and fit.usable else None,
        ece=fit.ece_after if fit is not None else None,
        engine=f"constitution {__version__}",
        date=date,
        **said,
    )


def append_qualification(root: Path, report: JudgeReport) -> Qualification:
    """The project's file holds the record of this report as its last line.

    Nothing is written where the last record of this judge says the same. Raises ``BadFile`` for a line that cannot
    be read and ``Mistake`` where the file cannot be written.
    """
    record = qualification_of(report, datetime.now(UTC).date().isoformat())
    path = root / FILE
    try:
        with path.open("a+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            known = latest(read_qualifications(root), record.of)
            if known is not None and known.id == record.id:
                return known
            whole = b"" if _ends_a_line(path) else b"\n"
            line = json.dumps(record.model_dump(mode="json"), ensure_ascii=False, sort_keys=True)
            file.write(whole + f"{line}\n".encode())
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise Mistake(
            f"the record cannot be written: {error.strerror or error}",
            where=str(path),
            remedy="make room or allow writing, and run again: every reply is kept",
        ) from error
    return record


def read_qualifications(root: Path) -> tuple[Qualification, ...]:
    """The records of the project in the order of the file; none where there is no file.

    Raises ``BadFile`` with ``file:line`` for a line that is no record.
    """
    path = root / FILE
    if not path.exists():
        return ()
    given = ((where, line.strip()) for where, line in lines(path, most=LONGEST))
    return tuple(_record(parsed(line, where, remedy=_MEND), where) for where, line in given if line)


def latest(records: Iterable[Qualification], asked: Asked) -> Qualification | None:
    """The last record that counts for this judge; None where there is none."""
    found = [record for record in records if record.of == asked]
    return found[-1] if found else None


def _record(row: Any, where: str) -> Qualification:
    try:
        return Qualification.model_validate(row)
    except (ValidationError, RecursionError) as error:
        what = "not a record of a qualification"
        if isinstance(error, ValidationError):
            first = error.errors(include_url=False)[0]
            what = f"{what}: {'.'.join(map(str, first['loc']))} {first['msg']}"
        raise BadFile(what, where=where, remedy=_MEND) from error


def _ends_a_line(path: Path) -> bool:
    with path.open("rb") as file:
        if file.seek(0, os.SEEK_END) == 0:
            return True
        file.seek(-1, os.SEEK_END)
        return file.read(1) == b"\n"
