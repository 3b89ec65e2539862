"""Trust: what a source's verification comes to, before a row of it is mixed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from constitution.dataset.envelope import Envelope
from constitution.signing.checking import valid_signatures
from constitution.signing.keys import read_public
from constitution.verifying.given import Wanted
from constitution.verifying.report import BAD
from constitution.verifying.verify import verify

REFUSED: tuple[str, ...] = BAD
"""Words with which no mixture is made."""
VERIFIED = ("INTACT",)
"""Words that are enough where verification is required."""
SAID = 3
"""Findings that are told."""


@dataclass(frozen=True)
class Verdict:
    """The word of a verification, and what it found."""

    word: str
    said: tuple[str, ...] = ()


def word_of(folder: Path, envelope: Envelope, keys: Sequence[Path]) -> Verdict:
    """The verdict on a dataset folder: one of these public keys must have signed what is signed at all.

    Raises ``NotFound`` and ``BadFile`` for a key or a folder that cannot be read.
    """
    trusted = tuple(read_public(key) for key in keys)
    valid = set(valid_signatures(envelope, trusted))
    signers = tuple(key for key in trusted if key.keyid in valid)
    held_to = (signers or trusted) if envelope.signatures else ()
    report = verify(folder, Wanted(keys=held_to))
    found = [str(finding) for finding in report.findings if finding.word == report.word]
    return Verdict(report.word, tuple(found[:SAID]))
