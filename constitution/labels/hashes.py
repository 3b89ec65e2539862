"""Hashes of a row: of a message, of a pair, of the columns beside them, and of the row itself, the leaf."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from constitution.core import trail
from constitution.core.digest import canonical, digest, without_nothing
from constitution.labels.spec import BESIDE, FLAT, PROVENANCE, TEXTS

LEAF = b"\x00"
"""Before what a leaf is the hash of: RFC 9162, 2.1.1."""


def message_hash(message: Mapping[str, Any]) -> str:
    """Hash of a message by rule canon-v1, its role included; raises ``ValueError`` for what JSON cannot carry."""
    return digest(without_nothing(message))


def pair_name(columns: Mapping[str, Any]) -> str:
    """``pp1:`` and 32 hex digits of the three texts: what a row is called, by its text alone."""
    return trail.pair_name({name: columns[name] for name in TEXTS})


def columns_hash(columns: Mapping[str, Any]) -> str:
    """Hash of the engine's columns that are neither text nor flat label.

    The fractions among them count to six digits: some writers of JSON keep no more than ten.
    """
    told = {name: columns.get(name) for name in BESIDE}
    told["p_chosen"] = _six_digits(told["p_chosen"])
    if isinstance(evidence := told["evidence"], Mapping):
        told["evidence"] = {**evidence, "drift": _six_digits(evidence.get("drift"))}
    return digest(without_nothing(told))


def _six_digits(fraction: float | None) -> str | None:
    return None if fraction is None or fraction != fraction else f"{fraction:.6f}"  # NaN: what pandas makes of a null


def leaf_of(columns: Mapping[str, Any], provenance: Mapping[str, Any]) -> str:
    """The leaf: 64 hex digits over the flat labels and all of the provenance but the leaf that stands in it."""
    rest = {name: value for name, value in provenance.items() if name != "row_sha256"}
    said = without_nothing({**{name: columns.get(name) for name in FLAT}, PROVENANCE: rest})
    return hashlib.sha256(LEAF + canonical(said)).hexdigest()


def sealed(columns: Mapping[str, Any], provenance: Mapping[str, Any]) -> dict[str, Any]:
    """The provenance of a row with these columns, closed: from now on every change shows.

    A row is sealed once. Filtering, splitting, shuffling and mixing leave it as it is.
    """
    told = {**provenance, "columns_sha256": columns_hash(columns)}
    return {**told, "row_sha256": leaf_of(columns, told)}
