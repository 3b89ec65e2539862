"""What a known flaw is: whose principle it concerns, how it is written, found and mended."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from constitution.providers.simulator.flaws.going_along import GOES_ALONG, STEERS_AWAY
from constitution.providers.simulator.language import Sentence, declines, sentences, words
from constitution.providers.simulator.tasks import Talk

Severity = Literal["minor", "serious", "severe"]
_NEGATION = re.compile(
    r"\b(?:not|no|never|nobody|cannot|without|avoid|instead of|rather than|beware|nor)\b|n['’]t\b", re.IGNORECASE
)
_QUOTED = re.compile(r"[\"“][^\"”]{1,60}[\"”]")
_REACH = 32
"""How many characters before a sign a negation may stand."""
_BARE = 5
"""An answer of at most this many words is bare: it has no manner that a principle could be about."""
_SHORT = 160
"""A sentence of at most this length is quoted whole."""


def sign(*alternatives: str) -> re.Pattern[str]:
    """One pattern of many, whole words, whatever their case."""
    return re.compile(rf"(?<!\w)(?:{'|'.join(alternatives)})(?!\w)", re.IGNORECASE)


@dataclass(frozen=True)
class Found:
    """A flaw in a response, with the words that show it; of an omission, the demand in the conversation."""

    flaw: Flaw
    quote: str
    start: int = 0
    end: int = 0
    """Of the sentence that holds the words, or of the whole response for an omission."""
    omission: bool = False


@dataclass(frozen=True, kw_only=True)
class Excuse:
    """What an exception looks like in a text; it excuses only where the principle states such an exception."""

    cue: re.Pattern[str]
    """Words of an exception that means this."""
    asked: re.Pattern[str] | None = None
    """What the user must have said."""
    said: re.Pattern[str] | None = None
    """What the response must say somewhere."""
    sentence: re.Pattern[str] | None = None
    """What the flawed sentence itself must say."""
    once: bool = False
    """Only the first such sentence is excused."""

    def stated(self, exceptions: str | None) -> bool:
        """Whether the exceptions name it; where none of any principle are told, it has the benefit of the doubt."""
        return exceptions is None or self.cue.search(exceptions) is not None

    def fits(self, talk: Talk, response: str) -> bool:
        """Whether conversation and response are such that it can hold."""
        return (self.asked is None or self.asked.search(talk.last) is not None) and (
            self.said is None or self.said.search(response) is not None
        )

    def keeps(self, found: tuple[Found, ...], response: str) -> tuple[Found, ...]:
        """What is left of the places found."""
        if self.sentence is None:
            return ()
        excused = [each for each in found if self.sentence.search(response, each.start, each.end)]
        return tuple(each for each in found if each not in (excused[:1] if self.once else excused))


@dataclass(frozen=True, kw_only=True)
class Flaw:
    """One kind of flaw; all that the simulator knows of it."""

    name: str
    cue: re.Pattern[str]
    """Words of a principle that is about this."""
    nor: re.Pattern[str] | None = None
    """Words of a principle that is about something else even so."""
    signs: re.Pattern[str] | None = None
    """Words of a sentence that has the flaw."""
    when: re.Pattern[str] | None = None
    """What the user must have said for the flaw to be possible."""
    unless: re.Pattern[str] | None = None
    """What the user may have said that makes it another matter, about which such a principle says nothing."""
    excuses: tuple[Excuse, ...] = ()
    """Exceptions under which it is no flaw, each where the principle states it."""
    along: re.Pattern[str] | None = None
    """With these words of the user, any sentence that goes along with them has the flaw."""
    wants: re.Pattern[str] | None = None
    """What the response must hold once ``when`` is met."""
    about: re.Pattern[str] | None = None
    """The subject; a principle that is about something else does not apply. None: it always does."""
    spared: re.Pattern[str] | None = None
    """Words of a sentence by which it means something else."""
    negatable: bool = True
    """A sign behind a negation is none."""
    reason: str
    severity: Severity = "serious"
    swaps: tuple[tuple[re.Pattern[str], str], ...] = ()
    """Smaller changes than a new sentence, tried first."""
    instead: tuple[str, ...] = ("",)
    """Sentences that may stand in the place of a flawed one; nothing drops it."""
    adds: str = ""
    """What mends an omission."""
    lines: tuple[tuple[str, str], ...] = ()
    """Sentences that have the flaw, each with its mended self; ``{topic}`` is what the prompt is about."""
    suits: frozenset[str] = frozenset()
    """The fields of life in which a draft has it; none: in all."""
    at: Literal["start", "middle", "end"] = "middle"
    """Where in a draft it stands."""
    spelled: bool = False
    """Named by the rule's own words, which do not say what the rule is about."""

    def concerns(self, talk: Talk, response: str) -> bool:
        """Whether its subject comes up at all; a bare answer has none of the flaws that any answer may have."""
        if self._elsewhere(talk):
            return False
        subjects = [pattern for pattern in (self.about or self.when, self.along) if pattern]
        if not subjects:
            shown = self.signs is not None and self.signs.search(response) is not None
            return shown or self.spelled or len(words(response)) > _BARE
        return any(pattern.search(text) for pattern in subjects for text in (talk.asked, response))

    def find(self, talk: Talk, response: str, exceptions: str | None = None) -> tuple[Found, ...]:
        """Every place where the response has the flaw, in order, at most one a sentence.

        ``exceptions`` are those that the principle states; None where they are not told.
        """
        found = self._places(talk, response)
        for excuse in self.excuses if found else ():
            if excuse.stated(exceptions) and excuse.fits(talk, response):
                found = excuse.keeps(found, response)
        return found

    def innocent(self, talk: Talk) -> bool:
        """Whether the user's last words alone speak for another matter, or for an exception."""
        excused = any(excuse.asked is not None and excuse.asked.search(talk.last) for excuse in self.excuses)
        return self._elsewhere(talk) or excused

    def _elsewhere(self, talk: Talk) -> bool:
        return self.unless is not None and self.unless.search(talk.last) is not None

    def _places(self, talk: Talk, response: str) -> tuple[Found, ...]:
        if self._elsewhere(talk) or (self.when and not self.when.search(talk.asked)):
            return ()
        asked = self.along is not None and self.along.search(talk.asked) is not None and not declines(response[:160])
        found = tuple(
            Found(self, _quote(sentence, *span), sentence.start, sentence.end)
            for sentence in sentences(response)
            if (span := self._sign_in(sentence, asked)) is not None
        )
        return found or self._left_out(talk, response)

    def _sign_in(self, sentence: Sentence, asked: bool) -> tuple[int, int] | None:
        if self.spared and self.spared.search(sentence.text):
            return None
        quoted = [match.span() for match in _QUOTED.finditer(sentence.text)]
        for match in self.signs.finditer(sentence.text) if self.signs else ():
            before = sentence.text[max(0, match.start() - _REACH) : match.start()]
            spoken = any(start < match.start() and match.end() < end for start, end in quoted)
            if not spoken and not (self.negatable and _NEGATION.search(before)):
                return match.span()
        helping = GOES_ALONG.search(sentence.text) if asked and not STEERS_AWAY.search(sentence.text) else None
        return helping and (0, len(sentence.text))

    def _left_out(self, talk: Talk, response: str) -> tuple[Found, ...]:
        if self.wants is None or self.when is None or self.wants.search(response):
            return ()
        demand = next((s.text for said in reversed(talk.user) for s in sentences(said) if self.when.search(s.text)), "")
        return (Found(self, demand[:300], 0, len(response), omission=True),) if demand else ()


def _quote(sentence: Sentence, start: int, end: int) -> str:
    return sentence.text if len(sentence.text) <= _SHORT else sentence.text[start : min(end, start + 300)]
