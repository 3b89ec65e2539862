"""Strict YAML: texts, lists and mappings with their places; the schema alone gives the texts types.

Refused, each with its place: anchors, aliases, tags, merge keys, duplicate keys, keys that are not text,
a second document, directives, more than 1 MB, more than 30 levels, control characters, lone surrogates.

Every scalar is a text: ``no`` is "no", ``1.10`` is "1.10". A value left empty is nothing (``None``). The bare
words ``null`` and ``~`` are refused: some readers see nothing in them and others a word.
"""

from __future__ import annotations

import re
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from constitution.core.complaints import complaints
from constitution.core.places import Document, Node, together
from constitution.errors import BadFile

MAX_BYTES = 1_000_000
MAX_DEPTH = 30
LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""libyaml where PyYAML was built with it; only its events are used, so nothing is ever constructed."""

M = TypeVar("M", bound=BaseModel)

# YAML 1.1 and 1.2 disagree whether U+0085, U+2028 and U+2029 end a line; written as escapes they are clear.
_UNREADABLE = re.compile("[^\t\n\r\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
_UNSPEAKABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_NOTHING = re.compile("~|null|Null|NULL")


def read_model(text: str, name: str, model: type[M]) -> M:
    """The file's text as one ``model``; ``name`` stands for the file in messages.

    Raises ``BadFile`` with ``file:line:column``: for what is no strict YAML the first mistake, for what does
    not fit the model all of them (``places.problems_of``).
    """
    return fit(parse(text, name), model)


def fit(document: Document, model: type[M]) -> M:
    """What the document says as one ``model``; raises ``BadFile`` naming all that does not fit."""
    try:
        return model.model_validate(document.value)
    except ValidationError as error:
        raise together(complaints(error, document, model)) from error


def decode(data: bytes, name: str) -> str:
    """The bytes of a file as text; raises ``BadFile`` when they are too many or not UTF-8."""
    _small_enough(len(data), name)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        where = _place(data[: error.start].decode("utf-8"), name)
        raise BadFile("these bytes are not UTF-8", where=where, remedy="save the file as UTF-8") from error


def parse(text: str, name: str, *, loader: Any = LOADER, nulls: bool = False) -> Document:
    """The text as a tree of values that know their places; raises ``BadFile`` at the first mistake.

    With ``nulls``, for files of others, the bare words ``null`` and ``~`` are nothing in place of a mistake.
    """
    _small_enough(len(text.encode("utf-8", "surrogatepass")), name)
    text = text.removeprefix("\ufeff")
    if found := _UNREADABLE.search(text):
        raise BadFile(
            f"the character U+{ord(found.group()):04X} may not stand in a file",
            where=_place(text[: found.start()], name),
            remedy="remove it, or write it as an escape",
        )
    builder = _Builder(name, nulls=nulls)
    try:
        for event in yaml.parse(text, Loader=loader):
            builder.take(event)
    except yaml.YAMLError as error:
        raise _syntax(error, name) from error
    except (ValueError, OverflowError) as error:  # the pure Python scanner, at an escape or version out of range
        raise BadFile(f"not YAML: {error}", where=f"{name}:1:1") from error
    if builder.root is None:
        raise BadFile("the file is empty", where=f"{name}:1:1")
    return Document(name, builder.root)


class _Builder:
    """Grows the tree from the parser's events, without recursion, refusing what is not strict."""

    def __init__(self, name: str, *, nulls: bool = False) -> None:
        self.name = name
        self.nulls = nulls
        self.root: Node | None = None
        self._open: list[Node] = []
        self._keys: list[Node | None] = []

    def take(self, event: yaml.Event) -> None:
        """Take in the next event."""
        match event:
            case yaml.DocumentStartEvent():
                self._begin(event)
            case yaml.AliasEvent():
                raise self._bad(event, "aliases (*name) are not taken", "write the value out")
            case yaml.ScalarEvent():
                self._unmarked(event)
                self._add(Node(self._scalar(event), *_start(event)))
            case yaml.CollectionStartEvent():
                self._unmarked(event)
                if len(self._open) == MAX_DEPTH:
                    raise self._bad(event, f"nested more than {MAX_DEPTH} levels deep", "flatten the file")
                node = Node([] if isinstance(event, yaml.SequenceStartEvent) else {}, *_start(event))
                self._add(node)
                self._open.append(node)
                self._keys.append(None)
            case yaml.CollectionEndEvent():
                self._open.pop()
                self._keys.pop()

    def _begin(self, event: yaml.DocumentStartEvent) -> None:
        if self.root is not None:
            raise self._bad(event, "a second document begins here", "one file holds one document")
        if event.version or event.tags:
            raise self._bad(event, "directives (%YAML, %TAG) are not taken", "remove the line")

    def _unmarked(self, event: yaml.ScalarEvent | yaml.CollectionStartEvent) -> None:
        if event.anchor is not None:
            raise self._bad(event, f"anchors (&{event.anchor}) are not taken", "remove it and write values out")
        if event.tag is not None:
            raise self._bad(event, f"tags ({event.tag}) are not taken", "remove it: the schema gives values their type")

    def _scalar(self, event: yaml.ScalarEvent) -> str | None:
        value = event.value
        if found := _UNSPEAKABLE.search(value):
            raise self._bad(event, f"the text holds the character U+{ord(found.group()):04X}", "remove its escape")
        if event.style or value:
            if not event.style and _NOTHING.fullmatch(value):
                if self.nulls:
                    return None
                raise self._bad(
                    event,
                    f"{value} can mean nothing or a word",
                    f'leave the value empty, or write "{value}" for the word',
                )
            return value
        return None

    def _add(self, node: Node) -> None:
        if not self._open:
            self.root = node
            return
        inside, key = self._open[-1].value, self._keys[-1]
        if isinstance(inside, list):
            inside.append(node)
        elif isinstance(inside, dict) and key is not None and isinstance(key.value, str):
            inside[key.value] = Node(node.value, node.line, node.column, (key.line, key.column))
            self._keys[-1] = None
        elif isinstance(inside, dict):
            self._key(node, inside)

    def _key(self, node: Node, inside: dict[str, Node]) -> None:
        where = f"{self.name}:{node.line}:{node.column}"
        if not isinstance(node.value, str):
            raise BadFile("a key must be text", where=where, remedy="write `key: value`")
        if node.value == "<<":
            raise BadFile("merge keys (<<) are not taken", where=where, remedy="write the fields out")
        if node.value in inside:
            first = inside[node.value].key or (0, 0)
            raise BadFile(
                f"the key {node.value!r} is written twice, first in line {first[0]}",
                where=where,
                remedy="keep one of them",
            )
        self._keys[-1] = node

    def _bad(self, event: yaml.Event, what: str, remedy: str) -> BadFile:
        line, column = _start(event)
        return BadFile(what, where=f"{self.name}:{line}:{column}", remedy=remedy)


