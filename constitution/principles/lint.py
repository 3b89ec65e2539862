"""What is wrong, and what is weak, in a principle file: errors block a release, warnings do not."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from constitution.core.places import Path, problems_of
from constitution.errors import BadFile
from constitution.principles.model import Case, Constitution, Principle
from constitution.principles.reading import read_marked
from constitution.principles.rules import hits

LONGEST_RULE = 60
"""Words; a longer rule is two rules, or holds its reasons."""


def _words(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"[^\W_]+", text.casefold()))


VAGUE = _words(
    "good bad nice kind proper improper appropriate inappropriate reasonable unreasonable acceptable unacceptable "
    "harmful harmless harm helpful unhelpful ethical unethical moral immoral safe unsafe right wrong respectful "
    "responsible irresponsible positive negative fair unfair wise best better careful polite well"
)
"""Words that leave it to the model what is meant."""
_SMALL = _words(
    "a an the and or but not no never always be is are do does don t to of in on for with as at all any every it its "
    "you your i we they them that this response responses answer answers assistant model should must please try way "
    "ways manner being very more most as possible user users people human humans"
)


@dataclass(frozen=True, slots=True)
class Problem:
    """One line of a lint report."""

    place: str
    """``file:line:column``."""
    level: Literal["error", "warning"]
    message: str

    def __str__(self) -> str:
        return f"{self.place}: {self.level}: {self.message}"


Said = tuple[Path, Literal["error", "warning"], str]
"""What a lint rule finds: where below its principle, how bad, and in which words."""


def lint(text: str, name: str) -> list[Problem]:
    """All that is wrong or weak in this principle file, in the order of the file; nothing is raised."""
    try:
        constitution, document = read_marked(text, name)
    except BadFile as error:
        return [
            Problem(bad.where, "error", f"{bad.what}; {bad.remedy}" if bad.remedy else bad.what)
            for bad in problems_of(error)
        ]
    found = [
        (document.nearest(path)[0], Problem(document.place(path), level, message))
        for path, level, message in _all(constitution)
    ]
    return [problem for _, problem in sorted(found, key=lambda each: (each[0].line, each[0].column))]


def _all(constitution: Constitution) -> Iterator[Said]:
    first: dict[str, str] = {}
    known = {principle.id for principle in constitution.principles}
    for g, group in enumerate(constitution.groups):
        for p, principle in enumerate(group.principles):
            at: Path = ("groups", g, "principles", p)
            found = [said for rule in LINTS for said in rule(principle)]
            found += [*_conflicts(principle, known), *_same_rule(principle, first)]
            yield from (((*at, *path), level, f"{principle.id}: {message}") for path, level, message in found)


def no_why(principle: Principle) -> Iterator[Said]:
    """A rule without its reason is kept to the letter or not at all."""
    if not principle.why:
        yield (), "warning", "has no `why`: a model that knows the reason judges unforeseen cases better"


def no_cases(principle: Principle) -> Iterator[Said]:
    """Cases show what the words mean; a release asks for the first two kinds."""
    for kind, cases in (("violates", principle.violates), ("complies", principle.complies)):
        if not cases:
            yield (), "warning", f"has no `{kind}` case; a release needs one"
    if not principle.not_applicable:
        yield (), "warning", "has no `not_applicable` case to show where it says nothing"


def vague_rule(principle: Principle) -> Iterator[Said]:
    """A rule made of praise and blame alone says nothing that can be checked."""
    words = _words(principle.rule or "")
    if words and words <= VAGUE | _SMALL:
        yield ("rule",), "warning", "the rule says only that answers be good: name what may be seen in an answer"


def long_rule(principle: Principle) -> Iterator[Said]:
    """A long rule is hard to hold a response to."""
    count = len((principle.rule or "").split())
    if count > LONGEST_RULE:
        yield ("rule",), "warning", f"the rule has {count} words; beyond {LONGEST_RULE}, move its reasons to `why`"


def rules_against_cases(principle: Principle) -> Iterator[Said]:
    """Deterministic rules must agree with the cases beside them."""
    if not principle.rules:
        return
    for position, case in enumerate(principle.complies):
        for hit in hits(principle, case.response):
            yield ("complies", position, "response"), "error", f"its own rule calls this case broken: {hit.reason}"
    missed = [position for position, case in enumerate(principle.violates) if not hits(principle, case.response)]
    if missed and len(missed) == len(principle.violates):
        yield ("rules",), "error", "none of its rules finds any `violates` case broken: rules and cases disagree"
        return
    for position in missed:
        yield ("violates", position, "response"), "warning", "its rules do not see this violation; only a critic can"


def quote_missing(principle: Principle) -> Iterator[Said]:
    """A quote belongs to a violation."""
    kept: tuple[tuple[str, tuple[Case, ...]], ...] = (
        ("complies", principle.complies),
        ("not_applicable", principle.not_applicable),
    )
    for kind, cases in kept:
        for position, case in enumerate(cases):
            if case.quote is not None:
                yield (kind, position, "quote"), "warning", f"a `{kind}` case quotes a violation"


LINTS: tuple[Callable[[Principle], Iterator[Said]], ...] = (
    no_why,
    no_cases,
    vague_rule,
    long_rule,
    rules_against_cases,
    quote_missing,
)


def _conflicts(principle: Principle, known: set[str]) -> Iterator[Said]:
    for position, other in enumerate(principle.conflicts_with):
        if other not in known:
            yield ("conflicts_with", position), "error", f"conflicts_with names {other!r}, which is not in this file"


def _same_rule(principle: Principle, first: dict[str, str]) -> Iterator[Said]:
    """``first`` gathers each rule text and the principle that had it first."""
    words = " ".join((principle.rule or "").casefold().split())
    if words and first.setdefault(words, principle.id) != principle.id:
        yield ("rule",), "warning", f"has the same rule as {first[words]!r}"
