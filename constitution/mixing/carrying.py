"""Carried along: what the sources said of themselves - envelopes, leaf lists, keys, principle files, terms."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

from constitution.dataset.bundle import file_hash
from constitution.dataset.durable import write_new
from constitution.dataset.envelope import ENVELOPE
from constitution.dataset.leaves import LEAVES
from constitution.dataset.made_of import PrincipleFile
from constitution.errors import BadFile
from constitution.mixing.facts import parents
from constitution.mixing.opened import Source
from constitution.signing.checking import KEYS
from constitution.verifying.within import content_of, names_in, within

SOURCES = "provenance/sources"
"""Where the sources' envelopes, leaf lists and public keys stand."""


def carry_files(folder: Path, sources: Sequence[Source]) -> None:
    """Envelope, leaf list and public keys of each source, and those that it carried itself, stand in the folder.

    With them a stranger proves of each row that it stands in the set that its source signed, offline; the leaf lists
    take 65 bytes a row, and without them a root proves nothing of one row. Raises ``BadFile`` for links and for an
    envelope that changed meanwhile.
    """
    for each in sources:
        if each.envelope is None:
            continue
        if file_hash(within(each.path, ENVELOPE)) != each.sha256:
            raise BadFile(
                "changed while it was read", where=str(each.path), remedy="mix again when nobody writes to it"
            )
        for name, called in _files(each):
            _place(folder / SOURCES, called, within(each.path, name))


def _files(source: Source) -> Iterator[tuple[str, str]]:
    """Path in the source, and what the file is called in the mixture."""
    yield ENVELOPE, f"{source.name}.dsse.json"
    yield LEAVES, f"{source.name}.leaves.txt"
    for home in (KEYS, SOURCES):
        for name in names_in(source.path / home):
            yield f"{home}/{name}", name.replace("/", "-")


def _place(home: Path, name: str, file: Path) -> None:
    """A copy stands under this name, or with a part of its hash in it where something else has the name."""
    home.mkdir(exist_ok=True)
    if (home / name).exists():
        sha256 = file_hash(file)
        if file_hash(home / name) == sha256:
            return
        stem, dot, ending = name.partition(".")
        name = f"{stem}-{sha256[:8]}{dot}{ending}"
    if not (home / name).exists():
        with open(file, "rb") as given, open(home / name, "xb") as copy:
            shutil.copyfileobj(given, copy)
            copy.flush()
            os.fsync(copy.fileno())


def write_principles(folder: Path, files: Sequence[PrincipleFile]) -> None:
    """Each principle file stands in the folder, verbatim."""
    for each in files:
        path = folder / each.file
        path.parent.mkdir(exist_ok=True)
        if not path.exists():
            write_new(path, each.content.encode())


def terms_texts(sources: Sequence[Source]) -> dict[str, bytes]:
    """Id of terms to their text, where a source keeps it; that of the first by rank stands.

    Raises ``NotFound`` and ``BadFile`` for a text that cannot be read.
    """
    found: dict[str, bytes] = {}
    for place, manifest in parents(sources):
        for terms in manifest.terms:
            if terms.file and terms.id not in found:
                found[terms.id] = content_of(sources[place].path, terms.file)
    return found
