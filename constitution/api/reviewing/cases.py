"""Rulings as cases: what people ruled on answers, written into the draft, to be tested from then on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from constitution.api.reviewing.desk import Desk
from constitution.api.reviewing.subjects import Subject, subjects_of
from constitution.core.rulings import Ruling
from constitution.core.strict_yaml import decode
from constitution.errors import BadFile, NotFound
from constitution.principles.editing import Verdict, add_case
from constitution.principles.model import Case, Constitution, Principle
from constitution.principles.reading import read_constitution
from constitution.shelf.drafts import shown_draft, write_draft
from constitution.shelf.rooms import has_draft, read, within

KINDS: tuple[Verdict, ...] = ("violates", "complies", "not_applicable")


@dataclass(frozen=True)
class Made:
    """What became of one ruling."""

    ruling: Ruling
    why: str = ""
    """Why it became no case; empty for one that is new."""
    against: bool = False
    """The critic that made the dataset said otherwise."""


@dataclass(frozen=True)
class Cases:
    """What became of all of them, and the draft that holds the new cases."""

    draft: Path
    made: tuple[Made, ...]


def cases_from(desk: Desk) -> Cases:
    """The project's draft has a case for each ruling on an answer; all else in it stays as it was.

    Those that stand there already are left, and stale ones, and pairs. Raises ``NotFound`` where there is no draft,
    ``BadFile`` where it cannot be read or changed.
    """
    name = desk.now.name
    shown = shown_draft(name)
    if not has_draft(desk.root, name):
        remedy = f"begin one with: constitution init, or copy a release to {shown} without its version line"
        raise NotFound("there is no draft for the cases to go to", where=shown, remedy=remedy)
    text = before = decode(read(within(desk.root, desk.root / shown, shown), shown), shown)
    made = []
    for subject in _ruled(desk):
        draft = read_constitution(text, shown)
        why, verdict, case = _case(subject, draft)
        if case is not None and verdict is not None:
            try:
                text = add_case(text, shown, subject.principle, verdict, case)
            except BadFile as error:
                why = f"{error.what}; {error.remedy}"
        made.append(Made(_ruling(subject), why, against=subject.said != _ruling(subject).verdict))
    file = write_draft(desk.root, name, text, replace=True) if text != before else desk.root / shown
    return Cases(file, tuple(made))


def _ruled(desk: Desk) -> Iterator[Subject]:
    """The answers that somebody ruled on, each once a principle."""
    return (each for each in subjects_of(desk.trails, desk.rulings) if each.about == "response" and each.held)


def _ruling(subject: Subject) -> Ruling:
    if subject.held is None:
        raise ValueError("nobody ruled on it")
    return subject.held


def _case(subject: Subject, draft: Constitution) -> tuple[str, Verdict | None, Case | None]:
    """Why there is no case, or the case and its kind."""
    ruling = _ruling(subject)
    principle = next((each for each in draft.principles if each.id == ruling.principle), None)
    if principle is None:
        return "the draft has no such principle", None, None
    if principle.meaning != ruling.meaning:
        return "stale: the draft words the principle otherwise", None, None
    verdict = next(kind for kind in KINDS if kind == ruling.verdict)
    messages = subject.trail.prompt.messages
    if any(message.tool_calls or message.tool_call_id for message in messages):
        return "its prompt calls tools, which a case does not hold", None, None
    alone = messages[0].content if len(messages) == 1 and messages[0].role == "user" else None
    try:
        case = Case(
            prompt=alone if alone is not None else tuple(message.but(name=None) for message in messages),
            response=subject.answer,
            quote=_quote(subject, ruling) if verdict == "violates" else None,
            note=f"ruled by {ruling.reviewer}, {ruling.date}" + (f": {ruling.reason}" if ruling.reason else ""),
        )
    except ValidationError as error:
        return f"it cannot be written as a case: {error.errors()[0]['msg']}", None, None
    why = _standing(principle, case, verdict)
    return (why, None, None) if why else ("", verdict, case)


def _quote(subject: Subject, ruling: Ruling) -> str | None:
    """The person's words, else the critic's where the two agree and they stand in the answer."""
    said = ruling.quote or (subject.quote if subject.said == "violates" else "")
    return said.strip() if said.strip() and said in subject.answer else None


def _standing(principle: Principle, case: Case, verdict: Verdict) -> str:
    """Why the principle needs no such case: it has it; empty where it has not."""
    for kind in KINDS:
        for each in getattr(principle, kind):
            if (each.messages, each.response) == (case.messages, case.response):
                return "stands there already" if kind == verdict else f"stands there already, as {kind}"
    return ""
