"""Doubts: everything in a row's history that speaks against relying on it, a sentence each."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from constitution.cli.page.facts import Facts
from constitution.cli.page.rules import STANDINGS, standing
from constitution.cli.page.telling import verdict_of
from constitution.core.trail import Critique, pair_id
from constitution.pairing.earned import compared, orders

ALWAYS = (
    "A pair shows that its principles were kept better, not that all principles are kept.",
    "That a judge preferred an answer does not prove that training on it helps: that is measured on other prompts.",
    "The labels are claims of whoever made the dataset; this page is not signed.",
)
"""What holds of every row."""


def doubts(facts: Facts) -> tuple[str, ...]:
    """All of them; the gravest first."""
    return tuple(dict.fromkeys([
        *_of_folder(facts), *_of_principles(facts), *_of_people(facts), *_of_critic(facts), *_of_judge(facts),
        *_of_texts(facts),
    ]))  # fmt: skip


def _of_folder(facts: Facts) -> Iterator[str]:
    trail, pair = facts.trail, facts.trail.pair
    if facts.rehearsal:
        yield "Rehearsal: a program that stands in for a model took part in this row. It shows nothing about quality."
    for name in facts.unlike:
        yield f"{name} is not as it was when the dataset was written: its SHA-256 is another. What it says is not safe."
    if pair and pair.pair_id != pair_id(trail.prompt.messages, pair.chosen.text, pair.rejected.text):
        yield "The id of the pair does not belong to its texts: the row was changed after it was made."
    yield from (f"Fault in {each.stage}: {each.reason} ({each.kind})." for each in trail.faults)


def _of_principles(facts: Facts) -> Iterator[str]:
    approval = facts.approval
    if approval is None:
        yield standing(facts)
    elif approval.get("sha256") != facts.said.get("sha256"):
        yield "What was approved is another file than the one that was used."
    known = (approval or {}).get("evidence")
    for word, meaning in STANDINGS.items():
        vouched: Collection[str] = known.get(word, ()) if isinstance(known, Mapping) else ()
        for name in dict.fromkeys(each.principle.id for each in facts.broken):
            if name in vouched:
                yield f"{word}: when the wording of {name} was released, {meaning}."
    for critique in facts.broken:
        if facts.principle(critique) is None:
            yield f"The words of {critique.principle.id} that the models were told are not in this folder."


def _of_people(facts: Facts) -> Iterator[str]:
    if not facts.trail.rulings:
        yield "No person looked at this row."
    for name in dict.fromkeys(each.principle.id for each in facts.broken):
        if name not in facts.measures:
            yield (
                f"How often the critic is wrong on {name} is not known here (insufficient: no person has ruled on "
                "one of its verdicts under it in this dataset)."
            )


def _of_critic(facts: Facts) -> Iterator[str]:
    trail = facts.trail
    if trail.self_judged:
        yield "One and the same model wrote an answer and judged it."
    if trail.intent is not None and trail.prompt.intent is None:
        yield f"That the prompt is {trail.intent} is what the critic made of it; its source does not say."
    for critique in trail.critiques:
        yield from _of_verdict(facts, critique)


def _of_verdict(facts: Facts, critique: Critique) -> Iterator[str]:
    answer = "revised" if critique.response == facts.revision else "first"
    name = critique.principle.id
    if critique.verdict == "cannot_tell":
        yield f"The critic could not tell whether the {answer} answer keeps {name}{_why(critique)}."
    elif critique.note:
        yield f"On {name}, {answer} answer: {critique.note}."
    if critique.overruled is not None and critique.overruled.verdict != critique.verdict:
        yield f"A person overruled the critic on {name}: it had said that the {answer} answer {_said(critique)}."
    if answer == "revised" and critique.verdict == "violates":
        yield f"The revised answer breaks {name}."


def _why(critique: Critique) -> str:
    return f" ({critique.note})" if critique.note else ""


def _said(critique: Critique) -> str:
    return verdict_of(critique.overruled.verdict) if critique.overruled else ""


def _of_judge(facts: Facts) -> Iterator[str]:
    verdicts = compared(facts.trail)
    if not verdicts:
        return
    better, helps = orders(verdicts, "principles"), orders(verdicts, "helpfulness")
    if len(set(better)) > 1:
        yield f"The judge's two orders disagree on the principles: {better[0]} and {better[1]}."
    if len(verdicts) > 2:
        yield f"The judge was asked {len(verdicts)} times, and the majority of each order counts."
    if "draft" in helps:
        yield f"The judge held that the first answer helps more, in {helps.count('draft')} of 2 orders."
    if any(verdict.cut and verdict.principles != "revision" for verdict in facts.trail.verdicts):
        yield "Without the last words of the longer answer, the judge did not prefer the revised one."


def _of_texts(facts: Facts) -> Iterator[str]:
    trail = facts.trail
    for finding in trail.findings:
        yield f"The check {finding.check} {'refused' if finding.severity == 'refuse' else 'warns'}: {finding.reason}."
    for place, response in enumerate(trail.responses):
        name = "revised" if place == facts.revision else "first"
        if response.origin == "unknown":
            yield f"Nobody said who wrote the {name} answer."
        if response.declines:
            yield f"The {name} answer reads like a refusal."
    if not trail.prompt.license:
        yield "The licence of the prompt is not known."
    for step in trail.steps:
        if step.removed:
            yield f"Settings that the model of {step.id} does not take were left out: {', '.join(step.removed)}."
