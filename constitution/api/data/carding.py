"""Writes the card of a dataset folder anew from its rows, or says where it and the manifest differ from them."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path
from typing import Any

from constitution.api.people import keep_out
from constitution.dataset.card.owner import CardFile, Unlike, read_card, rewritten, unlike_card
from constitution.dataset.card.whole import CLOSING, OPENING
from constitution.dataset.durable import disk_troubles, write_over
from constitution.dataset.folder import load_manifest
from constitution.dataset.layout import CARD
from constitution.dataset.recount import Differing, differing, recounted
from constitution.errors import BadFile, Mistake, Occupied


@dataclass(frozen=True, kw_only=True)
class Carded:
    """What became of a card."""

    file: Path
    manifest: tuple[Differing, ...]
    """Figures that the manifest has otherwise than the rows."""
    card: tuple[Unlike, ...]
    """Lines and keys of the card that were otherwise; of a card that was not there, none."""
    written: bool
    """The file was changed."""
    notes: tuple[str, ...] = ()
    rows: int
    root: str

    @property
    def findings(self) -> tuple[str, ...]:
        """What is wrong now, a sentence each: a card that was written again is right, a manifest is not."""
        return (*map(_manifest_says, self.manifest), *(() if self.written else map(_card_says, self.card)))

    def data(self) -> dict[str, Any]:
        """The same as the command line's ``--json`` gives it."""
        return {
            "file": str(self.file), "written": self.written, "rows": self.rows, "root": self.root,
            "manifest": [each._asdict() for each in self.manifest],
            "card": [vars(each) for each in self.card], "notes": list(self.notes),
        }  # fmt: skip


def card(out: str | Path, *, check: bool = False, file: str | Path | None = None) -> Carded:
    """The card says what the rows say; with ``check`` nothing is written, and what differs is named.

    Every figure is counted again from the rows in ``data/`` and, where they are there, from the trails. In a card
    that is there already, only the block between the engine's marks and the engine's keys of the front matter are
    written anew; without marks the block is added at its end. ``file`` is another place for the card than the
    folder's README.md: what stands there, else the folder's own card, gives the owner's part.

    Raises ``NotFound``, ``BadFile`` for a folder or a card that cannot be read, ``Occupied`` for a file that is no
    card, ``Mistake`` for a place in a dataset folder that is not its card's, ``Stopped`` where the disk refuses.
    """
    out = Path(out)
    path = out / CARD if file is None else Path(file)
    _may_be_card(path, out)
    told = load_manifest(out)
    there = _read(path)
    if there is not None and file is not None and OPENING not in there:
        raise Occupied("is there already and is no card", where=str(path), remedy="choose another name")
    old = _card(there, path)
    found = recounted(out, told)
    unlike = tuple(unlike_card(old, found)) if old is not None else ()
    facts: dict[str, Any] = {
        "file": path, "manifest": tuple(differing(told, found)), "rows": found.rows.count, "root": found.rows.root,
    }  # fmt: skip
    if check:
        lacking = () if old is not None else (Unlike(str(path), "", "a card: there is none"),)
        return Carded(card=(*unlike, *lacking), written=False, **facts)
    base = old if old is not None or file is None else _card(_read(out / CARD), out / CARD)
    text = rewritten(base, found)
    written = text != there
    if written:
        with disk_troubles("write the card", path):
            write_over(path, text.encode())
    return Carded(card=unlike, written=written, notes=_notes(base, path), **facts)


def _may_be_card(path: Path, out: Path) -> None:
    """Passes for the folder's own card and for a file outside of dataset folders."""
    if path.is_dir():
        raise Mistake("is a folder", where=str(path), remedy=f"name a file in it: --out {path / CARD}")
    if path.resolve() != (out / CARD).resolve() and path.absolute() != (out / CARD).absolute():
        keep_out(path, "a card", "leave --out away to write the README.md of the folder, or name a file elsewhere")


def _read(path: Path) -> str | None:
    """What the file says, its ends of lines as they are; None where there is none."""
    try:
        return path.read_bytes().decode("utf-8")
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError) as error:
        what = "is not UTF-8" if isinstance(error, ValueError) else f"cannot be read: {error}"
        raise BadFile(what, where=str(path), remedy="mend it, or move it away and let a new card be written") from error


def _card(text: str | None, path: Path) -> CardFile | None:
    return None if text is None else read_card(text, str(path))


def _notes(base: CardFile | None, path: Path) -> tuple[str, ...]:
    """What the owner should know."""
    if base is None or base.block is not None:
        return ()
    return (f"{path} had no block between {OPENING} and {CLOSING}: it was added at the end",)


def _manifest_says(each: Differing) -> str:
    return f"the manifest says {_short(each.told)} for {each.figure}, the rows say {_short(each.found)}"


def _card_says(each: Unlike) -> str:
    if not each.says or not each.should:
        lacks = f"lacks {_short(each.should)}" if each.should else f"{_short(each.says)} is too much"
        return f"{each.where}: {lacks}"
    same = (one == other for one, other in zip(each.says, each.should, strict=False))
    alike = sum(takewhile(bool, same))
    start = max(0, alike - 40) if max(len(each.says), len(each.should)) > 118 else 0
    before = "… " if start else ""
    return f"{each.where}: says {_short(before + each.says[start:])} for {_short(before + each.should[start:])}"


def _short(value: Any) -> str:
    """A value on a line that can be read."""
    said = " ".join(str(value).split())
    return f'"{said[:117]}…"' if len(said) > 118 else f'"{said}"'
