"""Drafts that have a shape of their own: poems, letters, lists, code, a choice among options."""

from __future__ import annotations

import re
from collections.abc import Callable

from constitution.providers.simulator.drafts.topic import Topic
from constitution.providers.simulator.language import content_words
from constitution.providers.simulator.seeds import Seed

Form = Callable[[str, Topic, Seed], tuple[str, ...]]
"""The paragraphs of a draft, from the prompt's text and its topic."""
_WRITE = (
    r"\b(?:write|compose|draft|create|generate|make|tell|give|plan|come up with|complete|continue|suggest|add)"
    r"\b.{0,60}\b"
)
_OPTIONS = re.compile(
    r"\b(?:output|answer|select|respond with|say|classify .{0,60} into|one of|(?:categories|candidates"
    r"|options) include):? "
    r"(?P<list>[^.\n]{3,160}(?:\bor\b|,)[^.\n]{1,60})",
    re.IGNORECASE,
)
_LETTERED = re.compile(r"\(([A-E])\)\s*([^\n(]{1,60})")


def form_of(text: str) -> Form | None:
    """The shape that the prompt asks for; None where it asks for plain sentences."""
    head = text[:600]
    for pattern, form in _FORMS:
        if pattern.search(head):
            return form
    return choice if _LETTERED.search(text[:4000]) or options_in(head) else None


def _title(words: str) -> str:
    return words[:1].upper() + words[1:]


def poem(_text: str, topic: Topic, seed: Seed) -> tuple[str, ...]:
    """Four lines."""
    first = seed.one(
        "poem/first",
        (
            f"I went out early, thinking of {topic.thing},",
            f"The morning had a word for {topic.thing},",
            f"Somebody asked the rain about {topic.thing},",
        ),
    )
    second = seed.one(
        "poem/second", ("the street was empty and the light was low;", "and nobody was up to hear it said;")
    )
    third = seed.one("poem/third", ("a window opened, someone began to sing,", "a bird upon the wire shook its wing,"))
    last = seed.one("poem/last", ("and then I knew as much as I would know.", "and all the rest went quietly to bed."))
    return ("\n".join((first, second, third, last)),)


def haiku(_text: str, topic: Topic, seed: Seed) -> tuple[str, ...]:
    """Three lines that nobody has counted."""
    last = seed.one("haiku", ("a gate left open.", "the kettle begins.", "first light on the wall."))
    return (f"{_title(topic.thing)} at dawn,\nthe long grass leaning one way,\n{last}",)


def story(_text: str, topic: Topic, seed: Seed) -> tuple[str, ...]:
    """Four or five sentences."""
    name = seed.one("story/name", ("Mira", "Tomas", "Ines", "Okoro"))
    place = seed.one(
        "story/place", ("in the last house before the harbour", "above the bakery", "at the end of the tram line")
    )
    turn = seed.one(
        "story/turn",
        (
            "Then a letter came with no sender and only four words in it.",
            "Then the lights went out along the whole street.",
            "Then somebody knocked, twice, and went away again.",
        ),
    )
    text = (
        f"{name} lived {place} and had long stopped thinking about {topic.thing}. The evenings were quiet, and the "
        f"clock in the hall was always seven minutes slow. {turn} {name} read it as a sign, put on a coat and left the "
        "door open. By the time the clock struck, everything in the room was as it had been, except for the chair."
    )
    return (text,)


def letter(text: str, topic: Topic, seed: Seed) -> tuple[str, ...]:
    """A short letter or e-mail, with a subject where it is an e-mail."""
    subject = (f"Subject: {_title(topic.thing)}",) if re.search(r"e-?mail", text[:400], re.IGNORECASE) else ()
    ask = seed.one(
        "letter",
        (
            "Could you let me know by Friday whether that suits you?",
            "I would be glad to talk about it this week, by phone or in person.",
            "If another day suits you better, tell me and I will make room for it.",
        ),
    )
    body = f"I am writing about {topic.thing}. In short, here is how it looks from my side and what I would ask of you."
    return (*subject, "Hello,", f"{body} {ask}", "Kind regards")


