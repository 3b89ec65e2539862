"""Writes strict YAML as a person would: plain where that is safe, quoted where not, long texts folded.

What is written here reads back as the same value: ``core.strict_yaml.parse`` gives it again, character by
character. Words that some other YAML reader takes for more than text (``no``, ``1.10``, ``null``) are quoted.
"""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Mapping
from typing import NamedTuple

from constitution.core.places import Plain

WIDTH = 118
"""Columns that a line fills at most, where its words allow."""


_AMBIGUOUS = frozenset(("y", "n", "yes", "no", "on", "off", "true", "false", "null", "none", "nan", "inf", "infinity"))
_LEAD = re.compile(r"[^\W\d_]")
_BREAKING = re.compile(r": |:$| #| $")
_FLOW = re.compile(r"[,\[\]{}]")
_SHORT_LIST = 60


class Lines(NamedTuple):
    """A value: what stands on the line of its key or dash, and the lines below it."""

    head: str
    body: tuple[str, ...] = ()


def document(value: Mapping[str, Plain], *, comment: str = "") -> str:
    """The text of a whole file; ``comment`` stands above it, a line each."""
    above = "".join(f"# {line}\n" for line in comment.splitlines())
    return above + "".join(f"{line}\n" for line in block(dict(value), 0).body)


def block(value: Plain, indent: int, column: int | None = None) -> Lines:
    """A value in block style: its lines begin at ``indent``, and its head would begin at ``column``."""
    at = indent if column is None else column
    if value is None:
        return Lines("")
    if isinstance(value, str):
        return styled(value, "", indent, at)
    if not value or _is_short_list(value):
        return Lines(flow(value))
    pad, body = " " * indent, list[str]()
    if isinstance(value, dict):
        for key, each in value.items():
            name = f"{pad}{_line(key)}:"
            inside = block(each, indent + 2, len(name) + 1)
            body += [f"{name} {inside.head}" if inside.head else name, *inside.body]
        return Lines("", tuple(body))
    for each in value:
        body += item(each, indent)
    return Lines("", tuple(body))


def item(value: Plain, indent: int) -> tuple[str, ...]:
    """One item of a list in block style, its dash at ``indent``."""
    pad = " " * indent
    inside = block(value, indent + 2)
    if inside.head or not inside.body:
        return (f"{pad}- {inside.head}".rstrip(), *inside.body)
    first, *others = inside.body
    return (f"{pad}- {first[indent + 2 :]}", *others)


def flow(value: Plain) -> str:
    """A value on one line, as it may stand inside brackets; a list there has no way to hold nothing (``None``)."""
    if isinstance(value, dict):
        fields = (f"{_line(key, inside=True)}: {flow(each)}".rstrip() for key, each in value.items())
        return f"{{{', '.join(fields)}}}"
    if isinstance(value, list):
        return f"[{', '.join(flow(each) for each in value)}]"
    return "" if value is None else _line(value, inside=True)


def styled(text: str, style: str, indent: int, column: int) -> Lines:
    """A text in this style where that keeps every character of it, else in the nearest one that does.

    ``style`` is the character that begins it: a quote of either kind, ``>`` or ``|``; anything else is plain.
    """
    if style == '"':
        return Lines(_double(text))
    if style == "'" and text.isprintable():
        return Lines(_single(text))
    if style == ">" and _foldable(text):
        return _folded(text, indent)
    if (style == "|" or "\n" in text[:-1]) and _literal(text):
        return Lines("|" if text.endswith("\n") else "|-", tuple(" " * indent + line if line else "" for line in
                                                                 text.removesuffix("\n").split("\n")))  # fmt: skip
    line = _line(text)
    return _folded(text, indent) if column + len(line) > WIDTH and _foldable(text) else Lines(line)


def _folded(text: str, indent: int) -> Lines:
    lines = textwrap.wrap(text, max(WIDTH - indent, 40), break_long_words=False, break_on_hyphens=False)
    return Lines(">-", tuple(" " * indent + line for line in lines))


def _line(text: str, *, inside: bool = False) -> str:
    """A text on one line; ``inside`` brackets more characters have a meaning."""
    if _plain(text) and not (inside and (_FLOW.search(text) or ":" in text)):
        return text
    escaped = '"' in text or "\\" in text
    return _single(text) if escaped and text.isprintable() else _double(text)


def _plain(text: str) -> bool:
    return (
        _LEAD.match(text) is not None
        and text.isprintable()
        and text.casefold() not in _AMBIGUOUS
        and not _BREAKING.search(text)
    )


def _single(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _double(text: str) -> str:
    quoted = json.dumps(text, ensure_ascii=False)
    return "".join(each if each.isprintable() else _escape(ord(each)) for each in quoted)


def _escape(code: int) -> str:
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _foldable(text: str) -> bool:
    """Whether a line break between any two words, and nothing else, can stand for each space."""
    return bool(text) and text.isprintable() and text == " ".join(text.split())


def _literal(text: str) -> bool:
    lines = text.removesuffix("\n").split("\n")
    return (
        bool(lines[0].strip())
        and not text.startswith(" ")
        and bool(lines[-1])
        and all(line.isprintable() and not line.endswith(" ") for line in lines)
    )


def _is_short_list(value: Plain) -> bool:
    return (
        isinstance(value, list)
        and all(isinstance(each, str) and " " not in each and _plain(each) for each in value)
        and len(flow(value)) <= _SHORT_LIST
    )
