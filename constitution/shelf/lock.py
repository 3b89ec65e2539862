"""The lock of released principle files: what was approved, by whom and why; released bytes never change.

``principles/principles.lock`` is one JSON object, keyed by the file beneath ``principles/``:
``{"harmlessness/1.0.0.yaml": {"approved_by": ..., "reason": ..., "sha256": ...}}``, and what was known of it then,
under ``evidence``, where the command ``principles release`` made it.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter, ValidationError

from constitution.core.records import Record
from constitution.errors import BadFile

LOCK = "principles.lock"


Sha256 = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


class Previous(Record):
    """The release that this one follows."""

    ref: str
    sha256: Sha256


class Evidence(Record):
    """What was known of a file when it was released."""

    critic: str
    """Who answered, as ``provider:model`` by the name it gave itself."""
    asked_for: str
    """Who was asked, as ``provider:model``."""
    seed: str
    draws: int
    """How often each case was asked at first."""
    cases: int
    passed: int
    flaky: tuple[str, ...] = ()
    """Cases that may be flaky, by a reason that they give."""
    standing: Literal["good", "below", "insufficient"]
    """Of the critic over all cases together."""
    insufficient: tuple[str, ...] = ()
    """Ids of principles with too few cases to vouch for any critic."""
    below: tuple[str, ...] = ()
    """Ids of principles with cases enough, on which this critic is not good enough."""
    rehearsal: tuple[str, ...] = ()
    """Ids of principles of which only a program that stands in for a model was asked."""
    level: Literal["first", "patch", "minor", "major"]
    """Which step the version is from the previous release."""
    floor: Literal["none", "patch", "minor", "major"]
    """The lowest step that the changes demanded."""
    changes: dict[str, int] = Field(default_factory=dict)
    """Kind of change to how many there were."""
    previous: Previous | None = None


class Approval(Record):
    """One released file."""

    sha256: Sha256
    approved_by: str
    reason: str
    evidence: Evidence | None = None
    """None where the file was locked by hand."""


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
            remedy=(
                "if its release was cut short, give the same `constitution principles release` again; else call it "
                "draft.yaml, or restore the lock that came with it"
            ),
        )
    if approval.sha256 != sha256:
        raise BadFile(
            f"differs from what {approval.approved_by} approved (sha256 {approval.sha256[:12]}…, now {sha256[:12]}…)",
            where=f"{name}:1:1",
            remedy="restore the released file and make the change in draft.yaml",
        )


def write_lock(folder: Path, approvals: dict[str, Approval]) -> None:
    """The folder's lock holds exactly these approvals, sorted; it is replaced whole or not at all."""
    entries = {key: approval.model_dump(mode="json", exclude_none=True) for key, approval in approvals.items()}
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
