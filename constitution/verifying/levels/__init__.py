"""Levels that need no rows: each looks at the statement and at few files, and is told by itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from constitution.verifying.given import Given
from constitution.verifying.levels.freshness import freshness
from constitution.verifying.levels.identity import identity
from constitution.verifying.levels.ledger import ledger
from constitution.verifying.levels.principles import principles
from constitution.verifying.levels.signature import signature
from constitution.verifying.report import Level

STATED: Mapping[str, Callable[[Given], Level]] = {
    "principles": principles,
    "ledger": ledger,
    "signature": signature,
    "identity": identity,
    "freshness": freshness,
}
"""Name to level, in the order in which they are told, after ``files``, ``rows`` and ``set``."""
