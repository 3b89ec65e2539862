"""Copies all replies of a ledger into a file of JSON Lines."""

from __future__ import annotations

import json
import os
from pathlib import Path

from constitution.dataset.durable import disk_troubles, sync_folder
from constitution.errors import Mistake, Occupied
from constitution.ledger import Entry
from constitution.ledger.reciting import recited
from constitution.providers.keys import without_secrets


def export(ledger: Path, file: Path, *, force: bool = False) -> int:
    """The file holds every reply, a line each, in the order of their digests, or it is as it was; says how many.

    What wires bring besides, such as request ids, is left out, and a key of the environment is struck out. Raises
    ``Occupied`` where a file is there already unless ``force``, ``Mistake`` for a place that belongs to the ledger
    itself, ``NotFound``, ``BadFile``, ``Stopped``.
    """
    own = [ledger.with_name(ledger.name + ending).resolve() for ending in ("", "-wal", "-shm", ".lock")]
    if file.resolve() in own:
        raise Mistake("this is a file of the ledger itself", where=str(file), remedy="name another file")
    if file.is_dir():
        raise Mistake("this is a folder", where=str(file), remedy="name a file in it")
    if os.path.lexists(file) and not force:
        raise Occupied("there is a file already", where=str(file), remedy="name another, or add --force to replace it")
    beside = file.with_name(f".{file.name}.{os.getpid()}.new")
    with recited(ledger) as entries, disk_troubles("write the copy", file):
        try:
            number = 0
            with open(beside, "x", encoding="utf-8", newline="\n") as lines:
                for entry in entries:
                    lines.write(line_of(entry))
                    number += 1
                lines.flush()
                os.fsync(lines.fileno())
            os.replace(beside, file)
            sync_folder(file.parent)
        finally:
            beside.unlink(missing_ok=True)
    return number


def line_of(entry: Entry) -> str:
    """One reply as a line; ``usage`` is null where the provider did not say what it took."""
    reply = entry.reply
    return without_secrets(json.dumps({
        "digest": entry.digest,
        "model": entry.model,
        "model_returned": reply.model_returned,
        "time": entry.time,
        "attempts": entry.attempts,
        "finish": reply.finish,
        "usage": None if reply.usage is None else reply.usage.model_dump(),
        "text": reply.text,
        "reasoning": reply.reasoning,
    }, ensure_ascii=False)) + "\n"  # fmt: skip
