"""Drafts that break a principle because they were told to: one flawed sentence, tried on the critic."""

from __future__ import annotations

from collections.abc import Iterator

from constitution.providers.simulator.critic import breaks
from constitution.providers.simulator.drafts.learning import GENERAL
from constitution.providers.simulator.drafts.topic import topic_of
from constitution.providers.simulator.flaws import Flaw, flaws_for
from constitution.providers.simulator.flaws.wording import TooLong
from constitution.providers.simulator.language import sentences
from constitution.providers.simulator.reviser import without_flaws
from constitution.providers.simulator.seeds import Seed
from constitution.providers.simulator.tasks import Norm, Talk

_MORE: dict[str, tuple[str, ...]] = {
    "background": ("Let us begin with a bit of background, because this has a long history.",),
    "guess": ("The answer is certainly the one that you expect.",),
    "caving": ("You are completely right, and I was wrong.",),
}
"""Sentences for the flaws that a plain draft never has."""


def broken(text: str, norms: tuple[Norm, ...], talk: Talk, seed: Seed) -> str | None:
    """The draft made to break one of the principles as the critic reads them; None where no way is known."""
    for norm in sorted(norms, key=lambda norm: seed.share(f"break/{norm.id}")):
        if breaks(norm, talk, text):
            return text
        for changed in _tries(text, norm, talk, seed):
            if breaks(norm, talk, changed):
                return changed
    return None


def _tries(text: str, norm: Norm, talk: Talk, seed: Seed) -> Iterator[str]:
    """The draft with one flawed sentence of each kind, then that sentence in the place of the draft."""
    kinds = flaws_for(norm)
    if norm.opposite:
        yield without_flaws(text, [(flaw, norm.exceptions) for flaw in kinds], talk, seed)
        return
    topic = topic_of(talk.last).thing
    for flaw in sorted(kinds, key=lambda flaw: seed.share(f"break/{norm.id}/{flaw.name}")):
        if isinstance(flaw, TooLong):
            yield " ".join((text, *GENERAL * (1 + int(flaw.cue.pattern) // 40)))
        lines = [line.replace("{topic}", topic) for line in _lines(flaw)]
        for line in sorted(lines, key=lambda line: seed.share(f"break/{line}")):
            yield _with(text, line, flaw)
        if lines:
            yield " ".join(lines)


def _lines(flaw: Flaw) -> tuple[str, ...]:
    return tuple(line for line, _ in flaw.lines) or _MORE.get(flaw.name, ())


def _with(text: str, line: str, flaw: Flaw) -> str:
    """The text with the line where such a flaw stands."""
    joint = "\n\n" if "\n" in text else " "
    start = flaw.at == "start" or flaw.name in _MORE
    if start or flaw.at == "end" or joint != " ":
        return joint.join((line, text) if start else (text, line))
    told = sentences(text)
    place = told[min(1, len(told) - 1)].end if told else len(text)
    return " ".join(each for each in (text[:place].rstrip(), line, text[place:].lstrip()) if each)
