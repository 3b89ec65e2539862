"""JSON as the same tree that strict YAML gives: texts with their places, for the schema to type."""

from __future__ import annotations

import json
import re
from bisect import bisect_right

from constitution.core.places import Document, Node
from constitution.core.strict_yaml import MAX_BYTES, MAX_DEPTH
from constitution.errors import BadFile

LONGEST_KEY = 500
"""Characters; YAML allows no more than 1024 on the line of a key."""

BREAK = re.compile(r"\r\n|\r|\n")
_SPACE = re.compile(r"[ \t\n\r]*")
_STRING = re.compile(r'"(?:[^"\\\x00-\x1f]|\\.)*"')
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?(?![0-9A-Za-z.])")
_WORD = re.compile(r"(?:true|false|null)\b")
UNSPEAKABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
"""Characters that no principle file may hold, not even as escapes."""


def read_json(text: str, name: str) -> Document:
    """What the text says: numbers, ``true`` and ``false`` as texts, ``null`` as nothing.

    Raises ``BadFile`` with ``file:line:column`` for what is not JSON, a key written twice, more than 30 levels,
    more than 1 MB, and characters that no principle file may hold.
    """
    size = len(text.encode("utf-8", "surrogatepass"))
    if size > MAX_BYTES:
        raise BadFile(f"the file has {size} bytes, more than the {MAX_BYTES} allowed", where=f"{name}:1:1",
                      remedy="split it")  # fmt: skip
    return _Reader(text.removeprefix("\ufeff"), name).whole()


class _Reader:
    """Walks the text once; ``at`` is the next character."""

    def __init__(self, text: str, name: str) -> None:
        self.text = text
        self.name = name
        self.at = 0
        self.starts = [0, *(found.end() for found in BREAK.finditer(text))]

    def whole(self) -> Document:
        self._skip()
        if self.at == len(self.text):
            raise BadFile("the file is empty", where=f"{self.name}:1:1", remedy="name a file that holds principles")
        root = self._value(0)
        self._skip()
        if self.at < len(self.text):
            raise self._bad("something follows the end of the value", "remove what follows, or a bracket too many")
        return Document(self.name, root)

    def _value(self, depth: int) -> Node:
        line, column = self._place()
        if self._sees("{"):
            return Node(self._object(self._deeper(depth)), line, column)
        if self._sees("["):
            return Node(self._array(self._deeper(depth)), line, column)
        if self._sees('"'):
            return Node(self._string(), line, column)
        found = _NUMBER.match(self.text, self.at) or _WORD.match(self.text, self.at)
        if found is None:
            raise self._bad("no JSON value begins here", "check commas, brackets and quotes")
        self.at = found.end()
        return Node(None if found.group() == "null" else found.group(), line, column)

    def _object(self, depth: int) -> dict[str, Node]:
        found: dict[str, Node] = {}
        while not self._ends("}", bool(found)):
            key_at = self.at
            line, column = self._place()
            key = self._string()
            if key in found or key == "<<" or len(key) > LONGEST_KEY:
                self.at = key_at
                what = "is written twice" if key in found else "cannot be a key of a principle file"
                raise self._bad(f"the key {key[:40]!r} {what}", "rename it")
            self._skip()
            if not self._sees(":"):
                raise self._bad("a colon is missing after the key", 'write "key": value')
            self.at += 1
            self._skip()
            value = self._value(depth)
            found[key] = Node(value.value, value.line, value.column, (line, column))
        return found

    def _array(self, depth: int) -> list[Node]:
        found: list[Node] = []
        while not self._ends("]", bool(found)):
            found.append(self._value(depth))
        return found

    def _ends(self, bracket: str, later: bool) -> bool:
        """Whether the bracket closes here; else what follows is at the next member."""
        if not later:
            self.at += 1
        self._skip()
        if self._sees(bracket):
            self.at += 1
            return True
        if later:
            if not self._sees(","):
                raise self._bad(f"a comma or {bracket} is missing here", "check commas, brackets and quotes")
            self.at += 1
            self._skip()
        return False

    def _string(self) -> str:
        found = _STRING.match(self.text, self.at)
        if found is None:
            raise self._bad("no text in double quotes begins and ends on this line", 'write "text"')
        try:
            text = str(json.loads(found.group()))
        except ValueError as error:
            raise self._bad("the text holds an escape that JSON does not know", "remove the backslash") from error
        if strange := UNSPEAKABLE.search(text):
            raise self._bad(f"the text holds the character U+{ord(strange.group()):04X}", "remove it")
        self.at = found.end()
        return text

    def _deeper(self, depth: int) -> int:
        if depth == MAX_DEPTH:
            raise self._bad(f"nested more than {MAX_DEPTH} levels deep", "flatten the file")
        return depth + 1

    def _sees(self, character: str) -> bool:
        return self.text.startswith(character, self.at)

    def _skip(self) -> None:
        found = _SPACE.match(self.text, self.at)
        self.at = found.end() if found else self.at

    def _place(self) -> tuple[int, int]:
        line = bisect_right(self.starts, self.at)
        return line, self.at - self.starts[line - 1] + 1

    def _bad(self, what: str, remedy: str) -> BadFile:
        line, column = self._place()
        return BadFile(f"not JSON as it is read here: {what}", where=f"{self.name}:{line}:{column}", remedy=remedy)
