"""Verification as it is asked for: keys read, labels restored first where that is wanted, then every level."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import asdict, replace
from pathlib import Path

from constitution.errors import Mistake
from constitution.verifying.given import Wanted
from constitution.verifying.report import Report
from constitution.verifying.verify import verify as look

__all__ = ["Report", "verify"]

_ROOT = re.compile(r"[0-9a-f]{64}")


def verify(
    path: str | Path,
    *,
    key: str | Path | Iterable[str | Path] = (),
    against: str | Path | None = None,
    subset: bool = False,
    min_sequence: int | None = None,
    expect_root: str = "",
    repair: bool = False,
    out: str | Path | None = None,
) -> Report:
    """What each level of a dataset folder, or of a file of rows, came to; nothing is changed without ``repair``.

    ``key`` are public keys that all must have signed; ``against`` is the folder that a file of rows is held against;
    with ``subset`` signed rows may be missing; ``min_sequence`` and ``expect_root`` are the edition that is expected.
    With ``repair`` the labels of rows that lost them are first put back from the folder's index: in the folder itself,
    or from ``path`` into the new file ``out``. Raises ``NotFound``, ``BadFile``, ``Mistake``, ``Occupied`` and
    ``Stopped``.
    """
    from constitution.signing.keys import read_public

    given = [key] if isinstance(key, (str, Path)) else list(key)
    if expect_root and not _ROOT.fullmatch(expect_root.lower()):
        raise Mistake("--expect-root is not a root: it has 64 hex digits", remedy="copy it from a paper, card or label")
    if out is not None and not repair:
        raise Mistake("--out says nothing without --repair", remedy="add --repair, or drop --out")
    wanted = Wanted(
        keys=tuple(read_public(Path(each)) for each in given),
        subset=subset,
        min_sequence=min_sequence,
        expect_root=expect_root.lower(),
    )
    folder = None if against is None else Path(against)
    _held_against(Path(path), against, wanted)
    if repair:
        return _repaired(Path(path), folder, None if out is None else Path(out), wanted)
    return look(Path(path), wanted, against=folder)


def _held_against(path: Path, against: str | Path | None, wanted: Wanted) -> None:
    """Raises ``Mistake`` where a signer or an edition is asked for and there is no statement that could tell."""
    if not path.is_file() or against is not None:
        return
    asked = {"--key": wanted.keys, "--min-sequence": wanted.min_sequence, "--expect-root": wanted.expect_root,
             "--subset": wanted.subset}  # fmt: skip
    if named := [flag for flag, value in asked.items() if value]:
        raise Mistake(
            f"{named[0]} cannot be checked on a file of rows alone: what was signed is a dataset folder",
            where=str(path),
            remedy="add --against DIR",
        )


def _repaired(path: Path, against: Path | None, out: Path | None, wanted: Wanted) -> Report:
    from constitution.api.data.repairing import checked_order, repair_file, repair_folder

    checked_order(path, against, out)
    if against is None or out is None:
        done, report = repair_folder(path), look(path, wanted)
    else:
        done = repair_file(path, against, out)
        report = look(out, wanted, against=against)
    return replace(report, repaired=asdict(done))
