"""Identity: the keys that the caller passed have all signed; a key that came with the folder proves nothing."""

from __future__ import annotations

from constitution.signing.checking import valid_signatures
from constitution.verifying.finding import Found, level
from constitution.verifying.given import Given
from constitution.verifying.report import Level


def identity(given: Given) -> Level:
    """Signed by whom the caller trusts."""
    keys = given.wanted.keys
    if not keys:
        return level("identity", "not checked", "no --key was given")
    found, valid = Found("identity"), valid_signatures(given.envelope, keys)
    for key in keys:
        if key.keyid not in valid:
            found.add("not signed by", f"not signed by key {key.keyid[:16]}", "UNTRUSTED-SIGNER")
    return found.closed(f"signed by {', '.join(key.keyid[:16] for key in keys)}")
