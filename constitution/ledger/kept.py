"""What a ledger keeps: replies and attempts, as records."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import ValidationError

from constitution.core.asking import Reply
from constitution.errors import BadFile
from constitution.ledger.packing import Damaged, Packing

Outcome = Literal["kept", "duplicate", "failed", "broken", "quarantined"]
"""How an attempt ended; a ``duplicate`` brought a reply where one was kept already.

One without an outcome may have been paid for without an answer.
"""


@dataclass(frozen=True)
class Entry:
    """A reply as it is kept: when it came, and after how many attempts."""

    digest: str
    model: str
    reply: Reply
    time: str
    """UTC, RFC 3339."""
    attempts: int = 1


@dataclass(frozen=True)
class Attempt:
    """One call that goes out, or went."""

    number: int
    digest: str
    time: str
    outcome: Outcome | None = None
    detail: str = ""
    body: bytes = b""
    """What came back, where it could not be read; cut to 64 KB."""


def read_back(kept: str | bytes, digest: str, packing: Packing, path: Path | None) -> Reply:
    """The reply that was kept so; raises ``BadFile`` where it is none."""
    try:
        return Reply.model_validate_json(packing.unpack(kept))
    except (Damaged, ValidationError) as error:
        raise BadFile(
            f"the reply {digest} cannot be read back",
            where="" if path is None else str(path),
            remedy="see what else is wrong with `constitution tools ledger check`",
        ) from error
