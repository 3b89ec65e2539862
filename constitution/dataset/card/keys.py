"""Keys: the front matter of a card key by key, so that those of its owner stay as they were written."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Self

import yaml

from constitution.dataset.card.whole import spelled
from constitution.errors import BadFile

EXACT = ("annotations_creators", "language_creators", "license", "license_name", "size_categories", "configs")
"""Keys that the rows decide alone: one that is not wanted is taken away."""
AT_LEAST = ("source_datasets", "task_categories", "tags")
"""Lists to which the owner may add; all other keys are the owner's, once they are there."""
_KEY = re.compile(r"""^(?:"([^"\n]+)"|'([^'\n]+)'|([^\s#'"\-\[{?&*!|>%@`][^:\n]*?))[ \t]*:(?=\s|$)""")

_LINE = re.compile(r"[^\n]*\n|[^\n]+\Z")


@dataclass(frozen=True)
class Head:
    """Front matter: what it says, and the lines in which each key says it."""

    values: Mapping[str, Any]
    above: str
    """Lines before the first key."""
    lines: Mapping[str, str]

    @classmethod
    def read(cls, text: str, name: str) -> Self:
        """The keys of this YAML; raises ``BadFile`` where it is none, or is not written a key a line."""
        remedy = "write it key by key, each once, as `key: value`"
        try:
            values = yaml.safe_load(text)
        except (yaml.YAMLError, ValueError, RecursionError) as error:
            what = " ".join(str(error).split())
            raise BadFile(f"its front matter is no YAML: {what}", where=name, remedy=remedy) from error
        above, lines, twice = _cut(text)
        if values is None:
            values = {}
        if not isinstance(values, dict) or twice or list(map(str, values)) != list(lines):
            what = f"its front matter says {twice} twice" if twice else "its front matter is not written key by key"
            raise BadFile(what, where=name, remedy=remedy)
        return cls({str(key): value for key, value in values.items()}, above, lines)


def _cut(text: str) -> tuple[str, dict[str, str], str]:
    """Lines before the first key, the lines of each key, and a key that comes a second time."""
    above, key = "", ""
    lines: dict[str, str] = {}
    for line in _LINE.findall(text):
        found = _KEY.match(line)
        if found:
            key = next(filter(None, found.groups()))
            if key in lines:
                return above, lines, key
            lines[key] = line
        elif key:
            lines[key] += line
        else:
            above += line
    return above, lines, ""


def unlike(head: Head, wanted: Mapping[str, Any]) -> Iterator[tuple[str, Any, Any]]:
    """Each key that does not say what the rows say, with what it says and what it should."""
    for key in EXACT:
        if head.values.get(key) != wanted.get(key):
            yield key, head.values.get(key), wanted.get(key)
    for key in AT_LEAST:
        said, least = _listed(head.values.get(key)), wanted.get(key, [])
        if any(item not in said for item in least):
            yield key, head.values.get(key), [*least, *(item for item in said if item not in least)]


def merged(head: Head, wanted: Mapping[str, Any]) -> str:
    """The front matter with the engine's keys as they should be; all else is word for word what it was."""
    lines = dict(head.lines)
    for key, _, should in unlike(head, wanted):
        if key in lines:
            lines[key] = ("" if should is None else spelled({key: should})) + _comments(lines[key])
    for key, value in wanted.items():
        lines.setdefault(key, spelled({key: value}))
    return head.above + "".join(line if line.endswith("\n") or not line else line + "\n" for line in lines.values())


def _comments(lines: str) -> str:
    """The comments and empty lines after a value: they may be about what follows."""
    kept: list[str] = []
    for line in reversed(_LINE.findall(lines)[1:]):
        if line.strip() and not line.startswith("#"):
            break
        kept.insert(0, line)
    return "".join(kept)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]
