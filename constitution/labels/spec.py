"""The names of ``pairprov/1``: which columns of a row are text, which are labels, and how they are hashed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

SPEC = "pairprov/1"
CANON = "canon-v1"
"""Nulls, empty lists and empty objects are dropped all the way down; then RFC 8785."""
LEAF_SPEC = "pairprovRowsV1"
"""SHA-256 of 0x00 and the canonical form of ``{flat labels, provenance without row_sha256}``; RFC 9162 over them."""

TEXTS = ("prompt", "chosen", "rejected")
"""Message columns; the pair's name is the hash of these."""
PARTED = (*TEXTS, "critique")
"""Columns each message of which is a part of the provenance; the last one may be missing."""
FLAT = (
    "pair_id", "synthetic", "prompt_origin", "chosen_origin", "rejected_origin", "chosen_model", "rejected_model",
    "license",
)  # fmt: skip
"""Labels that the leaf binds one by one: a row without them is not labelled."""
BESIDE = (
    "prompt_id", "group_id", "source", "source_id", "chosen_arm", "rejected_arm", "intent", "strategy", "flipped",
    "p_chosen", "p_basis", "p_calibrated", "principles", "self_judged", "warnings", "evidence",
)  # fmt: skip
"""Columns of the engine that the leaf binds by one hash: ``provenance.columns_sha256``."""
PROVENANCE = "provenance"

UNKNOWN = "unknown"
"""Said instead of null: a label is never empty."""
NO_MODEL = "none"
"""The model of a text that a person wrote."""

Restriction = Literal["no-competing-models", "non-commercial", "no-derivatives", "share-alike", "attribution"]
RESTRICTIONS: Mapping[Restriction, str] = {
    "no-competing-models": "the terms of a model that took part forbid to train models that compete with it",
    "non-commercial": "a licence of a part allows no commercial use",
    "no-derivatives": "a licence of a part allows no changed copies of it to be handed on",
    "share-alike": "what is made from it must carry the same licence",
    "attribution": "its makers must be named",
}
"""What may bind those who use a row, each in a sentence."""
