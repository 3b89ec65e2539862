"""The lock of released principle files: what was approved, by whom and why; released bytes never change.

``principles/principles.lock`` is one JSON object, keyed by the file beneath ``principles/``:
``{"harmlessness/1.0.0.yaml": {"approved_by": ..., "reason": ..., "sha256": ...}}``
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, TypeAdapter, ValidationError

from constitution.core.records import Record
from constitution.errors import BadFile

LOCK = "principles.lock"


class Approval(Record):
    """One released file."""

    sha256: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
    approved_by: str
    reason: str


_Entries = TypeAdapter(dict[str, Approval])


def read_lock(folder: Path, name: str) -> dict[str, Approval]:
    """The approvals in this folder's lock, none where there is no lock; raises ``BadFile`` for a broken one."""
    path = folder / LOCK
    if not path.is_file():
        return {}
    try:
        return _Entries.validate_python(json.loads(path.read_bytes(), object_pairs_hook=_once))
    except json.JSONDecodeError as error:
        raise BadFile(f"not JSON: {error.msg}", where=f"{name}:{error.lineno}:{error.colno}", remedy=_MEND) from error
    except ValidationError as error:
        first = error.errors()[0]
        what = f"{' '.join(map(str, first['loc'])) or 'the lock'}: {first['msg']}"
        raise BadFile(what, where=f"{name}:1:1", remedy=_MEND) from error
    except (OSError, ValueError, RecursionError) as error:
        raise BadFile(f"cannot be read: {error}", where=f"{name}:1:1", remedy=_MEND) from error


def hold_to_lock(approvals: dict[str, Approval], key: str, sha256: str, name: str) -> None:
    """Passes when the released file is what was approved; raises ``BadFile`` when it differs or was never approved."""
    approval = approvals.get(key)
    if approval is None:
        raise BadFile(
            f"is named like a release, but {LOCK} does not hold it",
            where=f"{name}:1:1",
            remedy="call it draft.yaml, or restore the lock that came with it",
        )
    if approval.sha256 != sha256:
        raise BadFile(
            f"differs from what {approval.approved_by} approved (sha256 {approval.sha256[:12]}…, now {sha256[:12]}…)",
            where=f"{name}:1:1",
            remedy="restore the released file and make the change in draft.yaml",
        )


def write_lock(folder: Path, approvals: dict[str, Approval]) -> None:
    """The folder's lock holds exactly these approvals, sorted; it is replaced whole or not at all."""
    entries = {key: approval.model_dump() for key, approval in approvals.items()}
    text = json.dumps(entries, indent=2, sort_keys=True, ensure_ascii=False) + "\n"
    fresh = folder / f".{LOCK}.new"
    with fresh.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(folder / LOCK)


_MEND = "restore it from version control"


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A JSON object in which no key stands twice."""
    names = [name for name, _ in pairs]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ValueError(f"{twice[0]!r} is written twice")
    return dict(pairs)
