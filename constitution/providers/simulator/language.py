"""Reading text as a program can: sentences, content words, the language, refusals."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass


def word_set(text: str) -> frozenset[str]:
    """The words of a text, cut at white space."""
    return frozenset(text.split())


_END = re.compile(
    # Possessive, and never begun inside a run of marks: a text of marks alone is read once.
    r"(?<![\s(]\w)(?<!\be\.g)(?<!\bi\.e)(?<!\bDr)(?<!\bMr)(?<!\bMrs)(?<![.!?…])[.!?…]++[\"'”’)*]*+(?=\s)|\n+|[。！？]+"
)
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
_BULLET = re.compile(r"\s*(?:[-*•]\s+|\d{1,3}[.)]\s+)?")
STOP = word_set(
    "a about after all also am an and any are as at be because been before being but by can could did do does doing "
    "done for from get give had has have having he her hers him his how i if in into is it its just like make may me "
    "might mine more most much my no not of on one or other our out over please put say she should so some such tell "
    "than that the their them then there these they thing things this those to too up us use very was way we were "
    "what when where which who whom whose why will with would write you your yours"
)
_COMMON = {
    "de": word_set("der die das und ich nicht ist ein eine wie kann mein meine für mit auf zu mir was bitte"),
    "es": word_set("el la los las que una como puedo mi para con por es qué cómo un me favor quiero y"),
    "fr": word_set("le la les des est une comment je mon ma pour avec que quoi un puis-je dans et vous ce"),
}
_ENGLISH = word_set("the is are a an of to how what i my you do for with and in on can it me")
_DECLINES = re.compile(
    r"\b(?:i|we)(?:['’]m| am| are)? (?:really |very |so |afraid i )?"
    r"(?:can['’]?t|cannot|can not|won['’]t|will not|wouldn['’]t|would rather not|must decline|have to decline"
    r"|decline to|(?:am )?(?:unable|not able|not going|not willing|not comfortable)|am sorry,? (?:but|i can))"
    r"|\bno,? (?:i|that)\b|\bsorry,? (?:but )?i\b|\bthat (?:is|isn['’]t) something i\b",
    re.IGNORECASE,
)
_OFFERS = re.compile(
    r"\b(?:instead|what i can do|i can help|can help (?:you )?(?:with|by)|happy to|glad to|but i can(?!['’]?t|not)"
    r"|i could(?!n['’]?t)|alternativ"
    r"|you (?:can|could|might|may)\b|help ?line|if (?:you|it|this|somebody|someone|there)\b|talk(?:ing)? to"
    r"|here (?:is|are))",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Sentence:
    """A sentence and where it stands."""

    text: str
    start: int
    end: int


def sentences(text: str) -> tuple[Sentence, ...]:
    """The sentences and lines of a text in order, list marks and outer white space left out."""
    return tuple(_pieces(text))


def _pieces(text: str) -> Iterator[Sentence]:
    start = 0
    for end in [*(match.end() for match in _END.finditer(text)), len(text)]:
        mark = _BULLET.match(text, start, end)
        first = mark.end() if mark else start
        body = text[first:end].rstrip()
        if body:
            yield Sentence(body, first, first + len(body))
        start = end


def words(text: str) -> list[str]:
    """The words in lower case."""
    return [word.lower() for word in _WORD.findall(text)]


def content_words(text: str) -> tuple[str, ...]:
    """The words that say what a text is about, once each, in order."""
    return tuple(dict.fromkeys(word for word in words(text) if len(word) > 2 and word not in STOP))


def stems(text: str) -> frozenset[str]:
    """Beginnings of the content words, so that ``plants`` and ``planting`` meet."""
    return frozenset(word[:5] for word in content_words(text))


def language_of(text: str) -> str:
    """``de``, ``es`` or ``fr`` where their small words clearly outnumber the English ones, else ``en``."""
    found = words(text[:2000])
    counts = {name: sum(word in common for word in found) for name, common in _COMMON.items()}
    best = max(counts, key=lambda name: counts[name])
    return best if counts[best] > max(1, sum(word in _ENGLISH for word in found)) else "en"


def declines(text: str) -> bool:
    """Whether a sentence says no."""
    return _DECLINES.search(text) is not None


def flatly_declines(text: str) -> bool:
    """Whether a text opens with a refusal and offers nothing in its place."""
    return declines(text[:200]) and _OFFERS.search(text) is None
