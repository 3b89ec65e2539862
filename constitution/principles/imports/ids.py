"""Ids for principles that have none: a few key words of their text, the same for the same file."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence

from constitution.core.digest import digest
from constitution.principles.words import NAME

KEY_WORDS = 5
LONGEST = 48
MANY = 6
"""From so many texts on, a word that stands in more than half of them tells none from another."""

_WORD = re.compile(r"[a-z0-9]+(?:'[a-z]+)?")
_SMALL = frozenset(
    _WORD.findall(
        "a an and any are as at be been but by can could did does every for from had has have how i if in into "
        "is it its just may might more most must of on or other others our shall should so some such than that "
        "the their them then there these they this those to too us very was we were what when where whether which "
        "while who will with would you your ai assistant assistant's response responses answer answers last "
        "please specific ways way also always sure all out"
    )
)
_VERBS = frozenset(("rewrite", "identify", "discuss", "explain", "make", "remove", "point", "choose", "say"))
"""Left out too, but for the first word of a text: an id without its verb may say the contrary."""
_NEGATIONS = frozenset(("do", "not", "never", "no", "don't", "cannot", "can't", "avoid", "without"))
"""Never left out, however common."""


def slug(text: str) -> str:
    """The text as an id: small letters, digits and dashes; empty where it has none of them.

    >>> slug("Über Privacy & Trust")
    'uber-privacy-trust'
    """
    words = "-".join(re.findall(r"[a-z0-9]+", _ascii(text).replace("'", "")))
    return words if len(words) <= LONGEST else words[: max(words.rfind("-", 0, LONGEST + 1), 0) or LONGEST]


def kept(name: str) -> str:
    """The id that somebody gave, as ours may be written; empty where nothing of it is left.

    >>> kept("Privacy.No_Doxxing 2")
    'privacy.no_doxxing-2'
    """
    text = re.sub(r"[^a-z0-9._-]+", "-", _ascii(name)).strip("-._")[:LONGEST].rstrip("-._")
    return text if re.fullmatch(NAME, text) else ""


def from_texts(texts: Sequence[str]) -> list[str]:
    """An id for each text, of those of its words that tell it from the others; equal texts get equal ids."""
    words = [_WORD.findall(_ascii(text)) for text in texts]
    spread = Counter(word for each in words for word in set(each))
    common = {word for word, count in spread.items() if len(texts) >= MANY and 2 * count > len(texts)}
    common -= _NEGATIONS
    return [_named(text, each, common) for text, each in zip(texts, words, strict=True)]


def once(names: Iterable[str]) -> list[str]:
    """The same names, with a number at each one that stood before.

    >>> once(["a", "b", "a", "a-2"])
    ['a', 'b', 'a-2', 'a-2-2']
    """
    taken: set[str] = set()
    given = []
    for name in names:
        number, free = 1, name
        while free in taken:
            number += 1
            free = f"{name}-{number}"
        taken.add(free)
        given.append(free)
    return given


def _named(text: str, words: Sequence[str], common: set[str]) -> str:
    every = list(dict.fromkeys(words))
    telling = [
        word for place, word in enumerate(every)
        if word not in _SMALL and word not in common and not (place and word in _VERBS)
    ]  # fmt: skip
    made = slug(" ".join(re.sub(r"'s$", "", word) for word in (telling if len(telling) > 1 else every)[:KEY_WORDS]))
    return made or f"p-{digest(text)[:12]}"  # a script without Latin letters


def _ascii(text: str) -> str:
    """Letters without their accents, in lower case, with plain apostrophes."""
    plain = unicodedata.normalize("NFKD", text.replace("’", "'").replace("ß", "ss"))
    return "".join(each for each in plain if not unicodedata.combining(each)).casefold()
