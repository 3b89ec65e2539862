"""E0: what keeps a file from being read at all; each function knows its kind of mistake."""

from __future__ import annotations

from pydantic import ValidationError

from constitution.core.places import problems_of
from constitution.errors import BadFile
from constitution.principles.lint.report import Lint, Problem


def quote_not_there(what: str, of_schema: bool) -> bool:
    """quotes what is not there: $what.

    Why: A quote shows the critic which words break the principle; one that is not there shows nothing.
    Type: the `quote` copied character for character from the `response` of its case.
    """
    return of_schema and "words are not in the case's response" in what


def id_given_twice(what: str, of_schema: bool) -> bool:
    """gives one id twice: $what.

    Why: Datasets and people's rulings name a principle by its id alone; under one id they would mix two.
    Type: another `id` for the newer of the two.
    """
    return of_schema and "has the id" in what and "already" in what


def off_the_form(what: str, of_schema: bool) -> bool:
    """does not fit the form of a principle file: $what.

    Why: A field that is not understood is not obeyed, so nothing runs with this file until it is mended.
    Type: $remedy
    """
    return of_schema


def unreadable(what: str, of_schema: bool) -> bool:
    """cannot be read: $what.

    Why: The file cannot be taken for what it says, so nothing runs with it until it is mended.
    Type: $remedy
    """
    return not of_schema


KINDS = {"E003": quote_not_there, "E002": id_given_twice, "E001": off_the_form, "E000": unreadable}
"""The first that fits names the mistake."""


def unread(error: BadFile) -> list[Problem]:
    """The mistakes that this error stands for, each with its code and place."""
    of_schema = isinstance(error.__cause__, ValidationError)
    return [_problem(bad, of_schema) for bad in problems_of(error)]


def _problem(bad: BadFile, of_schema: bool) -> Problem:
    code = next(code for code, fits in KINDS.items() if fits(bad.what, of_schema))
    said = {"what": bad.what, "remedy": bad.remedy}
    return Lint.of(code, KINDS[code]).problem(bad.where, "", said)
