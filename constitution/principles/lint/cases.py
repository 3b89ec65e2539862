"""E3 and W2: cases that contradict each other, the rules or the data, and cases that are missing."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from constitution.core.places import Path
from constitution.principles.likeness import folded
from constitution.principles.lint.report import Around, Spot, spot
from constitution.principles.model import Case, Constitution, Principle, Rule
from constitution.principles.rules import broken, hits

ENOUGH = 5
"""Cases of a kind; even five of five leave it open whether the critic is right in more than 57 of 100."""
MOST_RULES = 100
"""Rules of one principle that are held against each other; the work grows with their square."""
KINDS = ("violates", "complies", "not_applicable")


def cases_of(principle: Principle) -> Iterator[tuple[str, int, Case]]:
    """Every case with its kind and its place."""
    for kind in KINDS:
        for place, case in enumerate(getattr(principle, kind)):
            yield kind, place, case


def rules_break_complies(principle: Principle) -> Iterator[Spot]:
    """its own `rules` call this `complies` case broken: $reason.

    Why: What `rules` find outranks the critic, so an answer like this one would be revised without need.
    Type: another response, or take the phrase out of `rules`.
    """
    for place, case in enumerate(principle.complies):
        for hit in hits(principle, case.response):
            yield spot("complies", place, "response", reason=hit.reason)


def rules_see_no_violation(principle: Principle) -> Iterator[Spot]:
    """none of its `rules` finds any `violates` case broken.

    Why: Rules and cases disagree on what the principle forbids; one of them is wrong.
    Type: a `violates` case whose response the rules find, or other rules.
    """
    if principle.rules and principle.violates and not _seen(principle):
        yield spot("rules")


def rules_miss_this_violation(principle: Principle) -> Iterator[Spot]:
    """its `rules` do not see this violation; only a critic can.

    Why: Whoever relies on the rules alone, without a critic, lets answers like this one pass.
    Type: a phrase of this response under `forbid`, if it has no innocent use; else let the warning stand.
    """
    seen = _seen(principle)
    for place in range(len(principle.violates)) if principle.rules and seen else ():
        if place not in seen:
            yield spot("violates", place, "response")


def rules_contradict(principle: Principle) -> Iterator[Spot]:
    """its `rules` ask for a phrase that they forbid: no answer can keep them.

    Why: Every answer would be called broken, and no revision could mend it.
    Type: another phrase under `require_any`, or take it out of `forbid`.
    """
    if len(principle.rules) > MOST_RULES:
        return
    for place, rule in enumerate(principle.rules):
        others = [other for other in principle.rules if other is not rule]
        if rule.require_any and all(any(_barred(other, phrase) for other in others) for phrase in rule.require_any):
            yield spot("rules", place)


def _barred(rule: Rule, phrase: str) -> bool:
    return not rule.require_any and broken(rule, phrase) is not None


def _seen(principle: Principle) -> set[int]:
    """The places of the `violates` cases that the rules find."""
    return {place for place, case in enumerate(principle.violates) if hits(principle, case.response)}


def case_under_two_verdicts(principle: Principle) -> Iterator[Spot]:
    """the same case stands under `$other` too.

    Why: A critic cannot be right about both, and nobody can tell which one was meant.
    Type: the case under one of the two only.
    """
    first: dict[tuple[str, ...], str] = {}
    for kind, place, case in cases_of(principle):
        key = (*(f"{message.role} {folded(message.content)}" for message in case.messages), folded(case.response))
        if first.setdefault(key, kind) != kind:
            yield spot(kind, place, other=first[key])


def case_among_the_prompts(constitution: Constitution, around: Around) -> Iterator[Spot]:
    """asks what one of the prompts of the data asks too: $prompt.

    Why: A prompt that pairs are made from cannot also test the critic; it has been seen, or will be.
    Type: another prompt in the case, about the same thing in another setting.
    """
    return _asking(constitution, around.prompts)


def case_among_the_examples(constitution: Constitution, around: Around) -> Iterator[Spot]:
    """asks what one of the example prompts that ship asks too: $prompt.

    Why: Whoever makes pairs from the example prompts trains on what tests the critic.
    Type: another prompt in the case, or `allow: [{code: W208, because: ...}]` if you make no data from the examples.
    """
    return _asking(constitution, around.examples - around.prompts)


def _asking(constitution: Constitution, prompts: Collection[str]) -> Iterator[Spot]:
    """The cases whose prompt is one of these."""
    for at, principle in places(constitution) if prompts else ():
        for kind, place, case in cases_of(principle):
            asked = case.messages[-1].content
            if folded(asked) in prompts:
                yield spot(*at, kind, place, "prompt", prompt=repr(asked[:60]))


def places(constitution: Constitution) -> Iterator[tuple[Path, Principle]]:
    """Every principle with its place from the top of the file."""
    for g, group in enumerate(constitution.groups):
        for p, principle in enumerate(group.principles):
            yield ("groups", g, "principles", p), principle


def no_violates(principle: Principle) -> Iterator[Spot]:
    """has no `violates` case; a release needs one.

    Why: Without an example of what is forbidden nobody can test whether a critic finds it.
    Type: `violates: [{prompt: ..., response: ..., quote: ...}]` with an answer that breaks the rule.
    """
    if not principle.violates:
        yield spot()


def no_complies(principle: Principle) -> Iterator[Spot]:
    """has no `complies` case; a release needs one.

    Why: Without an example of what is allowed, a critic that finds fault with everything looks perfect.
    Type: `complies: [{prompt: ..., response: ...}]`, best with the prompt of a `violates` case.
    """
    if not principle.complies:
        yield spot()


def no_not_applicable(principle: Principle) -> Iterator[Spot]:
    """has no `not_applicable` case to show where it says nothing.

    Why: Critics that are never shown where a principle is silent find fault everywhere.
    Type: `not_applicable: [{prompt: ..., response: ...}]` with a prompt that shares a word with the rule.
    """
    if not principle.not_applicable:
        yield spot()


def few_cases(principle: Principle) -> Iterator[Spot]:
    """has fewer than 5 cases of a kind.

    Why: Five right verdicts of five still allow a critic that is wrong in two of five; a test on fewer proves little.
    Type: more cases, the same number of each kind, where the line between them is thin.
    """
    if any(0 < len(getattr(principle, kind)) < ENOUGH for kind in KINDS):
        yield spot()


def quote_missing(principle: Principle) -> Iterator[Spot]:
    """this `violates` case has no `quote`.

    Why: A violation counts only with the words that show it; the quote says which words the critic should find.
    Type: `quote:` and the words of the response that break the rule, or let it stand where something is left out.
    """
    for place, case in enumerate(principle.violates):
        if case.quote is None:
            yield spot("violates", place)


def quote_of_no_violation(principle: Principle) -> Iterator[Spot]:
    """this `$kind` case quotes a violation.

    Why: A quote marks words that break the principle, and this case says that none do.
    Type: the case without `quote`, or under `violates`.
    """
    for kind, place, case in cases_of(principle):
        if kind != "violates" and case.quote is not None:
            yield spot(kind, place, "quote", kind=kind)
