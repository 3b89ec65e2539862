"""What changed between two versions of one principle."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from constitution.core.records import Record
from constitution.principles.changes import Change, Kind
from constitution.principles.model import Case, Principle
from constitution.principles.rewording import by_text, exceptions, wording

_NOTES = ("title", "owner", "source", "tags", "allow", "extra")


def plain(record: Record, *without: str) -> dict[str, Any]:
    """All that it says, but for these fields."""
    return record.model_dump(exclude=set(without))


def differences(before: Principle, after: Principle, group: str) -> list[Change]:
    """Every change from the one to the other but for the id, which is that of ``after``."""
    found = [
        *_tier(before, after),
        *wording(before, after),
        *exceptions(before.exceptions, after.exceptions),
        *_scope(before, after),
        *_checks(before, after),
        *_conflicts(before, after),
        *_cases(before, after),
        *_notes(before, after),
    ]
    if not found and plain(before, "id") != plain(after, "id"):
        found.append(Change("order_changed", "entries stand in another order"))
    return [Change(each.kind, each.what, after.id, group, each.before, each.after) for each in found]


def _tier(before: Principle, after: Principle) -> Iterator[Change]:
    if before.tier != after.tier:
        what = f"moved from the tier {before.tier} to {after.tier}"
        yield Change("tier_changed", what, before=before.tier, after=after.tier)


def _scope(before: Principle, after: Principle) -> Iterator[Change]:
    for name in ("tags", "intents", "languages", "turns"):
        listed = getattr(before.applies_when, name), getattr(after.applies_when, name)
        old, new = set(listed[0]), set(listed[1])
        if old == new:
            continue
        wider, narrower = not new or bool(old and old < new), not old or bool(new and new < old)
        kind: Kind = "scope_widened" if wider else "scope_narrowed" if narrower else "scope_changed"
        how = {"scope_widened": "to more prompts", "scope_narrowed": "to fewer prompts"}.get(kind, "to other prompts")
        said = tuple(", ".join(each) or "any" for each in listed)
        yield Change(kind, f"applies {how}, by their {name}", before=said[0], after=said[1])


def _checks(before: Principle, after: Principle) -> Iterator[Change]:
    old, new = _atoms(before), _atoms(after)
    gone, came = "; ".join(each for each in old if each not in new), "; ".join(each for each in new if each not in old)
    if gone and came:
        yield Change("checks_changed", "the checks by a program (`rules`) are changed", before=gone, after=came)
    elif came:
        yield Change("checks_added", "a check by a program (`rules`) is added", after=came)
    elif gone:
        yield Change("checks_removed", "a check by a program (`rules`) is removed", before=gone)


def _atoms(principle: Principle) -> dict[str, None]:
    """Each thing that the rules ask for by itself; ordered, without repetition."""
    said: dict[str, None] = {}
    for rule in principle.rules:
        said |= dict.fromkeys(f"forbid: {' '.join(phrase.casefold().split())}" for phrase in rule.forbid)
        if rule.require_any:
            said[
                "require_any: " + ", ".join(sorted({" ".join(each.casefold().split()) for each in rule.require_any}))
            ] = None
        if rule.max_words is not None:
            said[f"max_words: {rule.max_words}"] = None
    return said


def _conflicts(before: Principle, after: Principle) -> Iterator[Change]:
    old, new = dict.fromkeys(before.conflicts_with), dict.fromkeys(after.conflicts_with)
    for other in new:
        if other not in old:
            yield Change("conflict_added", f"said to conflict with {other}", after=other)
    for other in old:
        if other not in new:
            yield Change("conflict_removed", f"not said to conflict with {other} any more", before=other)


def _cases(before: Principle, after: Principle) -> Iterator[Change]:
    old, new = by_text(before), by_text(after)
    for text, cases in new.items():
        verdicts, case = ", ".join(dict.fromkeys(kind for kind, _ in cases)), cases[0][1]
        if text not in old:
            yield Change("case_added", f"a case ({verdicts}) is added: {_short(case)}", after=case.response)
            continue
        were = ", ".join(dict.fromkeys(kind for kind, _ in old[text]))
        if were != verdicts:
            what = f"a case is {verdicts} where it was {were}: {_short(case)}"
            yield Change("case_verdict_changed", what, before=were, after=verdicts)
        elif [plain(each) for _, each in cases] != [plain(each) for _, each in old[text]]:
            yield Change(
                "case_note_changed", f"quote, note or spaces of a case ({verdicts}) are changed: {_short(case)}"
            )
    for text, cases in old.items():
        if text not in new:
            kind, case = cases[0]
            yield Change("case_removed", f"a case ({kind}) is removed: {_short(case)}", before=case.response)


def _short(case: Case) -> str:
    asked = " ".join(case.messages[-1].content.split())
    return asked if len(asked) <= 60 else asked[:59].rstrip() + "…"


def _notes(before: Principle, after: Principle) -> Iterator[Change]:
    for name in _NOTES:
        old, new = getattr(before, name), getattr(after, name)
        if old != new:
            text = isinstance(old, str) and isinstance(new, str)
            yield Change("note_changed", f"`{name}` is changed", before=old if text else "", after=new if text else "")
