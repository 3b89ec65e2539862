"""Markup: elements of HTML; all other text is escaped, and what cannot be seen in it is shown by its number."""

from __future__ import annotations

import html
from collections.abc import Iterable
from itertools import groupby

from constitution.core.unseen import safe

BLOCKS = frozenset(
    ("html", "head", "title", "meta", "style", "body", "header", "main", "section", "nav", "h1", "h2", "h3", "p", "div",
     "ul", "ol", "li", "dl", "dt", "dd", "table", "caption", "thead", "tbody", "tr", "th", "td", "pre")
)  # fmt: skip
"""Elements after which a new line begins in the file."""


class Markup(str):
    """Text that is HTML already: only ``element``, ``text`` and ``joined`` make it."""

    __slots__ = ()


def element(tag: str, *children: str | None, **attributes: str | None) -> Markup:
    """The element with these children; those that are no ``Markup`` are escaped, those that are None left out.

    A trailing underscore of an attribute's name falls away, others become hyphens; an attribute of None is left out.

    >>> print(element("p", "a < b", class_="note"), end="")
    <p class="note">a &lt; b</p>
    """
    said = "".join(
        f' {name.rstrip("_").replace("_", "-")}="{html.escape(_flat(value))}"'
        for name, value in attributes.items()
        if value is not None
    )
    end = "\n" if tag in BLOCKS else ""
    if tag == "meta":
        return Markup(f"<meta{said} />{end}")
    return Markup(f"<{tag}{said}>{joined(children)}</{tag}>{end}")


def joined(children: Iterable[str | None]) -> Markup:
    """The children one after the other, as ``element`` holds them."""
    return Markup("".join(child if isinstance(child, Markup) else text(child or "") for child in children))


def text(foreign: str) -> Markup:
    """Text that may say anything: it can neither end its element nor hide or turn what is written.

    >>> text("<b>\\u202e")
    '&lt;b&gt;<span class="unseen">U+202E</span>'
    """
    if foreign.isascii() and foreign.isprintable():
        return Markup(html.escape(foreign))
    runs = groupby(foreign.replace("\r\n", "\n"), _plain)
    return Markup("".join(html.escape("".join(run)) if plain else "".join(map(_number, run)) for plain, run in runs))


def _plain(character: str) -> bool:
    """Whether a browser shows the character as what it is; those that no document may hold are not."""
    if character.isascii() and character.isprintable():
        return True
    code = ord(character)
    return safe(character) == character and code & 0xFFFE != 0xFFFE and not 0xFDD0 <= code <= 0xFDEF


def _number(character: str) -> str:
    return f'<span class="unseen">U+{ord(character):04X}</span>'


def _flat(value: str) -> str:
    """For attributes, which hold no elements: on one line, and what cannot be seen by its number."""
    return " ".join("".join(each if _plain(each) else f"U+{ord(each):04X}" for each in value).split())


def listed(*items: str, ordered: bool = False) -> Markup:
    """A list."""
    return element("ol" if ordered else "ul", *(element("li", item) for item in items))


def defined(*pairs: tuple[str, str | None]) -> Markup:
    """Names with what they stand for; those that stand for nothing are left out."""
    rows = (joined((element("dt", name), element("dd", said))) for name, said in pairs if said)
    return element("dl", *rows)


def table(heads: Iterable[str], rows: Iterable[Iterable[str]], *, caption: str = "") -> Markup:
    """A table that may be wider than the page; the first cell of a row is its head."""
    head = element("thead", element("tr", *(element("th", name, scope="col") for name in heads)))
    body = []
    for first, *others in rows:
        cells = (element("td", cell) for cell in others)
        body.append(element("tr", element("th", first, scope="row"), *cells))
    title = element("caption", caption) if caption else None
    return element("div", element("table", title, head, element("tbody", *body)), class_="wide")


def words(*children: str, lang: str | None = None, class_: str = "words") -> Markup:
    """What a person or a model wrote: its lines kept, its direction its own."""
    return element("div", *children, class_=class_, dir="auto", lang=lang)


def code(said: str) -> Markup:
    """A name, a hash, a command."""
    return element("code", said)
