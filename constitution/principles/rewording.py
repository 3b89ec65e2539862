"""What became of the words of a principle: the same, reworded, turned round, or replaced."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from constitution.principles.changes import Change, Kind
from constitution.principles.likeness import Gathered, folded, same_words, word_overlap, words
from constitution.principles.model import Case, Principle

SAME_EXCEPTION = 0.5
"""Share of words from which on an exception that went and one that came are one, reworded."""
ANOTHER_RULE = 0.15
"""Share of words below which a rule was replaced rather than reworded, if nothing else of it stayed."""
_WORDED = {
    "rule": "the rule",
    "why": "the reason",
    "critique_request": "the critique request",
    "revision_request": "the revision request",
    "preference_question": "the preference question",
}
_KINDS = ("violates", "complies", "not_applicable")


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


_DENIALS = _set("not no never cannot without avoid refuse refrain none nothing nobody neither nor")
_EMPTY = _set("do does did should must will shall can may always to from with any the a an please")

Texts = tuple[tuple[str, ...], ...]
"""The words of each message of a case, and of its response."""


def statement(principle: Principle) -> tuple[str, str]:
    """The field that says what answers are held to, and its words."""
    said = ((name, getattr(principle, name)) for name in ("rule", "critique_request", "preference_question"))
    return next((name, text) for name, text in said if text)


def wording(before: Principle, after: Principle) -> Iterator[Change]:
    """What became of the rule, the reason and each request."""
    for name, said in _WORDED.items():
        old, new = getattr(before, name) or "", getattr(after, name) or ""
        if old == new:
            continue
        how = "added" if not old else "removed" if not new else "reworded"
        kind: Kind = "respaced" if same_words(old, new) else "reworded"
        if kind == "respaced":
            how = "the same words with other spaces or marks"
        elif old and new and _turned(old, new):
            kind, how = "polarity_changed", "turned into its opposite"
        elif old and new and name == statement(before)[0] and _replaced(before, after, old, new):
            kind, how = "rule_replaced", "replaced by another"
        yield Change(kind, f"{said} is {how}", before=old, after=new)


def _turned(old: str, new: str) -> bool:
    """Whether the two differ in a denial alone."""
    (said, no), (says, now_no) = _core(old), _core(new)
    return said == says and no % 2 != now_no % 2


def _core(text: str) -> tuple[Counter[str], int]:
    """The words that carry the sentence, and how many of the others deny."""
    every = folded(text).split()
    denials = [word for word in every if word in _DENIALS or word.endswith("n't")]
    return Counter(every) - Counter(denials) - Counter(word for word in every if word in _EMPTY), len(denials)


def _replaced(before: Principle, after: Principle, old: str, new: str) -> bool:
    """Whether nothing of the principle stayed but its id."""
    why = bool(before.why and after.why) and word_overlap(before.why or "", after.why or "") >= SAME_EXCEPTION
    cases = by_text(before).keys() & by_text(after).keys()
    return word_overlap(old, new) < ANOTHER_RULE and not why and not cases


def exceptions(before: tuple[str, ...], after: tuple[str, ...]) -> Iterator[Change]:
    """What became of the exceptions: each that went is held to the one that came in nearly its words."""
    if before != after and Counter(before) == Counter(after):
        yield Change("exceptions_reordered", "the exceptions stand in another order")
        return
    gone, new = Counter(before) - Counter(after), Counter(after) - Counter(before)
    left = Gathered(1)
    old = {str(place): text for place, text in enumerate(gone.elements())}
    for name, text in old.items():
        left.add(name, text)
    for text in new.elements():
        found = left.nearest(text, SAME_EXCEPTION)
        if found is None:
            yield Change("exception_added", "an exception is added", after=text)
            continue
        left.take(found[0])
        yield _exception(old.pop(found[0]), text)
    for text in old.values():
        yield Change("exception_removed", "an exception is removed", before=text)


def _exception(old: str, new: str) -> Change:
    """What became of one exception."""
    if same_words(old, new):
        return Change("respaced", "an exception is the same words with other spaces or marks", before=old, after=new)
    if _turned(old, new):
        return Change("polarity_changed", "an exception is turned into its opposite", before=old, after=new)
    return Change("exception_reworded", "an exception is reworded", before=old, after=new)


def by_text(principle: Principle) -> dict[Texts, list[tuple[str, Case]]]:
    """Prompt and response of each case, word for word, to the case and its verdict."""
    found: dict[Texts, list[tuple[str, Case]]] = {}
    for kind in _KINDS:
        for case in getattr(principle, kind):
            said = tuple((message.role, *words(message.content)) for message in case.messages)
            found.setdefault((*said, words(case.response)), []).append((kind, case))
    return found
