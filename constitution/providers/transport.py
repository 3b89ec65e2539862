"""A transport: what carries one question over HTTP and hears what comes back, whatever that means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

UNPACKABLE = "gzip, deflate"
"""Encodings of an answer that can be unpacked without holding more of it than is allowed."""


@dataclass(frozen=True, slots=True)
class Heard:
    """An answer of any status, as it came; an error's body may be cut short."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Transport(Protocol):
    """Made inside the event loop that it is used in.

    ``post`` raises ``Transient`` where no answer came, and ``BrokenBody`` for one that does not end or cannot be
    unpacked. It follows no redirect and tries nothing twice.
    """

    async def post(self, path: str, question: bytes, headers: Mapping[str, str], timeout: float) -> Heard:
        """What the server says to this JSON, sent with these headers besides the usual ones."""
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...
