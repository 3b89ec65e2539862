"""The shelf: constitutions, recipes and templates by name, from the project, the package or the checkout.

A reference to a constitution is ``harmlessness`` (the latest release, else the draft), ``harmlessness@1.2.0``,
``harmlessness@1`` (the latest 1.x), ``harmlessness@draft``, or the path of a YAML file.
"""

from __future__ import annotations

import difflib
import hashlib
import re
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from constitution.core.strict_yaml import decode
from constitution.core.templates import Template
from constitution.errors import BadFile, NotFound
from constitution.principles.words import NAME
from constitution.shelf.rooms import NUMBER, RELEASE, has_draft, own_rooms, read, releases, within
from constitution.shelf.shelved import Shelved, approve, take, take_loose
from constitution.shelf.starter import fill

_SELECTION = re.compile(rf"{NUMBER}(?:\.{NUMBER}){{0,2}}")


def find_root(start: Path) -> Path:
    """The nearest folder at or above ``start`` that holds ``constitution.toml``, else ``start``."""
    here = start.resolve()
    return next((folder for folder in (here, *here.parents) if (folder / "constitution.toml").is_file()), here)


class RecipeText(NamedTuple):
    """The text of a recipe, the file's name for messages, and the sha256 of its bytes."""

    text: str
    name: str
    sha256: str


