"""How replies are packed: JSON compressed by zstd, with a dictionary that the ledger has learned from its own replies.

A zstd frame names the dictionary that it needs (RFC 8878, section 3.1.1.1.3), and the ledger holds it, so that a
ledger can be read by itself. Replies that are kept as text, as older versions did, are read as they are.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from threading import Lock

import zstandard

LEVEL = 3
LARGEST = 256 * 2**20
"""Bytes that a reply may unpack to; a larger one is kept as text."""
SAMPLES = 500
"""Replies from which a dictionary is learned: so many that it is worth its size, so few that it is soon of use."""
SAMPLE = 4096
"""Bytes of each that are looked at."""
SIZE = 32 * 1024
"""Bytes of a dictionary."""


class Damaged(ValueError):
    """Bytes that cannot be unpacked."""


class Packing:
    """Packs and unpacks replies; any thread may use it."""

    def __init__(self, dictionary_of: Callable[[int], bytes | None]) -> None:
        self._dictionary_of = dictionary_of
        self._unpackers = {0: zstandard.ZstdDecompressor()}
        self._packer = zstandard.ZstdCompressor(level=LEVEL, write_checksum=True)
        self.number = 0
        """Of the dictionary that is packed with; 0 is none."""
        self._lock = Lock()  # for zstd lets no two threads into one of them

    def pack(self, text: str | bytes) -> str | bytes:
        """The text as it is to be kept."""
        plain = text.encode() if isinstance(text, str) else text
        if len(plain) > LARGEST:
            return plain.decode()
        with self._lock:
            return self._packer.compress(plain)

    def unpack(self, kept: str | bytes) -> str | bytes:
        """The text that was kept, or its UTF-8 bytes; raises ``Damaged``."""
        if isinstance(kept, str):
            return kept
        try:
            frame = zstandard.get_frame_parameters(kept)
            if frame.content_size > LARGEST:  # so is one that does not say
                raise Damaged(f"it would unpack to more than {LARGEST:,} bytes, or does not say to how many")
            with self._lock:
                unpacker = self._unpackers.get(frame.dict_id) or self._unpacker(frame.dict_id)
                return unpacker.decompress(kept, allow_extra_data=False)
        except (zstandard.ZstdError, TypeError) as error:
            raise Damaged(f"it cannot be unpacked: {error}") from error

    def use(self, number: int, dictionary: bytes) -> None:
        """Pack with this dictionary from now on; raises ``Damaged`` where it is another one, or damaged."""
        learned = loaded(number, dictionary)
        try:
            learned.precompute_compress(level=LEVEL)
        except zstandard.ZstdError as error:
            raise Damaged(f"dictionary {number} is damaged: {error}") from error
        with self._lock:
            self.number = number
            self._packer = zstandard.ZstdCompressor(level=LEVEL, dict_data=learned, write_checksum=True)

    def _unpacker(self, number: int) -> zstandard.ZstdDecompressor:
        dictionary = self._dictionary_of(number)
        if dictionary is None:
            raise Damaged(f"the dictionary {number} that it was packed with is missing")
        self._unpackers[number] = zstandard.ZstdDecompressor(dict_data=loaded(number, dictionary))
        return self._unpackers[number]


def packing_of(db: sqlite3.Connection) -> Packing:
    """Packing as the file behind this connection has it; without a dictionary, until one is used."""

    def dictionary_of(number: int) -> bytes | None:
        try:
            row = db.execute("SELECT dictionary FROM dictionaries WHERE id = ?", (number,)).fetchone()
        except sqlite3.DatabaseError as error:
            raise Damaged(f"the dictionary {number} that it was packed with cannot be read: {error}") from error
        return None if row is None else row[0]

    return Packing(dictionary_of)


def loaded(number: int, dictionary: bytes) -> zstandard.ZstdCompressionDict:
    """The dictionary of this number; raises ``Damaged`` where these bytes are not it."""
    if isinstance(dictionary, bytes):
        found = zstandard.ZstdCompressionDict(dictionary)
        if found.dict_id() == number:
            return found
    raise Damaged(f"dictionary {number} is not the one that was kept under this number")


def learn(texts: Sequence[str | bytes]) -> tuple[int, bytes] | None:
    """A dictionary of what these have in common, and its number; None where there is too little to learn from."""
    samples: list[bytes | bytearray | memoryview] = [
        (text.encode() if isinstance(text, str) else text)[:SAMPLE] for text in texts
    ]
    try:
        # With k given nothing is tried out, which takes 20 ms instead of 400; larger segments suit prose.
        learned = zstandard.train_dictionary(SIZE, samples, k=1024, d=8, f=20, accel=1)
    except zstandard.ZstdError:
        return None
    return learned.dict_id(), learned.as_bytes()
