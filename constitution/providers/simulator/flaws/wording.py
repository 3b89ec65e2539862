"""Flaws that a rule spells out itself: words in quotation marks that it forbids, a length that it allows."""

from __future__ import annotations

import re
from functools import lru_cache

from constitution.providers.simulator.flaws.flaw import Flaw, Found, sign
from constitution.providers.simulator.language import sentences
from constitution.providers.simulator.tasks import Norm, Talk

_FORBIDS = re.compile(
    r"\b(?:not|never|no|avoid|without|leave out|leaves? .{1,20} out|nor|stop|forbidden"
    r"|ban(?:ned)?|don['’]t)\b",
    re.I,
)
_QUOTES = re.compile(r"[\"“]([^\"“”\n]{2,80})[\"”]")
_LENGTH = re.compile(
    r"\b(?:(?:not|no) (?:more|longer) than|at most|under|fewer than|up to|within) (\d{1,5}) words\b", re.I
)


@lru_cache(maxsize=256)
def spelled_out(norm: Norm) -> tuple[Flaw, ...]:
    """The flaws that the rule's own words name."""
    phrases = _QUOTES.findall(norm.text) if _FORBIDS.search(norm.text) else []
    found = [_forbidden(phrase) for phrase in dict.fromkeys(phrase.strip(" .,!?;:") for phrase in phrases) if phrase]
    length = _LENGTH.search(norm.text)
    return (*found, *((_too_long(int(length[1])),) if length else ()))


def _forbidden(phrase: str) -> Flaw:
    pattern = sign(re.escape(phrase))
    return Flaw(
        name="phrase",
        cue=pattern,
        signs=pattern,
        negatable=False,
        spelled=True,
        reason=f"The response says “{phrase}”, which the principle leaves no room for.",
        severity="minor",
        lines=((f"{phrase[:1].upper()}{phrase[1:]}.", ""),),
    )


class TooLong(Flaw):
    """Found in a response as a whole, by counting; a word is a run without white space."""

    def find(self, talk: Talk, response: str, exceptions: str | None = None) -> tuple[Found, ...]:
        """The words beyond the number that the cue holds."""
        del talk, exceptions
        most = int(self.cue.pattern)
        runs = list(re.finditer(r"\S+", response))
        if len(runs) <= most:
            return ()
        beyond = runs[most].start()
        whole = [sentence.start for sentence in sentences(response) if sentence.start <= beyond <= sentence.end]
        start = whole[0] if whole and whole[0] > 0 else beyond
        return (Found(self, response[beyond : beyond + 300].rstrip(), start, len(response)),)


def _too_long(most: int) -> Flaw:
    return TooLong(
        name="length",
        cue=re.compile(str(most)),
        spelled=True,
        reason=f"The response is longer than {most} words.",
        severity="minor",
    )
