"""What the models said of a row: the critique, the revision, its second reading, and the judge in both orders."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from constitution.cli.answers import score
from constitution.cli.judging import asked_of, decided
from constitution.cli.page.facts import Facts
from constitution.cli.page.marks import difference
from constitution.cli.page.telling import EVIDENCE, headed, named, verdict_of
from constitution.core.judgement import Verdict
from constitution.core.markup import Markup, code, element, joined, table, text, words
from constitution.core.trail import Critique, Trail
from constitution.pairing.story import first_readings, later_readings
from constitution.pairing.words import bare, called, preferred, reason_of, shown_first

_NEITHER = {"tie": "neither", "invalid": "no valid answer"}


def critique(facts: Facts) -> Iterator[Markup]:
    """What was said under each principle of the answer that was held to it first."""
    found = first_readings(facts.trail)
    if not found:
        yield element("p", "It was not held to any principle." if facts.revised else
                      "No answer was held to the principles by a critic.")  # fmt: skip
        return
    groups = ", ".join(dict.fromkeys(each.group for each in found))
    answers = list(dict.fromkeys(facts.called(each.response) for each in found))
    who = (
        "It was"
        if answers == [facts.called(facts.held)] and facts.revised
        else f"{headed(named(answers))} {'was' if len(answers) == 1 else 'were'}"
    )
    yield element("p", f"{who} held to the principles of: {groups}. Other groups of the file were not asked about, "
                  "unless they are named here.", class_="note")  # fmt: skip
    yield _critiques(facts, found, several=len(answers) > 1)


def _critiques(facts: Facts, found: Sequence[Critique], *, several: bool = False) -> Markup:
    broken_first = sorted(found, key=lambda each: each.verdict != "violates")
    heads = ("principle", *(("of",) if several else ()), "verdict", "shown by", "the critic's reason")
    return table(heads, (_row(each, facts.called(each.response) if several else "") for each in broken_first))


def _row(each: Critique, answer: str) -> tuple[Markup, ...]:
    severity = f" ({each.severity})" if each.severity != "none" else ""
    shown = text("")
    if each.evidence is not None:
        shown = joined([element("q", each.evidence.text, dir="auto"), f" — {EVIDENCE[each.evidence.kind]}"])
    reason = element("span", each.reason, dir="auto")
    note = element("div", f"Note: {each.note}.", class_="note") if each.note else None
    of = (text(answer),) if answer else ()
    return code(each.principle.id), *of, text(verdict_of(each.verdict) + severity), shown, joined([reason, note])


def revision(facts: Facts) -> Iterator[Markup]:
    """What was changed, word by word."""
    if facts.better is None:
        yield element("p", "Nothing was revised.")
        return
    before, after = (facts.trail.responses[place] for place in (facts.held, facts.better))
    changed, note = difference(before.text, after.text)
    lang = facts.trail.prompt.language
    yield element("p", element("del", "Struck through"), " is what went, ", element("ins", "underlined"),
                  " is what came.", f" {note}" if note else "", class_="note")  # fmt: skip
    yield words(changed, lang=lang)
    yield element("h3", f"{headed(facts.called(facts.better))} as it stands")
    yield words(after.text, lang=lang)


def recheck(facts: Facts) -> Iterator[Markup]:
    """What the critic said of the answer that is to be the better one."""
    found = later_readings(facts.trail, facts.better) if facts.better is not None else ()
    if not found:
        yield element("p", "There was no second reading.")
        return
    yield element("p", f"The critic read {facts.called(facts.better)} with the same question, and was not told which "
                  "answer it is.", class_="note")  # fmt: skip
    yield _critiques(facts, found)


def ratings(facts: Facts) -> Iterator[Markup]:
    """The score that a judge gave each answer by itself."""
    rows = ((text(facts.called(each.response)), text(score(each)), element("span", each.reason, dir="auto"))
            for each in facts.trail.ratings)  # fmt: skip
    yield table(("answer", "rated", "the judge's reason"), rows)


def judge(facts: Facts) -> Iterator[Markup]:
    """What the judge said, each time it was asked."""
    if not facts.trail.verdicts:
        yield element("p", "The judge was not asked.")
        return
    trail = facts.trail
    either = trail.claim is not None and trail.claim.either
    needed = "the same answer" if either else facts.called(facts.better)
    yield element("p", f"The judge did not know which answer is which. Both orders must name {needed}.", class_="note")
    heads = ("shown", "keeps the principles better", "helps more", "the judge's reason")
    panel = len({verdict.role for verdict in trail.verdicts}) > 1
    yield table(heads, (_judged(trail, verdict, panel=panel) for verdict in trail.verdicts))
    if trail.pair is not None and (trail.pair.flipped or trail.pair.p_chosen is not None):
        yield element("p", f"{headed(', with '.join(decided(trail, trail.pair).splitlines()))}.")


def _judged(trail: Trail, verdict: Verdict, *, panel: bool) -> tuple[Markup, ...]:
    shown = f"to {verdict.role} ({asked_of(trail, verdict)}): " if panel else ""
    shown += f"{bare(shown_first(trail, verdict))} shown first"
    shown += ", the end of the longer one cut" if verdict.cut else ""
    shown += f", vote {verdict.draw + 1}" if verdict.draw else ""
    shown += ", a test of the judge that counts for nothing else" if verdict.canary else ""
    shown += f", log-probs {verdict.p:.2f} for {called(trail, verdict.b)}" if verdict.p is not None else ""
    better, helps = (preferred(trail, verdict, said) for said in (verdict.principles, verdict.helpfulness))
    said = (text(shown), text(_NEITHER.get(better, better)), text(_NEITHER.get(helps, helps)))
    return *said, element("span", reason_of(trail, verdict), dir="auto")
