"""The reviser: rewrites the flawed passages of a response and leaves the rest as it is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from constitution.providers.simulator.flaws import FLAWS, Flaw, Found, flaws_for
from constitution.providers.simulator.flaws.wording import TooLong
from constitution.providers.simulator.language import sentences, words
from constitution.providers.simulator.seeds import Seed
from constitution.providers.simulator.tasks import ReviseTask, Talk

_PASSES = 4
_PLAIN = ("How that turns out depends on your case.", "It is worth a second look in your case.")
"""What may stand where a passage was taken out that belongs to no known flaw."""


def revise(task: ReviseTask, seed: Seed) -> str:
    """The whole response with what the critiques name mended."""
    text = without_flaws(task.response, _kinds(task), task.talk, seed)
    for quote in task.quotes:
        text = _without(text, quote, seed)
    if task.quotes and not any(quote.strip() and quote in task.response for quote in task.quotes):
        text = _saying(text, task)
    for demand in task.demands:
        text = _adding(text, demand, task)
    # White space at the ends is no part of what was written; a passage taken out may have left some.
    return text.rstrip() if text.strip() else seed.one("plain", _PLAIN)


def without_flaws(text: str, kinds: Sequence[tuple[Flaw, str | None]], talk: Talk, seed: Seed) -> str:
    """The text with these kinds of flaw mended, each beside the exceptions that are stated."""
    for turn in range(_PASSES):
        found = [each for flaw, stated in kinds for each in flaw.find(talk, text, stated)]
        if not found:
            break
        text = _mended(text, found, talk, seed, drop=turn > 1)
    return text


def _kinds(task: ReviseTask) -> tuple[tuple[Flaw, str | None], ...]:
    """The kinds of flaw to mend, each with the exceptions stated beside it; how to do the opposite is not known."""
    told = ((norm, flaw) for norm in task.norms if not norm.opposite for flaw in flaws_for(norm))
    return tuple(dict.fromkeys((flaw, norm.exceptions) for norm, flaw in told))


def _mended(text: str, found: Sequence[Found], talk: Talk, seed: Seed, *, drop: bool) -> str:
    """One pass, from the end to the front, so that places stay true; an omission is mended at the end."""
    places: dict[tuple[int, int], list[Found]] = {}
    for each in found:
        if not each.omission:
            places.setdefault((each.start, each.end), []).append(each)
    spare = {name: list(flaw.instead) for name, flaw in {each.flaw.name: each.flaw for each in found}.items()}
    new = {}
    for (start, end), here in sorted(places.items()):
        new[start, end] = "" if drop else _rewritten(text[start:end], here, talk, spare)
    for (start, end), words_ in sorted(new.items(), reverse=True):
        text = _put(text, start, end, words_)
    for flaw in dict.fromkeys(each.flaw for each in found if each.omission and each.flaw.adds):
        text = f"{text.rstrip()} {flaw.adds}".lstrip()
    return text if text.strip() else seed.one("plain", _PLAIN)


def _rewritten(sentence: str, here: Sequence[Found], talk: Talk, spare: dict[str, list[str]]) -> str:
    """The sentence mended by its own counterpart, else by a small change, else by a careful sentence."""
    own = counterpart(sentence)
    if own is not None:
        return own
    flaws = tuple(dict.fromkeys(each.flaw for each in here))
    if any(isinstance(flaw, TooLong) for flaw in flaws):
        return ""
    swapped = _swapped(sentence, flaws)
    if swapped != sentence and len(words(swapped)) > 2 and not any(flaw.find(talk, swapped) for flaw in flaws):
        return swapped
    rest = spare[flaws[0].name]
    # Each careful sentence is used once: a second flawed sentence of the kind is dropped.
    return rest.pop(0) if rest else ""


def _swapped(sentence: str, flaws: Sequence[Flaw]) -> str:
    new = sentence
    for flaw in flaws:
        for pattern, words_ in flaw.swaps:
            new = pattern.sub(words_, new)
    return _capital(new.strip(), sentence)


def counterpart(sentence: str) -> str | None:
    """What a sentence of the table becomes when it is mended; None for any other sentence."""
    for pattern, mended in _own_lines():
        match = pattern.fullmatch(sentence)
        if match:
            return mended.replace("{topic}", match.groupdict().get("topic") or "")
    return None


@lru_cache(maxsize=1)
def _own_lines() -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple(
        (re.compile(re.escape(line).replace(r"\{topic\}", "(?P<topic>.{1,120})"), re.IGNORECASE), mended)
        for flaw in FLAWS
        for line, mended in flaw.lines
    )


def _without(text: str, quote: str, seed: Seed) -> str:
    """The text with the sentence that holds the quote rewritten, in case it still stands there."""
    start = text.find(quote) if quote.strip() else -1
    if start < 0:
        return text
    end = start + len(quote)
    touched = [sentence for sentence in sentences(text) if sentence.start < end and start < sentence.end]
    if not touched:
        return text
    alone = len(touched) == len(sentences(text))
    return _put(text, touched[0].start, touched[-1].end, seed.one(quote, _PLAIN) if alone else "")


def _saying(text: str, task: ReviseTask) -> str:
    """The text with a sentence for what it had to say and did not: a quote that is not in it names the lack."""
    asked = [phrase for norm in task.norms for phrase in re.findall(r"[\"“]([^\"”]{2,80})[\"”]", norm.text)]
    missing = [phrase for phrase in asked if phrase.lower() not in text.lower()]
    return f"{text.rstrip()} {missing[0]}." if missing else text


def _adding(text: str, demand: str, task: ReviseTask) -> str:
    """The text with a sentence that meets a demand which it left out, unless a known flaw has added its own."""
    if text != task.response:
        return text
    return f"{text.rstrip()} As for what you asked, “{demand.strip().rstrip('.')}”: start there, and go step by step."


def _put(text: str, start: int, end: int, new: str) -> str:
    """New words for a span; where there are none, the white space beside it goes as well."""
    if new:
        return text[:start] + new + text[end:]
    before, after = text[:start], text[end:]
    if not before.strip() or before.endswith("\n\n"):
        return before + after.lstrip()
    if before.endswith("\n"):
        return before + after.lstrip(" ").removeprefix("\n")
    return before.rstrip(" ") + after


def _capital(new: str, old: str) -> str:
    return new[:1].upper() + new[1:] if old[:1].isupper() else new
