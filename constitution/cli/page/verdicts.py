"""What the models said of a row: the critique, the revision, its second reading, and the judge in both orders."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from constitution.cli.page.elements import Markup, code, element, joined, table, text, words
from constitution.cli.page.facts import Facts
from constitution.cli.page.marks import difference
from constitution.cli.page.telling import EVIDENCE, verdict_of
from constitution.core.trail import Critique, Verdict

_ORDERS = {"draft_first": "first answer shown first", "revision_first": "revised answer shown first"}
_PREFERS = {
    "draft": "the first answer",
    "revision": "the revised answer",
    "tie": "neither",
    "invalid": "no valid answer",
}


def critique(facts: Facts) -> Iterator[Markup]:
    """What was said of the first answer under each principle that it was held to."""
    found = facts.trail.critiques_of(facts.draft) if facts.trail.responses else ()
    if not found:
        yield element("p", "It was not held to any principle.")
        return
    groups = ", ".join(dict.fromkeys(each.group for each in found))
    yield element("p", f"It was held to the principles of: {groups}. Other groups of the file were not asked about, "
                  "unless they are named here.", class_="note")  # fmt: skip
    yield _critiques(found)


def _critiques(found: Sequence[Critique]) -> Markup:
    broken_first = sorted(found, key=lambda each: each.verdict != "violates")
    return table(("principle", "verdict", "shown by", "the critic's reason"), map(_row, broken_first))


def _row(each: Critique) -> tuple[Markup, ...]:
    severity = f" ({each.severity})" if each.severity != "none" else ""
    shown = text("")
    if each.evidence is not None:
        shown = joined([element("q", each.evidence.text, dir="auto"), f" — {EVIDENCE[each.evidence.kind]}"])
    reason = element("span", each.reason, dir="auto")
    note = element("div", f"Note: {each.note}.", class_="note") if each.note else None
    return code(each.principle.id), text(verdict_of(each.verdict) + severity), shown, joined([reason, note])


def revision(facts: Facts) -> Iterator[Markup]:
    """What was changed, word by word."""
    if facts.revision is None:
        yield element("p", "Nothing was revised.")
        return
    before, after = (facts.trail.responses[place] for place in (facts.draft, facts.revision))
    changed, note = difference(before.text, after.text)
    lang = facts.trail.prompt.language
    yield element("p", element("del", "Struck through"), " is what went, ", element("ins", "underlined"),
                  " is what came.", f" {note}" if note else "", class_="note")  # fmt: skip
    yield words(changed, lang=lang)
    yield element("h3", "The revised answer as it stands")
    yield words(after.text, lang=lang)


def recheck(facts: Facts) -> Iterator[Markup]:
    """What the critic said of the revised answer."""
    found = facts.trail.critiques_of(facts.revision) if facts.revision is not None else ()
    if not found:
        yield element("p", "There was no second reading.")
        return
    yield element("p", "The critic read the revised answer with the same question, and was not told that it is one.",
                  class_="note")  # fmt: skip
    yield _critiques(found)


def judge(facts: Facts) -> Iterator[Markup]:
    """What the judge said, each time it was asked."""
    if not facts.trail.verdicts:
        yield element("p", "The judge was not asked.")
        return
    yield element("p", "The judge did not know which answer is which. Both orders must name the revised answer.",
                  class_="note")  # fmt: skip
    heads = ("shown", "keeps the principles better", "helps more", "the judge's reason")
    yield table(heads, map(_judged, facts.trail.verdicts))


def _judged(verdict: Verdict) -> tuple[Markup, ...]:
    shown = _ORDERS[verdict.order] + (", the end of the longer one cut" if verdict.cut else "")
    shown += f", vote {verdict.draw + 1}" if verdict.draw else ""
    reason = verdict.reason
    for name, which in verdict.options.items():
        reason = reason.replace(name, _PREFERS[which])
    return text(shown), text(_PREFERS[verdict.principles]), text(_PREFERS[verdict.helpfulness]), element(
        "span", reason, dir="auto")  # fmt: skip
