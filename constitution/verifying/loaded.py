"""Loaded: which files the card tells a loader to take rows from; nobody signs the card, and anybody may turn it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from constitution.errors import ConstitutionError, NotFound
from constitution.verifying.finding import Found
from constitution.verifying.within import content_of

CARDS = ("README.md", ".huggingface.yaml")
"""Files in which ``datasets`` looks for ``configs``, and which hubs rewrite, so that no statement holds their hash."""
_FRONT = re.compile(r"\s*---[ \t]*\r?\n(.*?)\r?\n---[ \t]*(\r?\n|$)", re.DOTALL)
_SAID = frozenset(("config_name", "description", "data_files", "default", "version"))
"""What a config may say without changing which rows come out."""


def split_of(name: str) -> str:
    """The split that the name of a data file tells."""
    return name.removeprefix("data/").partition("-")[0].partition(".")[0]


def card(folder: Path, rows_from: Sequence[str], found: Found) -> None:
    """Where a card leads a loader to rows that were not looked at, or gives them as another split, it is told.

    ``rows_from`` are the files whose rows are held against the statement. Signed rows prove nothing of what a loader
    takes in their place.
    """
    for name in CARDS:
        try:
            configs = _configs(content_of(folder, name).decode("utf-8", "replace"), bare=name != CARDS[0])
        except NotFound:
            continue
        except (ConstitutionError, ValueError, RecursionError) as error:
            what = error.what if isinstance(error, ConstitutionError) else "its first lines are no YAML"
            found.add("card", f"does not tell which files hold the rows: {what}", file=name)
            continue
        for config in configs:
            for kind, what, word in _told(config, rows_from):
                found.add(kind, what, word, file=name)


def _configs(text: str, *, bare: bool) -> list[Any]:
    """The configs of a card; raises ``ValueError`` for what is no YAML."""
    import yaml

    opening = _FRONT.match(text)
    front = text if bare else opening.group(1) if opening else ""
    try:
        told = yaml.load(front, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except yaml.YAMLError as error:
        raise ValueError(str(error)) from error
    configs = told.get("configs") if isinstance(told, dict) else None
    return configs if isinstance(configs, list) else []


def _told(config: Any, rows_from: Sequence[str]) -> Iterator[tuple[str, str, Any]]:
    """What a loader makes of one config that it would not make of the data files by themselves."""
    if not isinstance(config, Mapping):
        return
    if config.get("data_dir"):
        yield "card", f"leads a loader to {_named(config['data_dir'])}, where rows are not looked at", "ALTERED"
    for name in sorted(map(_text, config.keys() - _SAID - {"data_dir"})):
        yield "card", f"tells a loader {_named(name)}, by which it may read other rows or columns", ""
    for split, pattern in _patterns(config.get("data_files")):
        if not _within_data(pattern):
            yield "card", f"leads a loader to {_named(pattern)}, where rows are not looked at", "ALTERED"
            continue
        names = [name for name in rows_from if fnmatchcase(name, pattern.removeprefix("./"))]
        others = sorted({split_of(name) for name in names} - {split})
        if others:
            yield "card", f"gives rows of {_named(', '.join(others))} as split {_named(split)}", "ALTERED"


def _patterns(files: Any) -> Iterator[tuple[str, str]]:
    """Split and pattern of each entry, as ``datasets`` reads them: without a split it is train."""
    for each in files if isinstance(files, list) else [] if files is None else [files]:
        split, paths = (each.get("split"), each.get("path")) if isinstance(each, Mapping) else ("train", each)
        for path in paths if isinstance(paths, list) else [paths]:
            yield _text(split), _text(path)


def _within_data(pattern: str) -> bool:
    """Whether a pattern can name nothing but files below ``data`` that loaders and we see alike."""
    parts = pattern.removeprefix("./").split("/")
    hidden = any(part.startswith((".", "__")) or ".." in part for part in parts)
    return len(parts) > 1 and parts[0] == "data" and not hidden


def _text(said: Any) -> str:
    """Never the spelling of a list: a few aliases in YAML make one that fills the memory."""
    return said if isinstance(said, str) else f"({type(said).__name__})"


def _named(said: Any) -> str:
    return repr(_text(said)[:80])
