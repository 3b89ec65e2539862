"""Spools: records set aside on disk, in order, each made again when somebody looks at it."""

from __future__ import annotations

import os
import tempfile
import weakref
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import IO, Generic, TypeVar, overload

from constitution.core.records import Record
from constitution.errors import Stopped

T = TypeVar("T")
R = TypeVar("R", bound=Record)

NEAR = 1 << 20
"""Bytes that stay in memory; what is smaller as a whole never touches the disk."""


class OnDemand(Sequence[T]):
    """A sequence that holds none of its items: each is fetched when it is looked at, again every time."""

    def __init__(
        self, fetch: Callable[[int], T], places: Sequence[int], spelled: Callable[[int], bytes] | None = None
    ) -> None:
        self._fetch = fetch
        self._places = places
        self._spelled = spelled

    def __len__(self) -> int:
        return len(self._places)

    @overload
    def __getitem__(self, place: int) -> T: ...
    @overload
    def __getitem__(self, place: slice) -> OnDemand[T]: ...
    def __getitem__(self, place: int | slice) -> T | OnDemand[T]:
        """One item, or a part of the sequence that holds none either."""
        if isinstance(place, slice):
            return OnDemand(self._fetch, self._places[place], self._spelled)
        return self._fetch(self._places[place])

    def spellings(self) -> Iterator[bytes] | None:
        """How the items are spelled where they lie, none of them made; None where that is not known."""
        return None if self._spelled is None else map(self._spelled, self._places)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Sequence) or isinstance(other, (str, bytes)):
            return NotImplemented
        return len(self) == len(other) and all(one == two for one, two in zip(self, other, strict=True))

    __hash__ = None  # type: ignore[assignment]  # like a list: equal to others that say the same

    def __repr__(self) -> str:
        return f"<{len(self)} items on demand>"


def spellings(records: Sequence[Record]) -> Iterator[bytes]:
    """The canonical spelling of each record."""
    found = records.spellings() if isinstance(records, OnDemand) else None
    return (record.spelled() for record in records) if found is None else found


class Spool(Generic[R]):
    """Records of one kind, each written once in its canonical spelling and fetched by its number.

    They stand in a file that has no name.

    Its memory grows by eight bytes a record. The file is gone with the last that knows of the spool, or with the
    process, however it ends.
    """

    def __init__(self, kind: type[R], *, folder: Path | None = None) -> None:
        self._kind = kind
        self._folder = folder
        self._ends = array("Q", [0])
        self._near = bytearray()
        self._written = 0
        self._file: IO[bytes] | None = None

    def __len__(self) -> int:
        return len(self._ends) - 1

    def append(self, record: R) -> int:
        """The number under which the record can be fetched; raises ``Stopped`` when the disk does not take it."""
        self._near += record.spelled()
        self._ends.append(self._written + len(self._near))
        if len(self._near) > NEAR:
            self._write()
        return len(self) - 1

    def extend(self, records: Iterable[R]) -> None:
        """All of these, one after the other."""
        for record in records:
            self.append(record)

    def fetch(self, number: int) -> R:
        """The record of this number, equal to the one that was appended."""
        return self._kind.model_validate_json(self.spelled(number))

    def spelled(self, number: int) -> bytes:
        """The canonical spelling of this record."""
        return self._read(self._ends[number], self._ends[number + 1])

    def records(self, places: Sequence[int] | None = None) -> OnDemand[R]:
        """The records of these numbers as a sequence, else all that there are now."""
        return OnDemand(self.fetch, range(len(self)) if places is None else places, self.spelled)

    def _read(self, start: int, end: int) -> bytes:
        if start >= self._written:
            return bytes(self._near[start - self._written : end - self._written])
        assert self._file is not None
        return os.pread(self._file.fileno(), end - start, start)

    def _write(self) -> None:
        """What was near is in the file."""
        try:
            if self._file is None:
                self._file = tempfile.TemporaryFile(buffering=0, dir=self._folder)  # noqa: SIM115 - open as long as we
                weakref.finalize(self, self._file.close)
            done = 0
            while done < len(self._near):
                done += os.pwrite(self._file.fileno(), memoryview(self._near)[done:], self._written + done)
        except OSError as error:
            raise Stopped(
                f"what the run sets aside cannot be written: {error.strerror or error}",
                where=str(self._folder or os.environ.get("TMPDIR") or "the folder for temporary files"),
                remedy="make room there and run again"
                + ("" if self._folder else ", or name another folder in the variable TMPDIR"),
            ) from error
        self._written += len(self._near)
        self._near = bytearray()