def _start(event: yaml.Event) -> tuple[int, int]:
    mark = event.start_mark
    return (mark.line + 1, mark.column + 1) if mark else (1, 1)


def _small_enough(size: int, name: str) -> None:
    if size > MAX_BYTES:
        raise BadFile(
            f"the file has {size} bytes, more than the {MAX_BYTES} allowed", where=f"{name}:1:1", remedy="split it"
        )


def _place(before: str, name: str) -> str:
    """``file:line:column`` of what follows this text."""
    lines = before.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return f"{name}:{len(lines)}:{len(lines[-1]) + 1}"


_LATE = ("could not find expected ':'", "found unexpected end of stream")
"""What the parser notices only after the place where it began."""


def _syntax(error: yaml.YAMLError, name: str) -> BadFile:
    """The parser's complaint in our shape."""
    problem = getattr(error, "problem", None) or getattr(error, "reason", None) or "unreadable"
    context = getattr(error, "context", None)
    marks = [getattr(error, "problem_mark", None), getattr(error, "context_mark", None)]
    mark = next(filter(None, reversed(marks) if problem in _LATE else marks), None)
    where = f"{name}:{mark.line + 1}:{mark.column + 1}" if mark else f"{name}:1:1"
    return BadFile(
        f"not YAML: {problem}{f' ({context})' if context else ''}", where=where, remedy="check indentation and quotes"
    )
