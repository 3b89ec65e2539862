"""Holds a principle file to every lint rule."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from constitution.core.places import Document
from constitution.errors import BadFile
from constitution.principles.lint.allowing import Found, allowances, let_stand
from constitution.principles.lint.cases import places
from constitution.principles.lint.catalogue import LINTS, OF_FILE, OF_PRINCIPLE, POOLED
from constitution.principles.lint.report import Around, Problem, Spot
from constitution.principles.lint.unread import unread
from constitution.principles.model import Constitution
from constitution.principles.reading import read_marked

NOWHERE = Around()
NAMED = 3
"""Principles that a pooled warning names."""


def lint(text: str, name: str, around: Around = NOWHERE) -> list[Problem]:
    """All that is wrong or weak in this principle file, in the order of the file; nothing is raised.

    ``name`` stands for the file in messages. The rules that look ``around`` the file find nothing where it is empty.
    """
    try:
        constitution, document = read_marked(text, name)
    except BadFile as error:
        return unread(error)
    kept = _pooled(let_stand(_found(constitution, around), allowances(constitution, LINTS)))
    found = [(each, document.nearest(each[0].spot.path)[0]) for each in kept]
    found.sort(key=lambda each: (each[1].line, each[1].column, each[0][0].code))
    return [_problem(constitution, document, first, others) for (first, others), _ in found]


def _found(constitution: Constitution, around: Around) -> list[Found]:
    found = [Found(code, spot) for code, rule in OF_FILE.items() for spot in rule(constitution, around)]
    for at, principle in places(constitution):
        for code, check in OF_PRINCIPLE.items():
            found += [Found(code, Spot((*at, *spot.path), spot.said)) for spot in check(principle)]
    return found


def _pooled(found: Iterator[Found]) -> list[tuple[Found, Sequence[Found]]]:
    """Each find by itself, with the others of its code where those are pooled."""
    every = list(found)
    pools = {code: [each for each in every if each.code == code] for code in POOLED}
    single: list[tuple[Found, Sequence[Found]]] = [(each, ()) for each in every if each.code not in pools]
    return single + [(pool[0], pool[1:]) for pool in pools.values() if pool]


def _problem(constitution: Constitution, document: Document, first: Found, others: Sequence[Found]) -> Problem:
    names = [_about(constitution, each) for each in (first, *others)]
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    about = ", ".join(names[:NAMED]) + more + (", each" if others else "")
    made = LINTS[first.code].problem(document.place(first.spot.path), about, first.spot.said)
    return replace(made, also=tuple(names[NAMED:]))


def _about(constitution: Constitution, found: Found) -> str:
    """The id of the principle; for the file itself, what it is."""
    if not found.principle:
        return "the file"
    _, group, _, place = found.principle
    return constitution.groups[int(group)].principles[int(place)].id
