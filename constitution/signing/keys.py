"""Keys: ed25519 pairs in PEM files; the private one can be locked with a passphrase, the public one is handed out."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from constitution.dataset.durable import disk_troubles, sync_folder
from constitution.dataset.envelope import ENVELOPE
from constitution.errors import BadFile, MissingKey, NotFound, Occupied

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from securesystemslib.signer import SSlibKey

PASSPHRASE = "CONSTITUTION_KEY_PASSPHRASE"
"""Environment variable with the passphrase of a private key; a passphrase on a command line could be read by others."""

LONGEST = 64 * 1024
"""Bytes; a larger file is no key."""


@dataclass(frozen=True)
class PublicKey:
    """What a signature is checked with."""

    keyid: str
    """SHA-256 of the key as securesystemslib describes it."""
    pem: str
    library_key: SSlibKey

    @property
    def file_name(self) -> str:
        """Its name in ``provenance/keys/``."""
        return f"{self.keyid}.pub"


@dataclass(frozen=True)
class PrivateKey:
    """What a signature is made with."""

    library_key: Ed25519PrivateKey
    public: PublicKey


def new_key(path: Path) -> PrivateKey:
    """A new key is in ``path``, readable by its owner alone, and its public half in ``path`` with ``.pub`` added.

    It is locked with the passphrase of ``CONSTITUTION_KEY_PASSPHRASE`` where that is set. Raises ``Occupied`` where
    either file is there already or the place is inside a dataset folder, ``NotFound`` where there is no such place, and
    ``Stopped`` where the disk refuses.
    """
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import (
        BestAvailableEncryption,
        Encoding,
        NoEncryption,
        PrivateFormat,
    )

    beside = _free_for_a_key(path)
    made = Ed25519PrivateKey.generate()
    passphrase = os.environ.get(PASSPHRASE, "")
    locked = BestAvailableEncryption(passphrase.encode()) if passphrase else NoEncryption()
    key = PrivateKey(made, public_key(_pem_of(made), where=str(path)))
    with disk_troubles("write the key", path):
        _write_private(path, made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, locked))
        try:
            _write_private(beside, key.public.pem.encode(), mode=0o644)
        except OSError:
            with suppress(OSError):
                path.unlink()
            raise
    return key


def _free_for_a_key(path: Path) -> Path:
    """Where the public half goes; raises as ``new_key`` does where a key cannot be put there."""
    outside_of_datasets(path)
    if not path.parent.is_dir():
        raise NotFound("there is no folder for the key", where=str(path.parent), remedy="make it, or name another file")
    beside = path.with_name(path.name + ".pub")
    for each in (path, beside):
        if os.path.lexists(each):
            raise Occupied("is there already, and a key is never written over", where=str(each),
                           remedy="name another file, or sign with this one: --key")  # fmt: skip
    return beside


def read_private(path: Path) -> PrivateKey:
    """The key of a PEM file; raises ``NotFound``, ``BadFile``, ``Occupied`` inside a dataset folder, and ``MissingKey``
    where it is locked and the environment has no passphrase."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    outside_of_datasets(path)
    content = _read(path, "make one: data sign DIR --new-key FILE")
    passphrase = os.environ.get(PASSPHRASE, "")
    if b"-----BEGIN PUBLIC KEY-----" in content:
        raise BadFile("is a public key, which cannot sign", where=str(path),
                      remedy="name the private one, its name without .pub")  # fmt: skip
    locked = b"ENCRYPTED" in content
    if locked and not passphrase:
        raise MissingKey("is locked with a passphrase", where=str(path), remedy=f"put it into {PASSPHRASE}")
    try:
        found = load_pem_private_key(content, passphrase.encode() if locked else None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise BadFile(
            f"the passphrase in {PASSPHRASE} does not open it" if locked else "is no private key in PEM",
            where=str(path),
            remedy="set the right passphrase" if locked else "make one: data sign DIR --new-key FILE",
        ) from error
    if not isinstance(found, Ed25519PrivateKey):
        raise BadFile("is a key of another kind than ed25519", where=str(path),
                      remedy="make one: data sign DIR --new-key FILE")  # fmt: skip
    return PrivateKey(found, public_key(_pem_of(found), where=str(path)))


def read_public(path: Path) -> PublicKey:
    """The public key of a PEM file; raises ``NotFound`` and ``BadFile``."""
    content = _read(path, "ask whoever signed for it; it ends in .pub")
    if b"PRIVATE KEY-----" in content:
        raise BadFile("is a private key; it is to sign with, and to be shown to nobody", where=str(path),
                      remedy="name the public one, beside it with .pub added")  # fmt: skip
    return public_key(content.decode("utf-8", "replace"), where=str(path))


def public_key(pem: str, *, where: str = "") -> PublicKey:
    """The public key of this text; raises ``BadFile`` for what is no ed25519 key in PEM."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key
    from securesystemslib.signer import SSlibKey

    try:
        found = load_pem_public_key(pem.encode())
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise BadFile("is no public key in PEM", where=where, remedy="ask its owner for the file again") from error
    if not isinstance(found, Ed25519PublicKey):
        raise BadFile("is a key of another kind than ed25519", where=where, remedy="ask its owner for an ed25519 key")
    key = SSlibKey.from_crypto(found)
    again = found.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    return PublicKey(keyid=key.keyid, pem=again, library_key=key)


def _pem_of(key: Ed25519PrivateKey) -> str:
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def outside_of_datasets(path: Path, *folders: Path) -> None:
    """Raises ``Occupied`` for a key in a dataset folder, these or any other: it would be handed on with it."""
    known = [Path(os.path.realpath(folder)) for folder in folders]
    for above in Path(os.path.realpath(path)).parents:
        if above in known or (above / ENVELOPE).exists():
            raise Occupied(f"lies inside the dataset folder {above} and would be handed on with it", where=str(path),
                           remedy="keep keys outside of datasets")  # fmt: skip


def _read(path: Path, remedy: str) -> bytes:
    try:
        with open(path, "rb") as file:
            content = file.read(LONGEST + 1)
    except FileNotFoundError:
        raise NotFound("there is no such key file", where=str(path), remedy=remedy) from None
    except OSError as error:
        raise BadFile(f"cannot be read: {error.strerror}", where=str(path), remedy="name a key file") from error
    if len(content) > LONGEST:
        raise BadFile("is far too large for a key", where=str(path), remedy="name a key file")
    return content


def _write_private(path: Path, content: bytes, mode: int = 0o600) -> None:
    """A new file that nobody else could read at any moment."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with open(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    sync_folder(path.parent)
