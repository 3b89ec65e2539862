"""What a release is asked for, and what it would be: its changes, its version, and what stands against it so far."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Literal

from constitution.api.caps import Caps
from constitution.api.trial.orders import PreparedTrials
from constitution.errors import Mistake, NotFound
from constitution.principles.changes import Change
from constitution.principles.lint import Problem
from constitution.principles.versions import Level, demanded, parse_version, step
from constitution.principles.words import NAME
from constitution.shelf import Shelf, Shelved
from constitution.shelf.drafts import shown_draft
from constitution.shelf.rooms import RELEASE, has_draft


@dataclass(frozen=True, kw_only=True)
class ReleaseOrder(Caps):
    """Everything that a release depends on."""

    name: str
    """Of the constitution, whose draft is released."""
    approved_by: str
    because: str
    version: str = ""
    """Without one, the lowest that the changes allow."""
    accept_rehearsal: bool = False
    """Release although no model was asked."""
    dry_run: bool = False
    """Hold the cases, and write no release."""
    date: str = ""
    """For the changelog, like 2026-07-27; without one, today."""
    draws: int = 3
    model: str | None = None
    """Who is the critic, unless ``critic`` names another."""
    critic: str | None = None
    ledger: str | Path | None = None
    concurrency: int = 16
    seed: str | None = None
    root: str | Path | None = None
    """The project; without one, the nearest parent with ``constitution.toml``, else the working folder."""

    def __post_init__(self) -> None:
        super().__post_init__()
        given = {"approved_by": ("--approved-by", "who answers for this release"),
                 "because": ("--because", "why it is made")}  # fmt: skip
        for field, (flag, what) in given.items():
            text = " ".join(getattr(self, field).split())
            if not text:
                raise Mistake(f"{flag} is empty", remedy=f"write {what}: the lock keeps it")
            if not text.isprintable():
                raise Mistake(f"{flag} holds a character that cannot be seen", remedy="write it with letters alone")
            object.__setattr__(self, field, text)
        if self.version:
            parse_version(self.version)
            if not RELEASE.fullmatch(self.version):
                raise Mistake(f"{self.version} is no version", remedy="write numbers of at most nine digits")
        object.__setattr__(self, "date", _day(self.date))


def _day(text: str) -> str:
    """The day as it is written in a changelog; today, in UTC, unless one is given."""
    if not text:
        return datetime.now(UTC).date().isoformat()
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError as error:
        raise Mistake(f"{text[:20]!r} is no date", remedy="write it like 2026-07-27") from error


@dataclass(frozen=True)
class Refusal:
    """One thing that stands against a release."""

    kind: Literal["lint", "missing_case", "level", "case", "flaky", "fault", "rehearsal"]
    what: str
    where: str = ""
    remedy: str = ""

    @property
    def sentence(self) -> str:
        """Place, what is wrong and what to do, on one line."""
        told = f"{self.where}: {self.what}" if self.where else self.what
        return f"{told}; {self.remedy}" if self.remedy else told


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """What would be released; nothing was asked of anybody yet, and nothing written."""

    order: ReleaseOrder
    root: Path
    draft: Shelved
    before: Shelved | None
    """The latest release; None for the first."""
    changes: tuple[Change, ...]
    version: str
    data: bytes
    """The file to be: the draft with its version."""
    resumed: bool = False
    """An earlier release of this was cut short: its file is there already."""
    finish: str = ""
    """The version of a release that lacks nothing but its entry in the changelog; that is all there is to do."""
    problems: tuple[Problem, ...] = ()
    """What lint found."""
    refusals: tuple[Refusal, ...] = ()
    """What stands against it, as far as the files alone can say."""
    trials: PreparedTrials | None = None
    """The cases to be held; None where nothing needs to be asked any more."""

    @property
    def floor(self) -> Level:
        """The lowest level that the changes demand."""
        return demanded(self.changes)

    @property
    def level(self) -> Literal["first", "none", "patch", "minor", "major"]:
        """Which step the version is from the latest release."""
        return step(self.before.constitution.version, self.version) if self.before else "first"

    @property
    def ref(self) -> str:
        """How the release will be called."""
        return f"{self.order.name}@{self.version}"


def named_draft(shelf: Shelf, name: str) -> str:
    """The reference of the project's draft of this name; raises ``NotFound`` where there is none."""
    if not re.fullmatch(NAME, name):
        raise NotFound(
            f"{name[:80]!r} is no name of a constitution",
            remedy="write the name of its folder below principles/ and no more, like harmlessness",
        )
    if has_draft(shelf.root, name):
        return f"{name}@draft"
    known = shelf.names()
    if name not in known:
        near = difflib.get_close_matches(name, known, n=1)
        instead = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(known) or 'none'}"
        raise NotFound(f"there is no constitution {name!r}", remedy=instead)
    version = next(each for each in reversed(shelf.versions(name)) if each != "draft")
    raise NotFound(
        "there is no draft to release",
        where=shown_draft(name),
        remedy=f"copy {version}.yaml there without its version line (constitution init does it for what ships), "
        "change it, and release that",
    )
