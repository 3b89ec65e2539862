"""Hashes set aside on disk by their first byte, so that equal ones can be found without holding all of them."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from struct import Struct
from typing import IO, Any

from constitution.errors import Stopped

BUCKETS = 32
"""Files; records whose first hash begins alike are in the same one."""


class Buckets:
    """Records of a fixed size that begin with a hash; they stand in files that have no name."""

    def __init__(self, shape: str) -> None:
        self._shape = Struct(shape)
        self._files: list[IO[bytes] | None] = [None] * BUCKETS

    def add(self, first: bytes, *rest: Any) -> None:
        """One more record; raises ``Stopped`` where the disk does not take it."""
        number = first[0] % BUCKETS
        with _said_plainly():
            file = self._files[number]
            if file is None:
                file = self._files[number] = tempfile.TemporaryFile()  # noqa: SIM115 - open until ``close``
            file.write(self._shape.pack(first, *rest))

    def each(self) -> Iterator[list[tuple[Any, ...]]]:
        """The records of each bucket in the order in which they came: all that share their hash are in one list."""
        for file in self._files:
            if file is not None:
                with _said_plainly():
                    file.seek(0)
                    data = file.read()
                yield list(self._shape.iter_unpack(data))

    def close(self) -> None:
        """The files are gone."""
        for file in self._files:
            if file is not None:
                file.close()
        self._files = [None] * BUCKETS


@contextmanager
def _said_plainly() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise Stopped(
            f"what the audit sets aside cannot be written: {error.strerror or error}",
            remedy="make room for temporary files, or name another folder in the variable TMPDIR",
        ) from error
