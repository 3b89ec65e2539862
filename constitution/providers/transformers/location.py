"""Where a local model is: a folder on this machine, or a name on the Hugging Face hub; either may be pinned."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from constitution.errors import BadFile, Mistake, NotFound

DECIDES = ("*.safetensors", "*.json", "*.jinja", "*.model", "*.txt")
"""The files of a model that have a say in what it answers; only such are fetched, and no pickled weights."""

_HUB = re.compile(r"[A-Za-z0-9][\w.-]*(/[A-Za-z0-9][\w.-]*)?")
_PIN = re.compile(r"[0-9a-f]{8,64}")


@dataclass(frozen=True)
class Location:
    """A folder, or else a name on the hub."""

    folder: Path | None
    hub: str = ""
    pin: str = ""
    """What must be there: the first digits of a folder's fingerprint, or a revision on the hub."""


def location_of(name: str) -> Location:
    """The location that a model's name means: ``FOLDER``, ``HUB_NAME``, or either with ``@PIN`` behind it.

    Raises ``NotFound`` for a folder that there is not, ``BadFile`` for one that holds no model, and
    ``Mistake`` for what is no name at all. Whether a name is known on the hub is seen when it is fetched.
    """
    base, _, pin = name.rpartition("@") if "@" in name and not Path(name).expanduser().is_dir() else (name, "", "")
    folder = Path(base).expanduser()
    if base and folder.is_dir():
        if pin and not _PIN.fullmatch(pin):
            raise Mistake(f"{pin!r} is no fingerprint of a folder", remedy="write 8 to 64 hex digits after the @")
        holds_model(folder)
        return Location(folder, pin=pin)
    if base.startswith((".", "/", "~")) or base.count("/") > 1 or "\\" in base:
        raise NotFound(f"there is no folder {base}", remedy="write transformers:FOLDER or transformers:OWNER/NAME")
    if not _HUB.fullmatch(base):
        raise Mistake(f"{base!r} is neither a folder nor a name on the hub", remedy="write transformers:OWNER/NAME")
    return Location(None, hub=base, pin=pin)


def holds_model(folder: Path) -> None:
    """Raises ``BadFile`` unless the folder holds settings, a tokenizer and weights that are plain numbers."""
    where, remedy = str(folder), "name a folder that save_pretrained wrote, of the model and of its tokenizer"
    try:
        settings = json.loads((folder / "config.json").read_bytes())
    except FileNotFoundError as error:
        raise BadFile("the folder holds no model: there is no config.json", where=where, remedy=remedy) from error
    except (OSError, ValueError) as error:
        raise BadFile(f"config.json cannot be read: {error}", where=where, remedy=remedy) from error
    if not isinstance(settings, dict):
        raise BadFile("config.json is no JSON object", where=where, remedy=remedy)
    if not any(folder.glob("*.safetensors")):
        pickled = any(folder.glob("*.bin")) or any(folder.glob("*.pt"))
        said = "the weights are pickled, and that is never opened" if pickled else "there are no weights"
        raise BadFile(said, where=where, remedy="save the model again: its weights must be *.safetensors")
    if not any(folder.glob("tokenizer*")):
        raise BadFile("the folder holds no tokenizer", where=where, remedy=remedy)


def fingerprint(folder: Path) -> str:
    """SHA-256 over the names and bytes of all files that decide what the model answers, as 64 hex digits."""
    whole = hashlib.sha256()
    for path in sorted(_deciding(folder), key=lambda path: path.name):
        with path.open("rb") as file:
            whole.update(f"{path.name}\0{hashlib.file_digest(file, 'sha256').hexdigest()}\n".encode())
    return whole.hexdigest()


def _deciding(folder: Path) -> Iterator[Path]:
    for pattern in DECIDES:
        yield from (path for path in folder.glob(pattern) if path.is_file())
