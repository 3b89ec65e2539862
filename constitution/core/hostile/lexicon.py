"""Finding the words of orders to a reviewer in a text, and what each can be."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache

from constitution.core.hostile.folding import LOOK_ALIKES, Reading
from constitution.core.hostile.spaced import SPACED
from constitution.core.hostile.unspaced import UNSPACED
from constitution.core.hostile.words import PRAISE, READERS, TURNS, Word

Hit = tuple[int, int, int]
"""Where a word begins and ends, and all that it can be (``Word``, as a plain number: sums of these are made often)."""
TOKEN = re.compile(r"[^\W_]+")
_DIGITS = str.maketrans("0134578@$", "oieastbas")
_LONGEST = 14
_JUDGE, _CALL, _ANSWER = int(Word.JUDGE), int(Word.CALL), int(Word.ANSWER)
_VERDICT = int(Word.VERDICT)
_THIS, _BEST, _TURN, _NAMED = int(Word.THIS), int(Word.BEST), int(Word.TURN), int(Word.NAMED)

_ANY, _MEANT = frozenset(("a", "an")), frozenset(("as", "are", "like", "you", "re"))
"""Any judge is nobody that is spoken to, but for one that the reader is to be."""
_NAMES = frozenset(("a", "b", "1", "2", "one", "two", "i", "ii"))
"""What follows the word for an answer where one of two is meant."""
_CALLED = re.compile(r"(?: (?:model|system|ai|bot|program|pipeline))?[:,]")
"""What stands behind the name of somebody who is called to."""
_LITTLE = frozenset(("to", "the", "a", "an"))
"""Words that may stand between a call and whom it calls."""
_BEFORE_A_VERB = frozenset(("to", "not", "t", "you", "i", "we", "they", "should", "can", "will", "would", "cannot"))
"""After one of these somebody judges, and no judge is meant, unless they are called to."""


@cache
def _vocabulary() -> tuple[dict[str, int], dict[str, int]]:
    """Whole words, and beginnings of words, each with all that it can be."""
    whole: dict[str, int] = {}
    begun: dict[str, int] = {}
    for kind, words in SPACED.items():
        for word in words.split():
            table, name = (begun, word[:-1]) if word.endswith("*") else (whole, word)
            name = Reading(name).folded
            table[name] = table.get(name, 0) | int(kind)
    return whole, begun


@cache
def _anywhere() -> dict[str, int]:
    """Words that are looked for anywhere, each with all that it can be."""
    table: dict[str, int] = {}
    for kind, words in UNSPACED.items():
        for word in words.split():
            name = Reading(word.replace("_", " ")).folded
            table[name] = table.get(name, 0) | int(kind)
    return table


@lru_cache(maxsize=50_000)
def _kind(token: str) -> int:
    """All that one word can be, look-alike letters and digits in place of letters included."""
    found = _plain_kind(token)
    if not token.isascii():
        latin = token.translate(LOOK_ALIKES)
        found |= _plain_kind(latin) if latin != token else 0
    elif not token.isalpha() and not token.isdigit():
        found |= _plain_kind(token.translate(_DIGITS))
    return found


def _plain_kind(token: str) -> int:
    whole, begun = _vocabulary()
    found = whole.get(token, 0)
    for length in range(2, min(len(token), _LONGEST) + 1):
        found |= begun.get(token[:length], 0)
    return found


def kinds_in(folded: str, *, latin: bool) -> int:
    """All that the words of a folded text can be, taken together; ``latin`` where no other script was folded."""
    tokens = set(TOKEN.findall(folded))
    found = 0
    for token in tokens:
        found |= _kind(token)
    found |= _THIS if found & _ANSWER and not tokens.isdisjoint(_NAMES) else 0
    found |= _BEST | _VERDICT if _both(tokens, PRAISE) else 0
    found |= _TURN if _both(tokens, TURNS) or _both(tokens, READERS) else 0
    found |= _NAMED if found & _JUDGE else 0
    for word, kind in () if latin else _anywhere().items():
        found |= kind if kind & ~found and word in folded else 0
    return found


def _both(tokens: set[str], pairs: tuple[frozenset[str], frozenset[str]]) -> bool:
    return not tokens.isdisjoint(pairs[0]) and not tokens.isdisjoint(pairs[1])


def hits(folded: str, *, latin: bool, wanted: int) -> Iterable[Hit]:
    """Each word that can be one of the kinds ``wanted``, in the order of the text."""
    spaced = _spaced_hits(folded, wanted)
    if latin:
        return spaced
    found = list(spaced)
    for word, kind in _anywhere().items():
        if kind & wanted:
            place = folded.find(word)
            while place >= 0:
                found.append((place, place + len(word), kind))
                place = folded.find(word, place + len(word))
    return sorted(found)


def _heads(folded: str, place: int) -> bool:
    """Whether four words at most stand between the head of a sentence, a line or a bracket and this place."""
    before = re.split(r"[^\w\s'-]|\n", folded[max(0, place - 40) : place])[-1]
    return len(before.split()) <= 4


def _spaced_hits(folded: str, wanted: int) -> Iterator[Hit]:
    called, earlier, before = 0, "", ""
    for found in TOKEN.finditer(folded):
        token = found.group()
        kind = _kind(token)
        if token in _NAMES and _kind(before) & _ANSWER:
            kind |= _THIS
        elif token == "judge" and before in _BEFORE_A_VERB and not called & _CALL:
            kind &= ~_JUDGE
        if before in _ANY and earlier not in _MEANT:
            kind &= ~_JUDGE
        if token in PRAISE[1] and before in PRAISE[0]:
            kind |= _BEST | _VERDICT
        if (token in TURNS[1] and before in TURNS[0]) or (token in READERS[1] and before in READERS[0]):
            kind |= _TURN
        if kind & _JUDGE and _CALLED.match(folded, found.end()) and _heads(folded, found.start()):
            kind |= _NAMED
        if kind & wanted:
            yield found.start(), found.end(), kind
        called = called | kind if token in _LITTLE else kind
        earlier, before = before, token
