"""All lint rules by their codes: to add one, write its function and its line here."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from constitution.principles.lint import allowing, cases, fields, relations, told, unread, wording
from constitution.principles.lint.report import Around, Lint, Spot
from constitution.principles.model import Constitution, Principle

OF_PRINCIPLE: Mapping[str, Callable[[Principle], Iterator[Spot]]] = {
    "E201": told.slot_inside,
    "E202": told.fence_inside,
    "E203": told.control_token_inside,
    "E204": told.line_of_another,
    "E301": cases.rules_break_complies,
    "E302": cases.rules_see_no_violation,
    "E303": cases.case_under_two_verdicts,
    "E304": cases.rules_contradict,
    "W101": fields.no_why,
    "W201": cases.no_violates,
    "W202": cases.no_complies,
    "W203": cases.no_not_applicable,
    "W204": cases.few_cases,
    "W205": cases.quote_missing,
    "W206": cases.quote_of_no_violation,
    "W207": cases.rules_miss_this_violation,
    "W301": wording.praise_alone,
    "W302": wording.vague_word,
    "W303": wording.trait,
    "W304": wording.long_rule,
    "W305": wording.double_negation,
    "W306": wording.two_duties,
    "W307": wording.only_negative,
    "W308": wording.question_leaks,
}
"""Rules that look at one principle."""
OF_FILE: Mapping[str, Callable[[Constitution, Around], Iterator[Spot]]] = {
    "E101": relations.conflict_with_nobody,
    "E102": relations.conflict_with_itself,
    "E103": relations.conflict_in_a_circle,
    "E104": relations.id_used_again,
    "E305": cases.case_among_the_prompts,
    "W102": fields.no_language,
    "W208": cases.case_among_the_examples,
    "W401": relations.nearly_the_same,
    "W402": relations.conflict_across_groups,
}
"""Rules that look at the whole file, and around it."""
POOLED = ("W204",)
"""Warnings that most principles would get alike: given once for all of them."""

_CHECKS: Mapping[str, Callable[..., object]] = {
    **unread.KINDS,
    **OF_PRINCIPLE,
    **OF_FILE,
    "W901": allowing.idle_allowance,
    "W902": allowing.unknown_allowance,
}
LINTS: Mapping[str, Lint] = {code: Lint.of(code, check) for code, check in sorted(_CHECKS.items())}
"""The words of every rule, by code."""
