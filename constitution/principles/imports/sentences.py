"""A plain list of sentences, as text or markdown: one principle each, headings become groups."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from constitution.core.places import Plain
from constitution.principles.imports.emphasis import carries_on, titled, unmarked
from constitution.principles.imports.given import Entry, Found, Given, put_extra
from constitution.principles.imports.json_tree import BREAK
from constitution.principles.imports.questions import compares

_HEADING = re.compile(r"#{1,6}\s+(.+?)\s*#*")
_UNDERLINE = re.compile(r"=+|-{2,}")
_RULE_OFF = re.compile(r"(?:[-*_]\s*){3,}")
_BULLET = re.compile(r"(\s*)(?:[-*+•–]|\(?\d{1,3}[.)])\s+(?:\[[ xX]\]\s+)?(.*)")
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_STARTS_LOW = re.compile(r"[a-z(]")
_FENCE = ("```", "~~~")
_LONGEST_HEADING = 6
"""Words of a heading that no mark shows to be one."""


@dataclass
class _Item:
    """A sentence and where it begins; ``points`` stand beneath it."""

    text: str
    line: int
    column: int
    heading: str
    bullet: bool
    points: list[str] = field(default_factory=list)


def sentences(given: Given) -> Found | None:
    """Bullets and numbered lines, or without any of those each line; None for another kind of file.

    Prose around the bullets, tables and code are listed as not mapped. A bold beginning that a colon or a full stop
    ends is the title; a short line before the items, or with a colon at its end, is a heading.
    """
    if given.kind not in ("txt", "md", "markdown"):
        return None
    given.speakable()
    found = Found()
    text = _COMMENT.sub(lambda hidden: re.sub(r"[^\n]", "", hidden.group()), given.text)
    items = _Reader(BREAK.split(text), given, found).items
    bulleted = any(item.bullet for item in items)
    prose = [item for item in items if bulleted and not item.bullet]
    for item in prose:
        where = given.place(item.line, item.column)
        found.leave(where, f"prose outside the list: {_short(item.text)!r}; kept under `extra: prose`")
    if prose:
        put_extra(found.about, "prose", [item.text for item in prose])
    found.entries += [_entry(item, given, found) for item in items if item.text and (item.bullet or not bulleted)]
    return found


class _Reader:
    """Takes one line after the other and gathers the sentences, in the order of the file."""

    def __init__(self, lines: list[str], given: Given, found: Found) -> None:
        self.given = given
        self.found = found
        self.items: list[_Item] = []
        self._top = [line for line in lines if line.startswith("# ")]
        self._heading = ""
        self._fence = ""
        self._open = False
        self._indent = 0
        self._lines = lines
        self._bulleted = any(_BULLET.fullmatch(line.expandtabs(4)) for line in lines)
        for number, raw in enumerate(lines, 1):
            self._take(number, raw, raw.strip())

    def _take(self, number: int, raw: str, line: str) -> None:
        last = self.items[-1] if self.items else None
        if self._fence or line.startswith(_FENCE):
            self._fenced(number, line)
        elif made := _HEADING.fullmatch(line):
            self._headed(raw, made.group(1))
        elif self._open and last and not last.bullet and _UNDERLINE.fullmatch(line):
            self._headed(raw, self.items.pop().text)
        elif not line or _RULE_OFF.fullmatch(line):
            self._open = False
        elif line.startswith("|"):
            self.found.leave(self.given.place(number), f"a row of a table is left out: {_short(line)!r}")
        elif bullet := _BULLET.fullmatch(raw.expandtabs(4)):
            self._bullet(number, len(bullet.group(1)), bullet.group(2).strip())
        elif self._heads(number, raw, line):
            self._headed(raw, unmarked(line).rstrip(":").strip())
        elif last and _continues(raw, last, self._open):
            _lengthen(last, line)
        else:
            column = len(raw) - len(raw.lstrip()) + 1
            self.items.append(_Item(line, number, column, self._heading, bullet=False))
            self._open = True

    def _fenced(self, number: int, line: str) -> None:
        if not self._fence:
            self.found.leave(self.given.place(number), "a block of code is left out")
            self._fence = line[:3]
        elif line.startswith(self._fence):
            self._fence = ""
        self._open = False

    def _headed(self, raw: str, heading: str) -> None:
        """A first and only heading of the highest kind is the title of the whole."""
        whole = [raw] == self._top and not self.items
        if whole:
            self.found.about["title"] = heading
        self._heading, self._open = "" if whole else heading, False

    def _heads(self, number: int, raw: str, line: str) -> bool:
        """Whether a short line without a mark is the heading of what follows it."""
        text = unmarked(line).rstrip("*_")
        after = self._lines[number:]
        following = next((each for each in after if each.strip()), "")
        listed = bool(_BULLET.fullmatch(following.expandtabs(4)))
        if raw[:1].isspace() or not following or len(text.split()) > _LONGEST_HEADING or self._bulleted > listed:
            return False
        if text.endswith(":"):
            return not (self._open and _STARTS_LOW.match(line))
        alone = not self._open and (listed or not after[0].strip()) and not text.endswith((".", "!", "?", ";", ","))
        if alone and not listed:
            alone = text[:1].isupper() and following.rstrip().endswith((".", "!", "?")) and len(text.split()) <= 4
            if alone:
                self.found.leave(self.given.place(number), f"{_short(text)!r} is taken as the heading of what follows")
        return alone

    def _bullet(self, number: int, indent: int, text: str) -> None:
        if indent > self._indent and self.items and self.items[-1].bullet:
            self.items[-1].points.append(text)
        else:
            self._indent = indent
            self.items.append(_Item(text, number, indent + 1, self._heading, bullet=True))
        self._open = True


def _continues(raw: str, last: _Item, still_open: bool) -> bool:
    """Whether the line goes on with the sentence above it."""
    if last.bullet:
        return still_open or raw[:1] in (" ", "\t")
    return still_open and not last.text.endswith((".", "!", "?", ";", ":")) and bool(_STARTS_LOW.match(raw.strip()))


def _lengthen(item: _Item, line: str) -> None:
    if item.points:
        item.points[-1] = f"{item.points[-1]} {line}".strip()
    else:
        item.text = f"{item.text} {line}".strip()


def _entry(item: _Item, given: Given, found: Found) -> Entry:
    place = given.place(item.line, item.column)
    title, said = titled(item.text)
    if carries_on(item.heading):
        title, said = "", f"{item.heading.rstrip(':')}: {said}"
        found.leave(
            place, f"the heading {_short(item.heading)!r} is part of what this says: it was put before the rule"
        )
    fields: dict[str, Plain] = {"title": title} if title else {}
    fields["preference_question" if compares(said) else "rule"] = said
    if item.points:
        points: list[Plain] = [*item.points]
        found.leave(place, f"{len(points)} point(s) beneath {_short(item.text)!r}; kept under `extra: points`, "
                    "where no model sees them: write them into the rule, or as `exceptions`")  # fmt: skip
        put_extra(fields, "points", points)
    return Entry(fields=fields, place=place, group=item.heading)


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:59] + "…"
