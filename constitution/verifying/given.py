"""Given: what a verification is told to hold a folder against."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from constitution.dataset.envelope import Envelope
from constitution.dataset.statement import Manifest

if TYPE_CHECKING:
    from constitution.signing.keys import PublicKey


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What the caller asks for beyond the folder's own word."""

    keys: tuple[PublicKey, ...] = ()
    """All of them must have signed."""
    subset: bool = False
    """Rows may be missing."""
    min_sequence: int | None = None
    expect_root: str = ""
    """64 hex digits."""


NOTHING = Wanted()


@dataclass(frozen=True, kw_only=True)
class Given:
    """A folder with its statement, and what is asked of it."""

    folder: Path
    envelope: Envelope
    wanted: Wanted

    @property
    def manifest(self) -> Manifest:
        """What the statement says."""
        return self.envelope.statement.predicate
