"""The desk of a reviewer: a dataset folder, what people ruled on it, and the principles as they stand now."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from constitution.api.people import rulings_of, stale_by_principle
from constitution.core.rulings import Ruling, Rulings
from constitution.core.trail import Trail
from constitution.dataset.folder import load_manifest, load_trails
from constitution.dataset.statement import Manifest
from constitution.errors import BadFile, NotFound
from constitution.principles.model import Constitution
from constitution.principles.reading import read_constitution
from constitution.rulings import read_rulings
from constitution.shelf import Shelf, Shelved, find_root
from constitution.shelf.rooms import RELEASE


@dataclass(frozen=True, kw_only=True)
class Desk:
    """Everything that a review needs; nothing in it is changed by looking."""

    out: Path
    root: Path
    manifest: Manifest
    trails: tuple[Trail, ...]
    now: Constitution
    """The principles that the next run would ask: as they are on the shelf, where they are."""
    file: Path
    """Where rulings are kept; it need not be there yet."""
    given: Path | None
    """The same, where somebody named it."""
    rulings: Rulings
    """Those on answers to the prompts of this folder."""
    principles: str | None = None
    """Reference to a constitution, where somebody gave one in place of the folder's own."""
    notes: tuple[str, ...] = ()
    newer: tuple[Shelved, ...] = ()
    """The latest release, where it is newer than the folder's own, and the draft, where the folder's is no draft."""

    @property
    def meanings(self) -> dict[str, str]:
        """What each principle means now, by its id."""
        return {principle.id: principle.meaning for principle in self.now.principles}

    @property
    def stale(self) -> dict[str, int]:
        """How many rulings are stale under each principle that was reworded since."""
        return dict(stale_by_principle(self.rulings, self.now))

    @property
    def ahead(self) -> dict[str, int]:
        """How many rulings that are not stale yet would be so under each newer edition that makes some stale."""
        gone = {ruling.id for ruling in self._stale(self.now)}
        counts = {each.ref: len({ruling.id for ruling in self._stale(each.constitution)} - gone) for each in self.newer}
        return {ref: number for ref, number in counts.items() if number}

    def _stale(self, constitution: Constitution) -> tuple[Ruling, ...]:
        return self.rulings.stale((principle.id, principle.meaning) for principle in constitution.principles)

    @property
    def binding(self) -> tuple[Ruling, ...]:
        """The rulings that hold and that the next run can apply."""
        meanings = self.meanings
        return tuple(
            ruling
            for ruling in self.rulings.held
            if ruling.about == "pair" or meanings.get(ruling.principle) == ruling.meaning
        )


def open_desk(
    out: Path, *, rulings: Path | None = None, principles: str | None = None, root: Path | None = None
) -> Desk:
    """What there is to review in a finished dataset folder.

    Raises ``NotFound`` for what is no finished dataset, ``BadFile`` for a file in it or of rulings that cannot be
    read, and ``Mistake`` for rulings inside a dataset folder.
    """
    manifest = load_manifest(out)
    home = find_root(root if root is not None else Path.cwd())
    file = rulings_of(rulings, home, may_begin=True)
    trails = tuple(trail for _, trail in load_trails(out))
    now, notes = _principles(out, manifest, home, principles)
    return Desk(
        out=out,
        root=home,
        manifest=manifest,
        trails=trails,
        now=now,
        file=file,
        given=rulings,
        rulings=read_rulings(file).about(trail.prompt.id for trail in trails),
        principles=principles,
        notes=notes,
        newer=tuple(_newer(Shelf(home), manifest.constitution.ref)) if principles is None else (),
    )


def _principles(out: Path, manifest: Manifest, root: Path, wanted: str | None) -> tuple[Constitution, tuple[str, ...]]:
    """The constitution of this reference, else the folder's by its own reference, else as the folder keeps it."""
    if wanted is not None:
        return Shelf(root).constitution(wanted).constitution, ()
    ref, file = manifest.constitution.ref, out / manifest.constitution.file
    try:
        return Shelf(root).constitution(ref).constitution, ()
    except NotFound:
        pass  # made elsewhere: the folder has the file, word for word
    try:
        note = f"{ref} is not in this project; rulings are held to the copy in {out}"
        return read_constitution(file.read_text(encoding="utf-8"), str(file)), (note,)
    except (OSError, UnicodeDecodeError) as error:
        raise BadFile("its principle file cannot be read", where=str(out), remedy=_ANEW) from error


def _newer(shelf: Shelf, ref: str) -> Iterator[Shelved]:
    """The editions of the same name that a user would turn to next; what cannot be read is left out."""
    name, _, own = ref.partition("@")
    versions = shelf.versions(name) if RELEASE.fullmatch(own) else ()
    releases = [version for version in versions if version != "draft"]
    later = releases[-1:] if own in releases and releases[-1] != own else []
    for version in (*later, *(version for version in versions if version == "draft")):
        try:
            yield shelf.constitution(f"{name}@{version}")
        except (NotFound, BadFile):
            continue


_ANEW = "run again to write the folder anew"
