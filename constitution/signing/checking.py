"""Checking: which keys have signed a statement; a signature that cannot be read is told, and counts for nothing."""

from __future__ import annotations

import base64
import binascii
import stat
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from constitution.dataset.envelope import PAYLOAD_TYPE, Envelope
from constitution.errors import BadFile
from constitution.signing.keys import PublicKey, read_public

if TYPE_CHECKING:
    from securesystemslib.signer import Signature

KEYS = "provenance/keys"
"""Folder of the public keys that came with a dataset: they say who claims to have signed, and prove nothing."""


@dataclass(frozen=True)
class Checked:
    """What the signatures of an envelope came to."""

    valid: tuple[str, ...]
    """Key ids whose signature over the payload is valid, in the order of the keys."""
    wrong: tuple[str, ...]
    """A sentence for each signature that none of the keys made."""


def valid_signatures(envelope: Envelope, public_keys: Sequence[PublicKey]) -> tuple[str, ...]:
    """The ids of those keys whose signature over the payload is valid; never raises for what is in the envelope."""
    return check_signatures(envelope, public_keys).valid


def check_signatures(envelope: Envelope, public_keys: Sequence[PublicKey]) -> Checked:
    """Each signature held against each key, DSSE v1: over its pre-authentication encoding of type and payload.

    The key id in a signature is a hint that anybody can write, as the specification says: it decides nothing.
    """
    from securesystemslib.dsse import Envelope as Dsse

    encoded = Dsse(envelope.payload, PAYLOAD_TYPE, {}).pae()
    made, wrong = set(), []
    for each in envelope.signatures:
        signers = [key.keyid for key in public_keys if _made_by(key, each, encoded)]
        made.update(signers)
        if not signers:
            wrong.append(_sentence(each, public_keys))
    return Checked(valid=tuple(dict.fromkeys(key.keyid for key in public_keys if key.keyid in made)),
                   wrong=tuple(wrong))  # fmt: skip


def keys_within(out: Path) -> tuple[PublicKey, ...]:
    """The public keys that a folder brings with it, by name; raises ``BadFile`` for one that is none.

    Links and pipes are not followed: the folder may be from anybody.
    """
    return tuple(read_public(_plain(path)) for path in sorted((out / KEYS).glob("*.pub")))


def _plain(path: Path) -> Path:
    if not stat.S_ISREG(path.lstat().st_mode):
        raise BadFile("is no plain file; it was not read", where=str(path), remedy="put the key itself there")
    return path


def _made_by(key: PublicKey, told: dict[str, Any], encoded: bytes) -> bool:
    from securesystemslib.exceptions import UnverifiedSignatureError

    signature = _signature(key, told)
    if signature is None:
        return False
    try:
        key.library_key.verify_signature(signature, encoded)
    except UnverifiedSignatureError:
        return False
    return True


def _signature(key: PublicKey, told: dict[str, Any]) -> Signature | None:
    """As the library wants it; None where it is no base64."""
    from securesystemslib.signer import Signature

    try:
        return Signature(key.keyid, base64.b64decode(told["sig"], validate=True).hex())
    except (ValueError, binascii.Error):
        return None


def _sentence(told: dict[str, Any], keys: Sequence[PublicKey]) -> str:
    name = f"the signature of key {str(told['keyid'])[:16]!r}"
    try:
        length = len(base64.b64decode(told["sig"], validate=True))
    except (ValueError, binascii.Error):
        return f"{name} is no base64"
    if length != 64:
        return f"{name} has {length} bytes, and an ed25519 signature has 64"
    if any(key.keyid == told["keyid"] for key in keys):
        return f"{name} is not valid: the statement is not the one that was signed"
    return f"{name} was made by none of the keys at hand"
