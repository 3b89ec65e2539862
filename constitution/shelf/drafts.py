"""Working copies on the shelf: a new ``draft.yaml``, written whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

from constitution.errors import Mistake, Occupied
from constitution.shelf.rooms import has_draft, within


def shown_draft(name: str) -> str:
    """The draft's path beneath its project, for messages."""
    return f"principles/{name}/draft.yaml"


def refuse_draft(root: Path, name: str) -> None:
    """Passes where this constitution has no draft yet; raises ``Occupied``."""
    if has_draft(root, name):
        raise Occupied(
            "there is a draft already, and somebody's work may be in it",
            where=shown_draft(name),
            remedy="choose another --name, or type --force to replace it",
        )


def write_draft(root: Path, name: str, text: str, *, replace: bool = False) -> Path:
    """The project's draft of this name holds this text; a draft that was there is replaced only with ``replace``.

    Raises ``Occupied`` where there is one, ``Mistake`` where the folder cannot be written to.
    """
    if not replace:
        refuse_draft(root, name)
    file = root / shown_draft(name)
    fresh = file.with_name(".draft.yaml.new")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        within(root, file.parent, shown_draft(name))
        with fresh.open("w", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        fresh.replace(file)
    except OSError as error:
        raise Mistake(
            f"cannot write: {error.strerror or error}",
            where=str(file),
            remedy="choose a folder that you may write to",
        ) from error
    return file
