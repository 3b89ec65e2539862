"""Changes one value of a YAML text where it stands; every line beside it stays as it is, byte for byte."""

from __future__ import annotations

import re
from collections.abc import Sequence

from constitution.core.places import Path, Plain
from constitution.principles.spans import Span, after_break, line_end, line_start, spans
from constitution.principles.writing import Lines, block, flow, item, styled

_HEADER = re.compile(r"[>|][-+0-9]*([ \t]+#[^\r\n]*)?")


def replaced(text: str, path: Path, value: Plain) -> str:
    """The text in which this value, which is there, is another; texts keep their style where they can."""
    root = spans(text)
    old, parent = _there(root, path), _there(root, path[:-1])
    if parent.flows:
        lead = " " if old.key and text[old.start - 1 : old.start] == ":" else ""
        return text[: old.start] + lead + flow(value) + text[old.end :]
    indent = parent.column + 2
    if isinstance(value, str):
        made = styled(value, old.style, indent, old.column)
    elif old.flows and (old.value or old.key is None):
        made = Lines(flow(value))
    else:
        made = block(value, _inside(text, old, parent), old.column)
    if old.key is None:
        return _at_its_dash(text, old, made)
    if _below_key(text, old):
        return _below(text, old, made, parent)
    return _beside(text, old, made)


def inserted(text: str, path: Path, key: str, value: Plain, order: Sequence[str]) -> str:
    """The text in which the mapping at ``path`` has one more field, after those that come before it in ``order``."""
    mapping = _there(spans(text), path)
    fields = mapping.value if isinstance(mapping.value, dict) else {}
    before = [name for name in fields if name in order and key in order and order.index(name) < order.index(key)]
    last = fields[before[-1] if before else list(fields)[-1]]
    if mapping.flows:
        return text[: last.end] + f", {key}: {flow(value)}" + text[last.end :]
    lines = block({key: value}, mapping.column).body
    return _after_line(text, last.end, lines)


def added(text: str, path: Path, position: int, value: Plain) -> str:
    """The text in which the list at ``path`` has one more item; it is not empty and the item is not its first."""
    listed = _there(spans(text), path)
    last = listed.value[position - 1] if isinstance(listed.value, list) else listed
    if listed.flows:
        return text[: last.end] + f", {flow(value)}" + text[last.end :]
    return _after_line(text, last.end, item(value, listed.column))


def removed(text: str, path: Path) -> str:
    """The text without this field or item, which is not the only one of its mapping or list."""
    root = spans(text)
    old, parent = _there(root, path), _there(root, path[:-1])
    inside = list(parent.value.values()) if isinstance(parent.value, dict) else parent.value
    others = inside if isinstance(inside, list) else []
    place = next(number for number, each in enumerate(others) if each is old)
    start = old.key[0] if old.key else old.start
    following = others[place + 1] if place + 1 < len(others) else None
    next_start = (following.key[0] if following.key else following.start) if following else None
    if parent.flows:
        if next_start is not None:
            return text[:start] + text[next_start:]
        return text[: others[place - 1].end] + text[old.end :]
    begin, end = line_start(text, start), line_end(text, old.end)
    if old.key is None:
        begin_item = text.rfind("-", begin, start) if start > begin else begin
        if not text[begin:begin_item].strip(" "):
            return text[:begin] + text[after_break(text, end) :]
        return text[:begin_item] + text[parent_next(text, following, end) :]
    if not text[begin:start].strip(" "):
        return text[:begin] + text[after_break(text, end) :]
    between = "" if next_start is None else text[end:next_start]
    return text[:start] + text[next_start if next_start is not None and not between.strip() else end :]


def parent_next(text: str, following: Span | None, end: int) -> int:
    """Where the dash of the following item stands; ``end`` where there is none."""
    return text.rfind("-", end, following.start) if following else end


def _there(root: Span, path: Path) -> Span:
    found = root.at(path)
    if found is None:
        raise KeyError(path)  # the callers look before they change
    return found


def _inside(text: str, old: Span, parent: Span) -> int:
    """Where the lines of a collection begin: where those of the old one did, if they may."""
    if old.key is None:
        return old.column
    return old.column if _below_key(text, old) and old.style == "block" else parent.column + 2


def _below_key(text: str, old: Span) -> bool:
    """Whether the value begins on a line of its own, below its key."""
    return old.key is not None and line_start(text, old.key[1]) != line_start(text, old.start)


def _beside(text: str, old: Span, made: Lines) -> str:
    """On the line of its key; a comment there stays."""
    header = _HEADER.match(text, old.start) if old.style in (">", "|") else None
    note = (header.group(1) or "") if header else ""
    end = line_end(text, old.end)
    before = text[: old.start]
    lead = " " if before.endswith(":") and made.head else ""
    if not made.body:
        return before + lead + made.head + note + text[old.end :]
    note = note or text[old.end : end].rstrip()
    head = before + lead + made.head if made.head else before.rstrip(" ")
    return head + note + _broken(text, made.body) + text[end:]


def _below(text: str, old: Span, made: Lines, parent: Span) -> str:
    """On lines of its own where those of the old value are, or else on the line of its key."""
    end = line_end(text, old.end)
    if not made.head and made.body and old.style == "block":
        dash = made.body[0].lstrip().startswith("-")
        if old.column > parent.column or (dash and old.column == parent.column):
            return text[: old.start] + _broken(text, made.body)[len(_newline(text)) + old.column :] + text[end:]
    begin = line_start(text, old.start)
    cut = text[:begin] + text[after_break(text, end) :]
    colon = cut.index(":", old.key[1] if old.key else begin) + 1
    key_end = line_end(cut, colon)
    return (
        cut[:colon]
        + (f" {made.head}" if made.head else "")
        + cut[colon:key_end].rstrip()
        + (_broken(text, made.body) if made.body else "")
        + cut[key_end:]
    )


def _at_its_dash(text: str, old: Span, made: Lines) -> str:
    """An item of a list, after its dash."""
    if not made.body:
        return text[: old.start] + made.head + text[old.end :]
    end = line_end(text, old.end)
    if made.head:
        header = _HEADER.match(text, old.start) if old.style in (">", "|") else None
        note = (header.group(1) or "") if header else text[old.end : end].rstrip()
        return text[: old.start] + made.head + note + _broken(text, made.body) + text[end:]
    return text[: old.start] + _broken(text, made.body)[len(_newline(text)) + old.column :] + text[end:]


def _after_line(text: str, at: int, lines: Sequence[str]) -> str:
    end = line_end(text, at)
    return text[:end] + _broken(text, lines) + text[end:]


def _broken(text: str, lines: Sequence[str]) -> str:
    """The lines, a break of the file's kind before each."""
    return "".join(f"{_newline(text)}{line}" for line in lines)


def _newline(text: str) -> str:
    found = re.search(r"\r\n|\r|\n", text)
    return found.group() if found else "\n"
