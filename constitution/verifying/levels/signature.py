"""Signature: each one is valid for a public key that the folder brings or the caller has; it says nothing of whose."""

from __future__ import annotations

from dataclasses import replace

from constitution.errors import ConstitutionError
from constitution.signing.checking import KEYS, check_signatures, valid_signatures
from constitution.signing.keys import LONGEST, PublicKey, public_key
from constitution.verifying.finding import Found, level
from constitution.verifying.given import Given
from constitution.verifying.report import Level
from constitution.verifying.within import names_in, within


def signature(given: Given) -> Level:
    """The statement is the one that was signed."""
    envelope, found = given.envelope, Found("signature")
    if not envelope.signatures:
        return level("signature", "absent", "nobody has signed the statement")
    brought = keys_brought(given, found)
    at_hand = (*given.wanted.keys, *brought)
    named = {key.keyid for key in at_hand}
    valid = valid_signatures(envelope, at_hand)
    for each in envelope.signatures:
        told = check_signatures(replace(envelope, signatures=(each,)), at_hand)
        for what in told.wrong:
            if each["keyid"] in named:
                found.add("invalid", what, "ALTERED")
            else:
                what += "; give it with --key" * (not valid)
                found.add("unknown key", what, "" if valid else "UNTRUSTED-SIGNER")
    if not valid:
        return found.closed("no signature is valid")
    return found.closed(f"valid for {len(valid)} key{'s' * (len(valid) > 1)}: {', '.join(each[:16] for each in valid)}")


def signers_of(given: Given) -> tuple[str, ...]:
    """Ids of all keys at hand that have signed the statement."""
    if not given.envelope.signatures:
        return ()
    at_hand = (*given.wanted.keys, *keys_brought(given, Found("signature")))
    return tuple(dict.fromkeys(valid_signatures(given.envelope, at_hand)))


def keys_brought(given: Given, found: Found) -> list[PublicKey]:
    """The public keys that lie in the folder; what is none is told."""
    keys = []
    for name in names_in(given.folder / KEYS):
        file = f"{KEYS}/{name}"
        try:
            path = within(given.folder, file)
            with open(path, "rb") as opened:
                keys.append(public_key(opened.read(LONGEST).decode("utf-8", "replace"), where=file))
        except ConstitutionError as error:
            found.add("no key", error.what, file=file)
        except OSError as error:
            found.add("no key", f"cannot be read: {error.strerror}", file=file)
    return keys
