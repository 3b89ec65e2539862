"""New names and numbers: what one text speaks of and others do not; a revision that invents facts shows here.

It reads letters, not meaning (a textual check): a name is known by its capitals in the middle of a
sentence or by a shape like ``a@b.org``, so scripts without capitals have no names here, and German has too many.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache

MOST = 100
"""So many of a kind are listed."""
LONGEST = 8
"""Spaces in a name; beyond that, somebody capitalises every word."""

# Each pattern begins with the letter that it looks for and only then looks back, so that the search skips what is none.
_CAPITAL = re.compile(r"[^\Wa-z\d_](?<!\w\w)[\w'’]*+(?:[.&-](?=\w)[\w'’]++)*+")
_CAMEL = re.compile(r"[a-z](?<!\w\w)[a-z]{0,2}[A-Z]\w*+")
_ADDRESS = re.compile(r"[^\s@](?<!\S\S)[^\s@]{0,200}@[^\s@]{1,200}")
_LINK = re.compile(r"(?<!\w)(?:https?://|www\.)\S++")
_NUMBER = re.compile(r"\d(?<!\w\w)\d*+(?:[.,:/–-]\d++)*+(?:\s?%|\sper\s?cent\b)?")
_SHAPES = {"@": _ADDRESS, "://": _LINK, "www.": _LINK}
"""What tells that a text may hold one, and the shape."""
_WORD = re.compile(r"[^\W_]+")
_BETWEEN = re.compile(r" (?:(?:of|the|de|da|van|von|der|den|la|le|del|al|bin|and|for) ){0,2}")
_OPENING = re.compile(r"(?:^|[\n.!?…:;。！？\"“”«(\[*•#>-]|\n\s*\d{1,3}[.)])[\s\"'“‘*_(\[]*$")
_MARKER = re.compile(r"(?:^|\n)[\s>(*_-]*$")
_TO_TWENTY = """
zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen
eighteen nineteen twenty
"""
_SAID_AS_WORDS = {word: str(number) for number, word in enumerate(_TO_TWENTY.split())} | {
    "thirty": "30", "forty": "40", "fifty": "50", "sixty": "60", "hundred": "100", "thousand": "1000", "dozen": "12",
    "first": "1", "second": "2", "third": "3", "fourth": "4", "fifth": "5", "half": "50%", "quarter": "25%",
}  # fmt: skip
_COMMON = """
i i'm i'd i'll i've i’m i’d i’ll i’ve a an the and but or if in on at to it he she we you they this that these those my
your his her our their not no yes ok never always only do don't all any must do's don'ts please stop very so as for
from with by is are was were be can may will would should could step note warning important tip what when where who
why how
"""
_ORDERS = """
add ask bake bring buy call check choose consider contact cook cut find get give go help keep leave let listen look make
meet mix move open pick put read remember say see send set show speak start take talk tell think try turn use visit wait
watch write
"""
_VERBS = frozenset(_ORDERS.split())
"""With which an order begins, and no name."""
_NO_NAMES = frozenset(_COMMON.split()) | _SAID_AS_WORDS.keys()
"""Capitals of these are for stress, or begin a sentence."""


def new_names(text: str, sources: Iterable[str]) -> tuple[str, ...]:
    """The names in the text that hold a word of which no source speaks, as they stand, each once.

    >>> new_names("Ask Dr. Anna Roe of Oslo; I would.", ["Whom in Oslo should I ask?"])
    ('Dr. Anna Roe of Oslo',)
    """
    known: set[str] = set()
    for source in sources:
        known.update(_WORD.findall(source.casefold()))
    found = (name for name in _names(text) if not _known(name, known))
    return _first(found)


def new_numbers(text: str, sources: Iterable[str]) -> tuple[str, ...]:
    """The numbers in the text that stand in no source, in digits or as a word; numbers of a list's items are none.

    >>> new_numbers("1. Wait 2 to 3.5 hours, until 2024-05-01, for 1,000 loaves.", ["two hours, 1000 loaves"])
    ('3.5', '2024-05-01')
    """
    found = [match for match in _NUMBER.finditer(text) if not _marks(match, text)]
    if not found:
        return ()
    known: set[str] = set()
    for source in sources:
        for match in _NUMBER.finditer(source):
            known.update((_plain(match[0]), *_parts(match[0])))
        known.update(_SAID_AS_WORDS[word] for word in _WORD.findall(source.casefold()) if word in _SAID_AS_WORDS)
    return _first(said[0] for said in found if _plain(said[0]) not in known and not known.issuperset(_parts(said[0])))


def _names(text: str) -> Iterator[str]:
    """Runs of capitalised words that no sentence begins with, and words of a known shape."""
    words = cache(lambda: frozenset(_WORD.findall(text)))
    start = end = 0
    for match in _CAPITAL.finditer(text):
        if not _may_be_name(match[0]):
            continue
        if start < end and _joins(text[end : match.start()]):
            end = match.end()
            continue
        if start < end:
            yield from _run(text, start, end, words)
        start, end = match.span()
    if start < end:
        yield from _run(text, start, end, words)
    for sign, shape in _SHAPES.items():
        if sign in text:
            yield from (match[0].rstrip(".,;:!?)>]}'\"") for match in shape.finditer(text))
    yield from (match[0] for match in _CAMEL.finditer(text))


def _joins(between: str) -> bool:
    """Whether two capitalised words with this between them are one name."""
    return len(between) < 16 and (between == ". " or _BETWEEN.fullmatch(between) is not None)


def _run(text: str, start: int, end: int, words: Callable[[], frozenset[str]]) -> Iterator[str]:
    """The name; not a word with which a sentence begins, nor a heading.

    Of several words with which a sentence begins, the first is left out where it cannot be of the name.
    """
    name = text[start:end]
    if name.count(" ") > LONGEST:
        return
    if start == 0 or _OPENING.search(text[max(0, start - 12) : start]):
        first, _, rest = name.partition(" ")
        if (not rest and not _inner_capital(name)) or _heads(text, start, end):
            return
        if rest and _is_no_part(first, rest, words):
            name = rest
    yield name.removesuffix("'s").removesuffix("’s")


def _is_no_part(first: str, rest: str, words: Callable[[], frozenset[str]]) -> bool:
    """Whether the first word of a sentence cannot belong to the name after it: it is a word like any other."""
    small = first.lower()
    return small in _VERBS or _inner_capital(rest.split(" ", 1)[0]) or small in words()


def _heads(text: str, start: int, end: int) -> bool:
    """Whether the name is all that a heading says, or a line in bold."""
    before = text[text.rfind("\n", max(0, start - 20), start) + 1 : start].strip()
    after = text[end : end + 20].partition("\n")[0]
    return before[:1] in ("#", "*", "_") and not any(letter.isalnum() for letter in before + after)


def _may_be_name(word: str) -> bool:
    return word[0].isupper() and word.casefold() not in _NO_NAMES


def _inner_capital(name: str) -> bool:
    """Like McDonald, GPT-4, NATO: no sentence asks for these capitals."""
    return any(letter.isupper() or letter.isdigit() for letter in name[1:]) and " " not in name


def _known(name: str, known: set[str]) -> bool:
    return known.issuperset(word for word in _WORD.findall(name.casefold()) if len(word) > 1)


def _marks(match: re.Match[str], text: str) -> bool:
    """Whether this is the number of an item of a list."""
    after = text[match.end() : match.end() + 2]
    return len(match[0]) <= 3 and after[:1] in (".", ")") and after[1:].isspace() and bool(
        _MARKER.search(text[max(0, match.start() - 12) : match.start()])
    )  # fmt: skip


def _plain(number: str) -> str:
    """One spelling for one number: ``1,000`` and ``1000``, ``5 %`` and ``5 percent``, ``2.50`` and ``2.5``."""
    share = "%" if not number[-1].isdigit() else ""
    digits = re.sub(r",(?=\d{3}(?!\d))", "", number.partition("%")[0].partition("p")[0].strip())
    whole, dot, rest = digits.partition(".")
    tail = f".{rest}".rstrip("0").rstrip(".") if dot and rest.isdigit() else dot + rest
    return (whole.lstrip("0") or "0") + tail + share


def _parts(number: str) -> list[str]:
    """The numbers that a date, a time or a range is made of."""
    return [_plain(part) for part in re.split(r"[:/–-]|,(?!\d{3})", number) if part]


def _first(found: Iterable[str]) -> tuple[str, ...]:
    """Each once, the first so many."""
    return tuple(dict.fromkeys(found))[:MOST]
