"""Parents: the rows of earlier datasets that prompts were read from, so that nothing that bound them gets lost."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from constitution.core.records import Parent
from constitution.labels.spec import PROVENANCE, RESTRICTIONS
from constitution.sources.preferences import OWN_PAIR

_NAME = re.compile(f"{OWN_PAIR}[0-9a-f]{{32}}")
_HASH = re.compile("[0-9a-f]{64}")


def parent_of(row: Mapping[str, Any]) -> Parent | None:
    """The row itself, by its name and its hash, if this program wrote it; None for any other row.

    A row whose provenance is gone or damaged still has its name.
    """
    name = row.get("pair_id")
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        return None
    said = _said(row.get(PROVENANCE))
    sealed, bound = said.get("row_sha256"), said.get("restrictions")
    named = bound if isinstance(bound, list) else []
    return Parent(
        pair_id=name,
        row_sha256=sealed if isinstance(sealed, str) and _HASH.fullmatch(sealed) else "",
        restrictions=tuple(each for each in RESTRICTIONS if each in named),
    )


def _said(provenance: Any) -> Mapping[str, Any]:
    if isinstance(provenance, str):
        try:
            provenance = json.loads(provenance)
        except (ValueError, RecursionError):
            return {}
    return provenance if isinstance(provenance, Mapping) else {}
