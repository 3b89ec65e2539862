"""Packing: bytes that a server packed with gzip or deflate, unpacked in pieces, so that a bomb is noticed in time."""

from __future__ import annotations

import zlib
from collections.abc import AsyncIterator

PIECE = 2**20
"""Bytes of a piece at most, however much was packed into few."""
LAYERS = 4
"""Packs within packs that are undone; nobody packs more than twice."""
GZIP, ZLIB, RAW = 31, 15, -15
"""What zlib calls its three forms; ``deflate`` means either of the last two."""


class NotPacked(ValueError):
    """The bytes are not packed as the server said."""

    def __init__(self, what: str, packed: bytes) -> None:
        super().__init__(what)
        self.packed = packed


def unpacked(chunks: AsyncIterator[bytes], encoding: str) -> AsyncIterator[bytes]:
    """The bytes as they were; those of an encoding that nobody asked for stay as they came.

    Raises ``NotPacked``, also while they are read.
    """
    if not encoding:
        return chunks
    names = [name.strip() for name in reversed(encoding.lower().split(","))]
    known = [name for name in names if name in ("gzip", "x-gzip", "deflate")]
    if len(known) > LAYERS:
        raise NotPacked(f"{len(known)} packs in one another", b"")
    for name in known:
        chunks = _inflated(chunks, deflate=name == "deflate")
    return chunks


async def _inflated(chunks: AsyncIterator[bytes], *, deflate: bool) -> AsyncIterator[bytes]:
    pack = None
    async for chunk in chunks:
        try:
            pack = pack or zlib.decompressobj((ZLIB if chunk[0] & 15 == 8 else RAW) if deflate else GZIP)
            left = chunk
            while left:
                yield pack.decompress(left, PIECE)
                left = pack.unconsumed_tail
        except zlib.error as error:
            raise NotPacked(str(error), chunk) from error
    if pack is not None:
        yield pack.flush()
