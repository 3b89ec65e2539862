"""What each reader of the lane does: takes folders from the command line, writes what was read of them as JSON.

A reader is started by itself, for the trainers pin libraries against each other and against ours: a trainer's folder
comes last on the path, so that it sees the libraries that are installed here.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

MISSING = 3
"""Exit code of a reader whose trainer does not import."""

Sides = dict[str, str]
"""``prompt``, ``chosen`` and ``rejected`` of one pair, as the trainer is to see them."""
Reader = Callable[[Path, Any], Mapping[str, list[Sides]]]
"""From an export and a tokenizer to what was read of each split."""


def main(prepare: Callable[[Path], Reader]) -> None:
    """``python -m tests.trainers.READER PACKAGES TOKENIZER OUT EXPORT...``: OUT lists what was read of each export."""
    packages, tokenizer, out, *exports = (Path(each) for each in sys.argv[1:])
    sys.path.append(str(packages))
    try:
        read = prepare(packages)
    except ImportError as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        sys.exit(MISSING)
    words = import_module("transformers").AutoTokenizer.from_pretrained(tokenizer)
    out.write_text(json.dumps([read(export, words) for export in exports]))


def hollow(name: str, packages: Path) -> None:
    """The package of this name imports nothing by itself; its modules are found as ever."""
    package = ModuleType(name)
    package.__path__ = [str(packages / name.replace(".", "/"))]
    sys.modules[name] = package
