"""Verification: a dataset folder, or a file of rows alone or against a folder; every level, then the word."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from constitution.dataset.envelope import ENVELOPE, Envelope, load_envelope, of_earlier_version
from constitution.errors import BadFile, ConstitutionError, Mistake, NotFound
from constitution.verifying.exported import check_line, files_level, is_export, lines_of
from constitution.verifying.files import Files, data_files
from constitution.verifying.finding import level, worst
from constitution.verifying.given import NOTHING, Given, Wanted
from constitution.verifying.levels import STATED
from constitution.verifying.levels.signature import signers_of
from constitution.verifying.loaded import split_of
from constitution.verifying.members import Members
from constitution.verifying.reading import rows_in
from constitution.verifying.report import BAD, Level, Report, Word
from constitution.verifying.rows import Rows
from constitution.verifying.within import within

Placed = tuple[Mapping[str, Any], str, int, str]
"""Columns of a row, its file, its number there from 1, and its split where the file tells it."""


def verify(path: Path, wanted: Wanted = NOTHING, *, against: Path | None = None) -> Report:
    """What became of each level, for a dataset folder or for a file of rows.

    A file of rows, or the folder of an export, is held against the leaves and the statement of the folder ``against``;
    without one, against itself alone. Raises ``NotFound``, ``BadFile``,
    and ``Mistake`` for a folder held against another.
    """
    if not path.is_dir():
        return verify_rows(path, against, wanted)
    if is_export(path):
        return verify_export(path, against, wanted)
    if against is not None:
        raise Mistake("is a folder, and only a file of rows is held against one", where=str(path),
                      remedy="name one of its files, or drop --against")  # fmt: skip
    return verify_folder(path, wanted)


def verify_folder(folder: Path, wanted: Wanted) -> Report:
    """Every level of a dataset folder; without a statement, its rows alone.

    Raises ``NotFound`` where there is no dataset, and ``BadFile`` for a statement that cannot be read and where the
    folder is written anew meanwhile.
    """
    envelope = stated(folder)
    if envelope is None:
        return _rows_alone(str(folder), (row for name in _some_data(folder) for row in _each(folder, name)))
    given = Given(folder=folder, envelope=envelope, wanted=wanted)
    files = Files(folder, envelope.statement)
    rows, members = Rows(terms_in(envelope), folder), Members(folder, given.manifest, subset=wanted.subset)
    for name in data_files(folder):
        try:
            for columns, file, number, split in _each(folder, name):
                members.add(rows.add(columns, file, number), file, number, split)
        except ConstitutionError as error:
            files.unreadable(name, f"rows cannot be read: {error.what}")
    if members.present == given.manifest.rows.count:
        rows.hold(given.manifest)
    of_rows, of_set = rows.closed(), members.closed()
    of_files = files.closed(worst((of_rows, of_set), BAD))
    if load_envelope(folder).sha256 != envelope.sha256:
        raise BadFile("was written anew while it was read", where=str(folder), remedy="verify again")
    return _report(str(folder), given, (of_files, of_rows, of_set), members)


def verify_rows(file: Path, against: Path | None, wanted: Wanted) -> Report:
    """The rows of a file by themselves, and against the leaves and the statement of the folder ``against``.

    Raises ``NotFound`` and ``BadFile``.
    """
    found = ((columns, file.name, number, "") for number, columns in enumerate(rows_in(file), start=1))
    if against is None:
        return _rows_alone(str(file), found)
    envelope = stated(against)
    if envelope is None:
        raise NotFound("has no statement to hold rows against", where=str(against), remedy="name a dataset folder")
    given = Given(folder=against, envelope=envelope, wanted=wanted)
    rows, members = Rows(terms_in(envelope), against), Members(against, given.manifest, subset=wanted.subset)
    for columns, name, number, split in found:
        members.add(rows.add(columns, name, number), name, number, split)
    of_files = level("files", "not checked", "the rows stand in a file of their own")
    return _report(str(file), given, (of_files, rows.closed(), members.closed()), members)


def verify_export(folder: Path, against: Path | None, wanted: Wanted) -> Report:
    """The lines of an export with their labels, by themselves or against the leaves and statement of ``against``.

    Raises ``NotFound`` and ``BadFile``.
    """
    envelope = None if against is None else stated(against)
    if against is not None and envelope is None:
        raise NotFound("has no statement to hold rows against", where=str(against), remedy="name a dataset folder")
    rows = Rows() if envelope is None else Rows(terms_in(envelope))
    given = None if envelope is None or against is None else Given(folder=against, envelope=envelope, wanted=wanted)
    members = None if given is None else Members(given.folder, given.manifest, subset=wanted.subset)
    of_files = files_level(folder, "" if envelope is None else envelope.sha256)
    for line in lines_of(folder):
        checked, split = check_line(line), line.file.partition(".")[0]
        rows.note(checked, line.file, line.number)
        if members is not None:
            shows = f"{line.labels.get('side')} {line.labels.get('part')}"
            members.add_shown(checked, line.file, line.number, split, shows)
    if given is None or members is None:
        return _alone(str(folder), rows.closed(), rows.count, of_files)
    return _report(str(folder), given, (of_files, rows.closed(), members.closed()), members)


def stated(folder: Path) -> Envelope | None:
    """The envelope of a folder, None without one; raises ``BadFile`` for one that is a link or cannot be read, and for
    a dataset of an earlier version, which had none."""
    try:
        within(folder, ENVELOPE)
    except NotFound:
        if not of_earlier_version(folder):
            return None
    return load_envelope(folder)


def terms_in(envelope: Envelope) -> dict[str, tuple[str, ...]]:
    """Restrictions by the id of terms, as the statement tells them."""
    return {each.id: each.restrictions for each in envelope.statement.predicate.terms}


def _some_data(folder: Path) -> list[str]:
    names = data_files(folder)
    if not names:
        raise NotFound("there is no finished dataset here", where=str(folder),
                       remedy="let a run finish, or name its folder or a file of rows")  # fmt: skip
    return names


def _each(folder: Path, name: str) -> Iterator[Placed]:
    """The rows of a data file of the folder."""
    split = split_of(name)
    for number, columns in enumerate(rows_in(within(folder, name), name), start=1):
        yield columns, name, number, split


def _rows_alone(path: str, found: Iterator[Placed]) -> Report:
    rows = Rows()
    for columns, name, number, _ in found:
        rows.add(columns, name, number)
    return _alone(path, rows.closed(), rows.count, level("files", "absent", "there is no statement"))


def _alone(path: str, of_rows: Level, count: int, of_files: Level) -> Report:
    """What there is to say without a statement."""
    levels = {name: level(name, "absent", "there is no statement") for name in ("set", *STATED)}
    levels = {"files": of_files, "rows": of_rows, **levels}
    word = worst([of_files, of_rows], BAD) or "UNSIGNED"
    return Report(path, word, levels, rows=count, of=None)  # type: ignore[arg-type]


def _report(path: str, given: Given, looked: tuple[Level, ...], members: Members) -> Report:
    levels = {each.name: each for each in (*looked, *(look(given) for look in STATED.values()))}
    signers = signers_of(given)
    word: Word | str = worst(levels.values(), BAD)
    if not word and not signers:
        word = "UNSIGNED"
    elif not word and not given.wanted.keys:
        word = "CONSISTENT"
    elif not word:
        word = "INTACT-SUBSET" if members.is_subset else "INTACT"
    manifest = given.manifest
    return Report(
        path, word, levels, rows=members.count, of=manifest.rows.count, root=manifest.rows.root,  # type: ignore[arg-type]
        sequence=manifest.dataset.sequence, signers=signers,
    )  # fmt: skip
