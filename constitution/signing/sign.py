"""Sign: a signature over the statement of a dataset folder, beside those that are there."""

from __future__ import annotations

import base64
import errno
import fcntl
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from constitution.dataset.durable import disk_troubles, write_over
from constitution.dataset.envelope import ENVELOPE, PAYLOAD_TYPE, Envelope, envelope_bytes, load_envelope, payload_of
from constitution.dataset.label import LABEL_PAGE, label_page
from constitution.dataset.statement import Statement
from constitution.errors import Mistake, Occupied
from constitution.signing.checking import KEYS, check_signatures, keys_within
from constitution.signing.edition import Edition, completed, unchanged
from constitution.signing.keys import PrivateKey, PublicKey


@dataclass(frozen=True)
class Signed:
    """A folder after it was signed."""

    statement: Statement
    signers: tuple[str, ...]
    """Key ids of all signatures."""
    first: bool
    """Whether nobody had signed before: then the statement was completed."""
    again: bool
    """Whether this very signature was there already: then nothing has changed."""
    sha256: str
    """Of the envelope; an edition that comes after this one names it."""


def sign_folder(out: Path, key: PrivateKey, edition: Edition, now: str, *, seen: str = "") -> Signed:
    """The envelope holds a signature of this key beside the others, and the public key lies in ``provenance/keys``.

    The first signature completes the statement (see ``completed``); each further one covers the same bytes. ``seen`` is
    the hash of the envelope that was verified before. Raises as ``load_envelope`` does; ``Occupied`` where another one
    stands there now; ``Mistake`` where a later signer asks for another statement, or where a signature that is there
    does not hold; ``Stopped`` where the disk refuses, with the old envelope whole.
    """
    before = load_envelope(out)
    if seen not in ("", before.sha256):
        raise Occupied("was written anew while it was verified, and nobody has looked at what stands there now",
                       where=str(out / ENVELOPE), remedy="sign again")  # fmt: skip
    payload = payload_to_sign(out, edition, now, key.public)
    made = _signature(payload, key)
    others = [each for each in before.signatures if each["keyid"] != key.public.keyid]
    written = envelope_bytes(payload, tuple(sorted([*others, made], key=lambda each: str(each["keyid"]))))
    with disk_troubles("write the signature", out):
        (out / KEYS).mkdir(exist_ok=True)
        # The key first: a signature whose key is missing cannot be checked, a key without a signature harms nobody.
        write_over(out / KEYS / key.public.file_name, key.public.pem.encode())
        if not before.signatures:  # ahead of the envelope: a page of a signature that did not come is written again
            write_over(out / LABEL_PAGE, label_page(Statement.model_validate_json(payload).predicate).encode())
        write_over(out / ENVELOPE, written)
    after = load_envelope(out)
    return Signed(
        statement=after.statement,
        signers=tuple(str(each["keyid"]) for each in after.signatures),
        first=not before.signatures,
        again=after.sha256 == before.sha256,
        sha256=after.sha256,
    )


@contextmanager
def alone(out: Path) -> Iterator[None]:
    """Inside, nobody else signs this folder; raises ``Occupied`` where somebody is at it."""
    handle = os.open(out / "provenance", os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno in (errno.EWOULDBLOCK, errno.EAGAIN):  # else the file system has no locks
            os.close(handle)
            raise Occupied("somebody else is signing it", where=str(out), remedy="sign when that is done") from None
    try:
        yield
    finally:
        os.close(handle)


def payload_to_sign(out: Path, edition: Edition, now: str, *known: PublicKey) -> bytes:
    """What a signature would cover; nothing is written. Raises as ``sign_folder`` does."""
    envelope = load_envelope(out)
    if not envelope.signatures:
        return payload_of(completed(envelope.statement, edition, out, now))
    _hold(envelope, out, known)
    unchanged(envelope.statement.predicate.dataset, edition, out)
    return envelope.payload


def _hold(envelope: Envelope, out: Path, known: Sequence[PublicKey]) -> None:
    """Nobody puts their name beside a signature that is void."""
    wrong = check_signatures(envelope, (*keys_within(out), *known)).wrong
    if wrong:
        raise Mistake(f"{wrong[0]}, so nothing is signed beside it", where=str(out / ENVELOPE),
                      remedy=f"get the folder from its maker again, with {KEYS}")  # fmt: skip


def _signature(payload: bytes, key: PrivateKey) -> dict[str, Any]:
    from securesystemslib.dsse import Envelope as Dsse
    from securesystemslib.signer import CryptoSigner

    made = Dsse(payload, PAYLOAD_TYPE, {}).sign(CryptoSigner(key.library_key, key.public.library_key))
    return {"keyid": made.keyid, "sig": base64.b64encode(bytes.fromhex(made.signature)).decode()}
