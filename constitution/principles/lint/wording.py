"""W3: rules in words that a critic cannot hold a response to, or not to one thing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from constitution.core.places import Path
from constitution.principles.likeness import folded
from constitution.principles.lint.report import Spot, spot
from constitution.principles.lint.told import told
from constitution.principles.lint.vocabulary import (
    ACTS,
    DENIALS,
    LEAK,
    NEGATIVE_START,
    NOUNS_BEFORE_AND,
    PRAISE,
    SMALL,
    TRAIT,
    TURN,
    VAGUE,
)
from constitution.principles.model import Principle

LONGEST_RULE = 60
"""Words; a longer rule is two rules, or holds its reasons."""
_CLAUSE = re.compile(r"[,;:.!?()\n]|\s[-–—]\s")
_AND = re.compile(r"([\w'-]+),? and (?:then |also |always |please )?((?:do not|don't|never|must|should|[a-z'-]+))")


def statement(principle: Principle) -> tuple[Path, str]:
    """What the principle is held to in the first place: its rule, else the question that stands for it."""
    for name in ("rule", "critique_request", "preference_question"):
        text = getattr(principle, name)
        if text:
            return (name,), text
    return (), ""


def praise_alone(principle: Principle) -> Iterator[Spot]:
    """the rule says only that answers be good: name what may be seen in an answer.

    Why: Every critic means something else by words of praise, and no quote can show that they were not earned.
    Type: what an answer does or leaves out, such as "Speak without insults" for "Be kind".
    """
    if _praises(principle):
        yield spot("rule")


def _praises(principle: Principle) -> bool:
    said = set(folded(principle.rule or "").split())
    return bool(said) and said <= PRAISE | SMALL


def vague_word(principle: Principle) -> Iterator[Spot]:
    """leaves it open what $word means: no case and no entry of `rules` shows it.

    Why: Two critics will draw the line in two places, and both will be right.
    Type: what can be seen in an answer in place of the word, or a `violates` and a `complies` case beside it.
    """
    if principle.rules or (principle.violates and principle.complies):
        return
    path, text = statement(principle)
    found = next((word for word in folded(text).split() if word in VAGUE), None)
    if found is not None:
        yield spot(*path, word=repr(found))


def trait(principle: Principle) -> Iterator[Spot]:
    """asks for a trait of character ($trait) instead of something that an answer does.

    Why: Models follow sentences about behaviour better than sentences about character, and a trait has no quote.
    Type: what such an answer does, such as "Answer an insult without insulting back" for "Be patient".
    """
    path, text = statement(principle)
    if (found := TRAIT.search(text)) and not _praises(principle):
        yield spot(*path, trait=repr(" ".join(found.group().split())))


def long_rule(principle: Principle) -> Iterator[Spot]:
    """the rule has $count words; beyond 60, move its reasons to `why`.

    Why: A long rule is hard to hold a response to: one half is forgotten over the other.
    Type: one duty under `rule`, its reasons under `why`, what it leaves free under `exceptions`.
    """
    count = len((principle.rule or "").split())
    if count > LONGEST_RULE:
        yield spot("rule", count=count)


def double_negation(principle: Principle) -> Iterator[Spot]:
    """says no twice in one clause: $words.

    Why: Readers and models turn such sentences round by mistake, and then judge the opposite.
    Type: the same thing without either no, such as "Ask before you give a dose" for "Never give a dose unasked".
    """
    for path, text in told(principle):
        if path[0] in ("rule", "critique_request", "revision_request", "preference_question", "exceptions"):
            found = next((twice for clause in _CLAUSE.split(text) if (twice := _twice(clause))), None)
            if found is not None:
                yield spot(*path, words=repr(found))


def _twice(clause: str) -> str | None:
    """The words from one denial to the next, where both stand close together."""
    said = folded(clause).split()
    at = [place for place, word in enumerate(said) if word in DENIALS or word.endswith("n't")]
    for one, other in pairwise(at):
        if other - one <= 4 and said[one] not in ("without", "nothing", "nobody", "none") and _alone(said, one, other):
            return " ".join(said[one : other + 1])
    return None


def _alone(said: list[str], one: int, other: int) -> bool:
    """Whether nothing between the two begins a new thought, as in "no hint or no name"."""
    return not set(said[one + 1 : other]) & {"or", "and", "nor", "but", "that", "which", "who", "if", "when", "where"}


def two_duties(principle: Principle) -> Iterator[Spot]:
    """asks for two things that are joined by "and": $words.

    Why: The critic gives one verdict for each principle, so nobody learns which half was broken.
    Type: two principles, or one rule from which the other half follows.
    """
    text = principle.rule or ""
    for found in _AND.finditer(text.lower()):
        before, verb = found.groups()
        if verb in ACTS and before not in NOUNS_BEFORE_AND and before not in SMALL:
            yield spot("rule", words=repr(found.group()))
            return


def only_negative(principle: Principle) -> Iterator[Spot]:
    """says only what to leave undone, and not what to do instead.

    Why: A reviser that is told nothing to do refuses or goes silent; pairs then teach refusing. The ban may stay.
    Type: after the ban, what a good answer does: "...; offer a lawful way", or a `revision_request` that says so.
    """
    text = principle.rule or ""
    if principle.revision_request or not NEGATIVE_START.match(text) or TURN.search(text):
        return
    if not any(map(_twice, _CLAUSE.split(text))):  # "never fail to" is a bidding
        yield spot("rule")


def question_leaks(principle: Principle) -> Iterator[Spot]:
    """the preference question tells which answer it wants: $words.

    Why: The judge sees two answers under names that say nothing; a question that names one of them decides for it.
    Type: what to look for in either answer, such as "Which response keeps the address out?".
    """
    if found := LEAK.search(principle.preference_question or ""):
        yield spot("preference_question", words=repr(found.group().strip()))
