"""Where each value of a YAML file stands in its text, to the character, so that one can be changed alone."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any

import yaml

from constitution.core.places import Path
from constitution.core.strict_yaml import LOADER

_BREAK = re.compile(r"\r\n|\r|\n")
_KEEPS = re.compile(r"[>|](?:[1-9]?\+)")


@dataclass(frozen=True, slots=True)
class Span:
    """A value, from ``start`` up to ``end`` in the text; the end of a block is that of its last line."""

    value: str | list[Span] | dict[str, Span]
    start: int
    end: int
    column: int
    """Of ``start``, from 0."""
    style: str
    """Of a text: the character that begins it, if not plain. Of a collection: ``flow`` or ``block``."""
    key: tuple[int, int] | None = None
    """From where to where its key stands, in a mapping."""

    @property
    def flows(self) -> bool:
        """Whether it is a collection in brackets: what is inside stays on the line."""
        return self.style == "flow"

    def at(self, path: Path) -> Span | None:
        """What the path leads to, if it leads anywhere."""
        here: Span | None = self
        for part in path:
            inside = here.value if here else None
            if isinstance(inside, dict) and isinstance(part, str):
                here = inside.get(part)
            elif isinstance(inside, list) and isinstance(part, int) and 0 <= part < len(inside):
                here = inside[part]
            else:
                return None
        return here


def spans(text: str) -> Span:
    """The tree of a text that ``strict_yaml.parse`` takes; only such a text may be given."""
    hidden = len(text) - len(text.removeprefix("\ufeff"))
    grower = _Grower(text, hidden)
    for event in yaml.parse(text[hidden:], Loader=LOADER):
        grower.take(event)
    assert grower.root is not None  # an empty text is not taken
    return grower.root


def line_end(text: str, at: int) -> int:
    """Where the line that holds this place ends, before its break."""
    found = _BREAK.search(text, at)
    return found.start() if found else len(text)


def line_start(text: str, at: int) -> int:
    """Where the line that holds this place begins."""
    return max(text.rfind("\n", 0, at), text.rfind("\r", 0, at)) + 1


def after_break(text: str, at: int) -> int:
    """The place after the line break that stands here, or the same place where there is none."""
    found = _BREAK.match(text, at)
    return found.end() if found else at


def _column(event: yaml.Event) -> int:
    return event.start_mark.column if event.start_mark else 0


class _Grower:
    """Grows the tree from the parser's events."""

    def __init__(self, text: str, hidden: int) -> None:
        self.text = text
        self.starts = [hidden, *(found.end() for found in _BREAK.finditer(text))]
        self.root: Span | None = None
        self._open: list[Span] = []
        self._keys: list[Span | None] = []

    def take(self, event: yaml.Event) -> None:
        if isinstance(event, yaml.ScalarEvent):
            start = self._place(event.start_mark)
            end = self._place(event.end_mark)
            style = event.style or ""
            if style in (">", "|"):
                end = self._last_line(start, end)
            self._add(Span(event.value, start, end, _column(event), style))
        elif isinstance(event, yaml.CollectionStartEvent):
            start = self._place(event.start_mark)
            value: list[Span] | dict[str, Span] = [] if isinstance(event, yaml.SequenceStartEvent) else {}
            style = "flow" if event.flow_style else "block"
            self._open.append(Span(value, start, start, _column(event), style))
            self._keys.append(None)
        elif isinstance(event, yaml.CollectionEndEvent):
            done = self._open.pop()
            self._keys.pop()
            inside = list(done.value.values()) if isinstance(done.value, dict) else done.value
            last = inside[-1].end if isinstance(inside, list) and inside else done.end
            self._add(replace(done, end=self._place(event.end_mark) if done.flows else last))

    def _add(self, made: Span) -> None:
        if not self._open:
            self.root = made
            return
        inside, key = self._open[-1].value, self._keys[-1]
        if isinstance(inside, list):
            inside.append(made)
        elif isinstance(inside, dict) and key is None:
            self._keys[-1] = made
        elif isinstance(inside, dict) and key is not None:
            inside[str(key.value)] = replace(made, key=(key.start, key.end))
            self._keys[-1] = None

    def _place(self, mark: Any) -> int:
        return self.starts[mark.line] + mark.column if mark.line < len(self.starts) else len(self.text)

    def _last_line(self, start: int, end: int) -> int:
        """The end of a block's last line; empty lines below it are no part of it, unless it keeps them."""
        raw = self.text[start:end]
        if not _KEEPS.match(raw):
            return start + len(raw.rstrip())
        last = re.search(r"(?:\r\n|\r|\n)\Z", raw)
        return end - len(last.group()) if last else end