class Shelf:
    """What can be named from one project root."""

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()

    @cached_property
    def rooms(self) -> tuple[Path, ...]:
        """The folders that hold ``principles/`` and ``pipelines/``, in the order in which they are searched."""
        return tuple(dict.fromkeys((self.root, *own_rooms())))

    def constitution(self, ref: str) -> Shelved:
        """The constitution of this reference.

        Raises ``NotFound`` for a name that nothing answers to, ``BadFile`` for a file that cannot be read as
        it should be and for a released file that is not as it was approved.
        """
        if _is_path(ref):
            return self._by_path(ref)
        name, at, wanted = ref.partition("@")
        if not re.fullmatch(NAME, name) or (at and wanted != "draft" and not _SELECTION.fullmatch(wanted)):
            raise NotFound(
                f"{ref!r} is no reference to a constitution",
                remedy="write name, name@1.2.0, name@1, name@draft or the path of a .yaml file",
            )
        found = None if wanted == "draft" else self._released(name, wanted)
        if found is None and wanted in ("", "draft"):
            found = self._draft(name, () if wanted else (f"{name} has no release; its draft is used",))
        if found is None:
            raise NotFound(f"there is no constitution {ref!r}", remedy=self._other(name, wanted))
        return found

    def _other(self, name: str, wanted: str) -> str:
        """What to do about a reference that nothing answers to."""
        versions = self.versions(name)
        if not versions:
            return _instead(name, self.names())
        known = f"versions of {name}: {', '.join(versions)}"
        return f"{known}; `constitution init` makes a draft of it in your project" if wanted == "draft" else known

    def names(self) -> tuple[str, ...]:
        """The constitutions that can be named, sorted."""
        files = (file for room in self.rooms for file in (room / "principles").glob("*/*.yaml"))
        return tuple(sorted({file.parent.name for file in files if _on_shelf(file)}))

    def versions(self, name: str) -> tuple[str, ...]:
        """The versions of a constitution in all rooms, oldest first, ``draft`` last."""
        found = {number: said for room in self.rooms for number, said in releases(room, name).items()}
        drafts = ["draft"] if any(has_draft(room, name) for room in self.rooms) else []
        return (*(found[number] for number in sorted(found)), *drafts)

    def recipes(self) -> tuple[str, ...]:
        """The recipes that can be named, sorted."""
        return self._stems("pipelines", ".yaml")

    def recipe_text(self, ref: str) -> RecipeText:
        """The recipe of this name or path; raises ``NotFound`` and ``BadFile``."""
        if _is_path(ref):
            file = self._existing(ref)
            shown = self._shown(file)
        else:
            file, shown = self._find("pipelines", ref, ".yaml", "recipe")
        data = read(file, shown)
        return RecipeText(decode(data, shown), shown, hashlib.sha256(data).hexdigest())

    def template(self, name: str, *, beside: str = "") -> Template:
        """The prompt template of this name; ``beside`` is the recipe's name for messages, whose folder goes first.

        Raises ``NotFound`` and ``BadFile``. Line ends are made plain, so that they change no digest.
        """
        own = (self.root / beside).parent / "templates" / f"{name}.md"
        if beside and re.fullmatch(NAME, name) and own.is_file():
            file, shown = own, self._shown(own)
        else:
            file, shown = self._find("pipelines/templates", name, ".md", "template")
        text = decode(read(file, shown), shown).removeprefix("\ufeff")
        return Template(name=shown, text=text.replace("\r\n", "\n"))

    def example_prompts(self) -> Path:
        """The prompts that ship, as a file; raises ``NotFound``."""
        return self._find("examples", "prompts", ".jsonl", "example")[0]

    def copy_out(self, dest: Path) -> list[Path]:
        """``dest`` has its own copy of all that ships and a draft beside each latest release; returns what is new.

        Nothing that was there is changed, but for the lock, which learns of the releases that are new.
        """
        return fill(own_rooms()[0], dest)

    def lock_release(self, name: str, version: str, *, approved_by: str, reason: str, again: bool = False) -> None:
        """The project's lock holds this release as it is now; raises ``BadFile``, as ``approve`` does."""
        approve(self.root, name, version, approved_by=approved_by, reason=reason, again=again)

    def _released(self, name: str, wanted: str) -> Shelved | None:
        """The latest release whose version begins with ``wanted``, from the first room that has one."""
        start = tuple(int(part) for part in wanted.split(".") if part)
        for room in self.rooms:
            every = releases(room, name)
            fitting = [number for number in every if number[: len(start)] == start]
            if fitting:
                return take(room, name, every[max(fitting)])
        return None

    def _draft(self, name: str, notes: tuple[str, ...]) -> Shelved | None:
        room = next((room for room in self.rooms if has_draft(room, name)), None)
        return take(room, name, "draft", notes) if room else None

    def _by_path(self, ref: str) -> Shelved:
        """A file by its path; where it lies on a shelf it is held to that shelf's lock."""
        file = self._existing(ref)
        for room in self.rooms:
            if file.parent.parent == room / "principles" and _on_shelf(file):
                return take(room, file.parent.name, file.stem)
        return take_loose(file, self._shown(file))

    def _find(self, folder: str, name: str, suffix: str, kind: str) -> tuple[Path, str]:
        """The first room's file of this name, and how to call it in messages."""
        if re.fullmatch(NAME, name):
            for room in self.rooms:
                shown = f"{folder}/{name}{suffix}"
                if (room / shown).is_file():
                    return within(room, room / shown, shown), shown
        raise NotFound(f"there is no {kind} {name!r}", remedy=_instead(name, self._stems(folder, suffix)))

    def _stems(self, folder: str, suffix: str) -> tuple[str, ...]:
        return tuple(sorted({file.stem for room in self.rooms for file in (room / folder).glob(f"*{suffix}")}))

    def _existing(self, ref: str) -> Path:
        """The file at a path, taken from the working folder, else from the root."""
        try:
            for file in (Path(ref), self.root / ref):
                if file.is_file():
                    return file.resolve()
        except OSError as error:
            raise BadFile(f"cannot be read: {error.strerror}", where=ref[:200]) from error
        raise NotFound(f"there is no file {ref!r}", remedy="check the path")

    def _shown(self, file: Path) -> str:
        """A path for messages and datasets: from its room on, where it is in one."""
        room = next((room for room in self.rooms if file.is_relative_to(room)), None)
        return (file.relative_to(room) if room else file).as_posix()


def _is_path(ref: str) -> bool:
    return "/" in ref or "\\" in ref or ref.endswith((".yaml", ".yml"))


def _on_shelf(file: Path) -> bool:
    return file.suffix == ".yaml" and (file.stem == "draft" or RELEASE.fullmatch(file.stem) is not None)


def _instead(name: str, known: Iterable[str]) -> str:
    """What one might have meant."""
    names = tuple(known)
    near = difflib.get_close_matches(name, names, n=1)
    return f"did you mean {near[0]!r}?" if near else f"known: {', '.join(names) or 'none'}"