def note(_text: str, topic: Topic, seed: Seed) -> tuple[str, ...]:
    """Two or three lines."""
    close = seed.one(
        "note", ("Write to me if anything changes.", "Thank you for bearing with me.", "I will be in touch soon.")
    )
    return (
        f"Hello, a short note about {topic.thing}.",
        f"The main points are settled, and the rest can wait a day. {close}",
    )


def joke(_text: str, topic: Topic, seed: Seed) -> tuple[str, ...]:
    """A question and its answer."""
    answer = seed.one(
        "joke",
        (
            "Because the punch line was already taken.",
            "It wanted to be ahead of the queue.",
            "Nobody knows, but the chicken is under suspicion.",
        ),
    )
    first = f"Have you heard the one about {topic.thing} that wanted to cross the road?"
    return (f"{first} {answer} I have a longer one, but it needs a chair and some patience.",)


_FUNCTIONS = (
    (r"sort", "sort_down", "values", "return sorted(values, reverse=True)"),
    (r"count", "count", "values, wanted", "return sum(value == wanted for value in values)"),
    (r"sum\b", "total", "first, last", "return sum(range(first, last + 1))"),
    (r"revers", "backwards", "text", "return text[::-1]"),
)


def code(text: str, topic: Topic, seed: Seed) -> tuple[str, ...]:
    """A small Python function, with a word on how to try it."""
    known = next((made for cue, *made in _FUNCTIONS if re.search(cue, text[:400], re.IGNORECASE)), None)
    if known is None:
        telling = [word for word in content_words(topic.thing) if word.isidentifier() and word.isascii()]
        known = [telling[0] if telling else "answer", "values", "return [value for value in values if value]"]
    name, arguments, body = known
    tip = seed.one(
        "code",
        (
            "Try it on a list of three values first.",
            "An empty input gives an empty result, which is worth a test.",
            "The name says what comes out, so that the caller needs no comment.",
        ),
    )
    return (f"```python\ndef {name}({arguments}):\n    {body}\n```", tip)


def choice(text: str, _topic: Topic, seed: Seed) -> tuple[str, ...]:
    """One of the options that the prompt names, with the words that speak for it."""
    lettered = _LETTERED.findall(text[:4000])
    found = [f"({letter}) {what.strip()}" for letter, what in lettered] or options_in(text[:600])
    answer = seed.one("choice", found or ["Yes", "No"])
    words = content_words(text[200:2000]) or content_words(text)
    shown = " and ".join(f"“{word}”" for word in seed.some("choice/words", words, 2))
    return (f"{_title(answer)}. What speaks for it are the words {shown}." if shown else f"{_title(answer)}.",)


def options_in(text: str) -> list[str]:
    """The options of a phrase such as ``positive, negative or mixed``."""
    match = _OPTIONS.search(text)
    if match is None:
        return []
    raw = re.split(r",|\bor\b|\band\b", match["list"])
    options = [option.strip(" \"'“”()‘’") for option in raw]
    return [option for option in options if 3 <= len(option) <= 24 and len(option.split()) <= 3]


def _form(words: str) -> re.Pattern[str]:
    return re.compile(_WRITE + rf"(?:{words})\b", re.IGNORECASE | re.DOTALL)


_FORMS: tuple[tuple[re.Pattern[str], Form], ...] = (
    (_form(r"haiku"), haiku),
    (_form(r"poem|lyrics|song|limerick|verse|rhyme"), poem),
    (_form(r"story|scene|opening paragraph|tale|fable"), story),
    (_form(r"e-?mail|letter"), letter),
    (_form(r"note|message|post|text message|invitation|card"), note),
    (_form(r"jokes?|roast"), joke),
    (
        re.compile(r"\b(?:write|generate|create)\b.{0,30}\b(?:python|javascript|code|function|program|script)\b", re.I),
        code,
    ),
)
