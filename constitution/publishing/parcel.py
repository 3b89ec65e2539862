"""Parcel: which files of a dataset folder are handed on, which stay at home, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from constitution.dataset.envelope import ENVELOPE, load_envelope
from constitution.dataset.layout import CALLS, CARD, TRAILS
from constitution.errors import NotFound
from constitution.signing.checking import KEYS, keys_within
from constitution.verifying.within import names_in, within

HELD_BACK = {
    TRAILS: "whole texts of answers that made no pair; --with-trails hands them on",
    CALLS: "when each reply came and the providers' own ids; --with-calls hands them on",
}
"""Files that go only when they are asked for."""


@dataclass(frozen=True)
class Parcel:
    """What goes and what stays."""

    folder: Path
    files: tuple[str, ...]
    held_back: dict[str, str]
    """File to why it stays and what would send it."""
    strangers: tuple[str, ...]
    """Files in the folder of which its manifest says nothing: they stay."""

    hashes: Mapping[str, str]
    """File to the SHA-256 that the manifest has of it, and that of the envelope: just this is what may be sent."""

    @property
    def size(self) -> int:
        """Bytes of all that goes."""
        return sum((self.folder / name).stat().st_size for name in self.files)


def parcel_of(out: Path, *, with_trails: bool = False, with_calls: bool = False) -> Parcel:
    """Only what the manifest names goes, with the card, the envelope and the public keys; raises ``BadFile``.

    So a key, a note or a draft that somebody left in the folder is never published by oversight.
    """
    envelope = load_envelope(out)
    statement = envelope.statement
    asked = {TRAILS: with_trails, CALLS: with_calls}
    keys = [f"{KEYS}/{key.file_name}" for key in keys_within(out)]
    named = {*statement.files, CARD, ENVELOPE, CALLS, *keys}
    there = [name for name in sorted(named) if _there(out, name)]
    held_back = {name: why for name, why in HELD_BACK.items() if name in there and not asked[name]}
    return Parcel(
        folder=out,
        files=tuple(name for name in there if name not in held_back),
        held_back=held_back,
        strangers=tuple(name for name in sorted(names_in(out)) if name not in named),
        hashes={**statement.files, ENVELOPE: envelope.sha256},
    )


def _there(out: Path, name: str) -> bool:
    """Whether the file is there; raises ``BadFile`` for a name or a link that leads elsewhere: a manifest of another
    maker could name anything."""
    try:
        within(out, name)
    except NotFound:
        return False
    return True
