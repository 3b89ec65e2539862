"""The hash of a set of rows: an RFC 9162 tree over their leaves in order, one number to quote."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

NODE = b"\x01"


def root_of(leaves: Iterable[bytes]) -> str:
    """The tree head of these leaf hashes (32 bytes each) in sorted order, as 64 hex digits.

    Sorted, so that shuffling and resharding keep it; a row that stands there twice counts twice.

    >>> root_of([])[:16]
    'e3b0c44298fc1c14'
    """
    return tree_head(sorted(leaves)).hex()


def tree_head(leaves: Iterable[bytes]) -> bytes:
    """The tree head of these leaf hashes in the order in which they come: RFC 9162, 2.1.1."""
    heads: list[tuple[int, bytes]] = []
    """Whole subtrees from left to right, each with how many leaves it holds: a power of two."""
    for leaf in leaves:
        size, head = 1, leaf
        while heads and heads[-1][0] == size:
            head = hashlib.sha256(NODE + heads.pop()[1] + head).digest()
            size *= 2
        heads.append((size, head))
    if not heads:
        return hashlib.sha256(b"").digest()
    _, head = heads.pop()
    while heads:
        head = hashlib.sha256(NODE + heads.pop()[1] + head).digest()
    return head
