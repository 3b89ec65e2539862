"""Edition: what the signer adds to a statement before the first signature, and what no later signer may change."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from constitution.dataset.bundle import file_hash
from constitution.dataset.envelope import load_envelope
from constitution.dataset.label import LABEL_PAGE, label_page
from constitution.dataset.layout import CALLS
from constitution.dataset.replace import real
from constitution.dataset.statement import ROWS, About, Manifest, Statement, Subject
from constitution.errors import Mistake

_RFC_3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
_VERSION = re.compile(r"[0-9A-Za-z][0-9A-Za-z.+_-]{0,63}")


@dataclass(frozen=True, kw_only=True)
class Edition:
    """What a signer asked for; empty where it was not asked for."""

    version: str = ""
    created: str = ""
    """RFC 3339."""
    supersedes: Path | None = None
    """Folder of the edition before."""

    def __post_init__(self) -> None:
        """Raises ``Mistake`` for a time or a version that no reader would understand."""
        if self.created and not _is_time(self.created):
            raise Mistake(f"--created: {self.created!r} is no time", remedy="write it like 2026-11-21T08:00:00Z")
        if self.version and not _VERSION.fullmatch(self.version):
            raise Mistake(f"--version: {self.version!r} is no version", remedy="write it like 1.2.0")


def completed(statement: Statement, edition: Edition, out: Path, now: str) -> Statement:
    """The statement as its first signer signs it.

    It says when (``now`` unless the edition says it), as which version, and after which earlier edition; the label page
    is to say the same, and the file of the calls is vouched for where there is one. Raises as ``load_envelope`` does
    for the earlier edition, and ``Mistake`` where that is this very folder.
    """
    about = statement.predicate.dataset.but(created=edition.created or now, **_version(edition))
    if edition.supersedes is not None:
        about = about.but(**after(edition.supersedes, out))
    subjects = [each for each in statement.subject if each.name not in (ROWS, CALLS)]
    if (out / CALLS).is_file() and not (out / CALLS).is_symlink():
        subjects.append(Subject(name=CALLS, digest={"sha256": file_hash(out / CALLS)}, annotations={"optional": True}))
    rows = [each for each in statement.subject if each.name == ROWS]
    told = statement.predicate.but(dataset=about)
    subjects = [_label(told) if each.name == LABEL_PAGE else each for each in subjects]
    return statement.but(subject=(*sorted(subjects, key=lambda each: each.name), *rows), predicate=told)


def _label(told: Manifest) -> Subject:
    """The label page as it will say this edition."""
    return Subject(name=LABEL_PAGE, digest={"sha256": hashlib.sha256(label_page(told).encode()).hexdigest()})


def after(earlier: Path, out: Path) -> dict[str, str | int]:
    """Sequence and predecessor of the edition that follows the one in this folder.

    The predecessor is named by its whole envelope, signatures and all: whoever is to sign it as well does so before.
    Raises ``Mistake`` for this very folder and for an edition that nobody signed, and as ``load_envelope`` does.
    """
    if real(earlier) == real(out):
        raise Mistake("--supersedes: names the folder that is to be signed", where=str(earlier),
                      remedy="name the folder of the edition before")  # fmt: skip
    before = load_envelope(earlier)
    if not before.signatures:
        raise Mistake("--supersedes: that edition is not signed, so nobody can have relied on it", where=str(earlier),
                      remedy="drop --supersedes, or sign that folder first")  # fmt: skip
    return {"sequence": before.statement.predicate.dataset.sequence + 1, "supersedes": before.sha256}


def unchanged(about: About, edition: Edition, out: Path) -> None:
    """Nothing that is asked for differs from what was signed already; raises ``Mistake`` with what to do."""
    asked: dict[str, str | int] = {**_version(edition), **({"created": edition.created} if edition.created else {})}
    if edition.supersedes is not None:
        asked |= after(edition.supersedes, out)
    for name, value in asked.items():
        if getattr(about, name) != value:
            raise Mistake(
                f"is signed already, with {name} {str(getattr(about, name)) or 'not said'!r}: saying {str(value)!r} "
                "would make that signature void",
                where=str(out),
                remedy="leave the flag out to sign the same statement, or let a run write the folder anew",
            )


def _version(edition: Edition) -> dict[str, str]:
    return {"version": edition.version} if edition.version else {}


def _is_time(text: str) -> bool:
    if not _RFC_3339.fullmatch(text):
        return False
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True
