"""Files: the bytes of each file against the statement; a data file may be written anew if its rows are the same."""

from __future__ import annotations

import re
from pathlib import Path

from constitution.dataset.bundle import UNSEALED, file_hash
from constitution.dataset.statement import ROWS, Statement, Subject
from constitution.errors import ConstitutionError, NotFound
from constitution.signing.checking import KEYS
from constitution.verifying.finding import Found
from constitution.verifying.loaded import card
from constitution.verifying.reading import SUFFIXES
from constitution.verifying.report import Level, Word
from constitution.verifying.within import names_in, within

_PASSED_OVER = re.compile(r"(.*/)?(\.DS_Store|\.git(attributes|ignore)?|\.github|\.cache)(/.*)?")
"""Left by hubs, by version control and by file browsers."""


def data_files(folder: Path) -> list[str]:
    """Files below ``data`` that rows are read from, by path."""
    names = (f"data/{name}" for name in names_in(folder / "data"))
    return [name for name in names if name.endswith(SUFFIXES) and not name.rpartition("/")[2].startswith(".")]


def _may_be_loaded(name: str) -> bool:
    """Whether it stands among the data files under a name that loaders do not pass over."""
    first, *below = name.split("/")
    return first == "data" and not any(part.startswith((".", "__")) for part in below)


class Files:
    """The files level: all but the data files are decided at once, these when their rows have been looked at."""

    def __init__(self, folder: Path, statement: Statement) -> None:
        self._found, self._folder = Found("files"), folder
        self._subjects = {each.name: each for each in statement.subject if each.name != ROWS}
        self._same = 0
        self._left = [name for name, subject in self._subjects.items() if not self._decided(name, subject)]
        for name in self._strangers():
            if _may_be_loaded(name):
                what = "is not in the statement, and a loader may take rows from it that nobody has looked at"
                self._found.add("stranger", what, "ALTERED", file=name)
            else:
                self._found.add("stranger", "is not in the statement; nothing vouches for it", file=name)
        card(folder, data_files(folder), self._found)

    def unreadable(self, name: str, what: str) -> None:
        """A data file cannot be read."""
        self._found.add("unreadable", what, "ALTERED", file=name)

    def closed(self, of_rows: Word | str) -> Level:
        """The level; ``of_rows`` is the verdict that the rows and their set lead to, nothing if they are as signed."""
        for name in self._left:
            there = (self._folder / name).exists()
            if of_rows:
                what = "is not as it was, and its rows are not as stated" if there else "is missing, and so are rows"
                self._found.add("changed" if there else "missing", what, of_rows, file=name)
            elif there:
                self._found.add("re-encoded", "holds rows as stated in other bytes", file=name)
            else:
                self._found.add("resharded", "its rows stand in other files, or were left out", file=name)
        return self._found.closed(f"{self._same} of {len(self._subjects)} files are byte for byte as stated")

    def _decided(self, name: str, subject: Subject) -> bool:
        """Whether no rows have to be looked at to know what is wrong with the file, if anything."""
        data = name.startswith("data/") and name.endswith(SUFFIXES)
        try:
            same = file_hash(within(self._folder, name)) == subject.digest.get("sha256")
        except NotFound as error:
            if not data and not subject.annotations.get("optional"):
                self._found.add("missing", error.what, "ALTERED", file=name)
            elif not data:
                self._found.add("held back", "is signed and not here; a dataset is whole without it", file=name)
            return not data
        except ConstitutionError as error:
            self._found.add("not read", error.what, "ALTERED", file=name)
            return True
        except OSError as error:
            self._found.add("not read", f"cannot be read: {error.strerror}", "ALTERED", file=name)
            return True
        self._same += same
        if not same and not data:
            self._found.add("changed", "is not byte for byte as stated", "ALTERED", file=name)
        return same or not data

    def _strangers(self) -> list[str]:
        """Files that the statement does not name and that a folder need not have; data files are looked at by row."""
        ours = {*self._subjects, *UNSEALED, *data_files(self._folder)}
        return [
            name
            for name in names_in(self._folder)
            if name not in ours and not name.startswith(f"{KEYS}/") and not _PASSED_OVER.fullmatch(name)
        ]
