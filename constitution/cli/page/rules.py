"""The principles of a row as they were released, with who approved them and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from constitution.cli.page.facts import Facts
from constitution.cli.page.telling import TIERS, named
from constitution.core.markup import Markup, code, defined, element, joined, words
from constitution.core.records import PrincipleRef
from constitution.pairing.story import stakes
from constitution.principles.model import Principle, Rule


def principles(facts: Facts) -> Iterator[Markup]:
    """Each principle that is at stake, word for word; then the file that they stand in."""
    told = stakes(facts.trail)
    if not told:
        yield element("p", "No principle is broken. Those that an answer was held to are listed below.")
    for ref in told:
        title = _title(facts, ref)
        yield element("h3", code(ref.id), f" — {title}" if title else "")
        yield from _told(facts, ref)
    yield element("h3", "The file, and who approved it")
    yield from _file(facts)


def _title(facts: Facts, ref: PrincipleRef) -> str:
    principle = facts.principle(ref)
    return principle.title if principle else ""


def _told(facts: Facts, ref: PrincipleRef) -> Iterator[Markup]:
    principle, lang = facts.principle(ref), facts.shown.constitution.language
    if principle is None:
        yield element("p", "The words that the models were told are not in this folder.", class_="warning")
    else:
        said = principle.rule or principle.critique_request or principle.preference_question or ""
        yield words(said, lang=lang, class_="words rule")
        yield defined(("why", principle.why), *(("except", each) for each in principle.exceptions), *_asked(principle))
    yield defined(
        ("rank", TIERS[ref.tier]),
        *((("owner", principle.owner), ("taken from", principle.source)) if principle else ()),
        ("meaning", joined([code(ref.meaning), " (hash of what the models were told)"])),
    )


def _asked(principle: Principle) -> Iterator[tuple[str, str | None]]:
    """Its other wordings, its deterministic rules, and what it pulls against."""
    if principle.rule:
        yield "critic is asked", principle.critique_request
        yield "judge is asked", principle.preference_question
    yield "reviser is asked", principle.revision_request
    for rule in principle.rules:
        yield "checked by rule", _rule(rule)
    yield "conflicts with", named(principle.conflicts_with)


def _rule(rule: Rule) -> str:
    if rule.max_words is not None:
        return f"at most {rule.max_words} words"
    quoted = ", ".join(f"“{each}”" for each in rule.forbid or rule.require_any)
    return f"must not hold {quoted}" if rule.forbid else f"must hold one of {quoted}"


def _file(facts: Facts) -> Iterator[Markup]:
    said, approval = facts.said, facts.approval
    yield element("p", standing(facts), class_="" if approval else "warning")
    yield defined(
        ("constitution", joined([code(said.name), f", version {said.version}"])),
        ("SHA-256", code(said.sha256)),
        ("kept in the folder as", code(said.file)),
        *(_approval(approval) if approval is not None else ()),
    )


def standing(facts: Facts) -> str:
    """Whether anybody stands behind the wording, in a sentence."""
    version = facts.said.version
    if facts.approval:
        return f"This wording was released as version {version} and approved by {facts.approval.get('approved_by')}."
    if version == "draft":
        return "This wording is a draft, approved by nobody."
    return "This wording comes from a file that was never released, and was approved by nobody."


def _approval(approval: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Who stands behind the wording, why, and what was known of it then."""
    yield "approved by", str(approval.get("approved_by", ""))
    yield "because", str(approval.get("reason", ""))
    if isinstance(approval.get("evidence"), Mapping):
        yield from _evidence(approval["evidence"])


def _evidence(evidence: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What was known of the file when it was released."""
    yield "tested with", f"{evidence.get('critic')}, as critic"
    yield (
        "its cases",
        f"{evidence.get('passed')} of {evidence.get('cases')} passed; over all: {evidence.get('standing')}",
    )
    for name, meaning in STANDINGS.items():
        if evidence.get(name):
            yield name, f"{named(list(map(str, evidence[name])))} ({meaning})"


STANDINGS = {
    "insufficient": "too few cases to vouch for any critic",
    "below": "cases enough, and this critic was not good enough on them",
    "rehearsal": "only a program that stands in for a model was asked",
}
"""What may be said of single principles at a release."""
