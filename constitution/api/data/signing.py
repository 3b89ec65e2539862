"""Sign: a dataset folder that is what it says gets a signature, and its first signer completes what it says."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from constitution.dataset.envelope import load_envelope
from constitution.dataset.label import LABEL_PAGE
from constitution.dataset.replace import real, state_of
from constitution.errors import Mistake, Occupied
from constitution.signing.edition import Edition
from constitution.signing.keys import PASSPHRASE, PrivateKey, new_key, outside_of_datasets, read_private
from constitution.signing.sign import Signed, alone, payload_to_sign, sign_folder
from constitution.verifying.given import Wanted
from constitution.verifying.report import Report
from constitution.verifying.verify import verify_folder


@dataclass(frozen=True, kw_only=True)
class SignOrder:
    """What is to be signed, by whom."""

    out: Path
    key: Path | None = None
    new_key: Path | None = None
    """Where a new key is put, which then signs."""
    edition: Edition = field(default_factory=Edition)


@dataclass(frozen=True)
class Signing:
    """What came of it."""

    order: SignOrder
    report: Report
    """Of the folder as it was before."""
    signed: Signed | None
    """None where the folder is not what it says: nobody should sign that."""
    keyid: str = ""
    notes: tuple[str, ...] = ()

    @property
    def exit_code(self) -> int:
        """0, or 1 where it was not signed."""
        return 0 if self.signed is not None else 1

    @property
    def public_key(self) -> Path | None:
        """The file to hand out, where the key was made here."""
        made = self.order.new_key
        return None if made is None or self.signed is None else made.with_name(made.name + ".pub")

    def data(self) -> dict[str, Any]:
        """As JSON holds it."""
        told: dict[str, Any] = {"path": str(self.order.out), "verdict": self.report.word, "signed": False}
        if self.signed is None:
            return told
        about = self.signed.statement.predicate.dataset
        return {
            **told,
            "signed": True,
            "keyid": self.keyid,
            "signers": list(self.signed.signers),
            "first": self.signed.first,
            "again": self.signed.again,
            "public_key": None if self.public_key is None else str(self.public_key),
            "envelope_sha256": self.signed.sha256,
            "root": self.signed.statement.predicate.rows.root,
            "dataset": about.model_dump(mode="json"),
        }


def sign(order: SignOrder) -> Signing:
    """The folder bears a signature of the key, unless its verification found something.

    Raises ``Mistake`` without exactly one key and where another statement was signed before, ``Occupied`` while a run
    writes there, what ``read_private``, ``new_key`` and ``load_envelope`` raise, and ``Stopped``. No key is made for a
    folder that is not signed.
    """
    if (order.key is None) == (order.new_key is None):
        raise Mistake("name one key", remedy="--key FILE signs with yours, --new-key FILE makes one")
    out = finished(order.out)
    key = None if order.key is None else read_private(order.key)
    if order.new_key is not None:
        outside_of_datasets(order.new_key, out)
    with alone(out):
        return _verified_and_signed(order, out, key)


def _verified_and_signed(order: SignOrder, out: Path, key: PrivateKey | None) -> Signing:
    seen = load_envelope(out)
    report = verify_folder(out, Wanted())
    if not report.ok and not (_only_the_page(report) and not seen.signatures):
        return Signing(order, report, None)
    moment = now()
    if key is None:
        payload_to_sign(out, order.edition, moment)  # raises what would stop the signature before there is a key
        key = _made(order)
    signed = sign_folder(out, key, order.edition, moment, seen=seen.sha256)
    notes = [] if report.ok else [f"{LABEL_PAGE} was not as stated, and was written anew"]
    return Signing(order, report, signed, key.public.keyid, (*notes, *_notes(order, signed)))


def _only_the_page(report: Report) -> bool:
    """Whether all that was found is a label page of another edition, as a signer who was interrupted leaves it."""
    return {finding.file for finding in report.findings if finding.word} == {LABEL_PAGE}


def finished(out: Path) -> Path:
    """The folder itself; raises ``Occupied`` while a run is at work there, and as ``load_envelope`` does."""
    if state_of(out) == "unfinished":
        raise Occupied("a run has begun here and is not finished", where=str(out), remedy="let it finish first")
    load_envelope(out)
    return real(out)


def now() -> str:
    """The time as a signature tells it, RFC 3339 in seconds."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _made(order: SignOrder) -> PrivateKey:
    assert order.new_key is not None
    return new_key(order.new_key)


def _notes(order: SignOrder, signed: Signed) -> list[str]:
    """What the signer should know."""
    notes = []
    if signed.statement.predicate.counts.rehearsal:
        notes.append("these rows are a rehearsal: a signature says who vouches for them, not that they are good")
    if order.new_key is not None and not os.environ.get(PASSPHRASE):
        notes.append(f"{order.new_key} is not locked: whoever reads it can sign; {PASSPHRASE} locks the next one")
    if order.key is not None and order.key.stat().st_mode & 0o077:
        notes.append(f"others on this machine can read {order.key}: chmod 600 {order.key}")
    return notes
