"""Doubts: everything in a row's history that speaks against relying on it, a sentence each."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from constitution.cli.page.facts import Facts
from constitution.cli.page.rules import STANDINGS, standing
from constitution.cli.page.telling import headed, named, verdict_of
from constitution.cli.terminal import one_line
from constitution.core.judgement import Side, Verdict
from constitution.core.trail import Critique, Pair, pair_id
from constitution.pairing.deciding import judges, orders
from constitution.pairing.earned import compared, sides
from constitution.pairing.words import asked_as, bare, preferred

_KEPT = "A pair shows that its principles were kept better, not that all principles are kept."
_HELPS = "A pair shows that its chosen answer helps more, not that all principles are kept."
_ALWAYS = (
    "That a judge preferred an answer does not prove that training on it helps: that is measured on other prompts.",
    "The labels are claims of whoever made the dataset; this page is not signed.",
)
_FOR_THE_PAIR = ("break", "elicited", "over_refusal")
"""Arms of answers that no model gave of itself."""


def always(facts: Facts) -> tuple[str, ...]:
    """What holds of every row."""
    helps = facts.trail.claim is not None and facts.trail.claim.on == "helpfulness"
    return (_HELPS if helps else _KEPT, *_ALWAYS)


def doubts(facts: Facts) -> tuple[str, ...]:
    """All of them; the gravest first."""
    return tuple(dict.fromkeys([
        *_of_folder(facts), *_of_principles(facts), *_of_people(facts), *_of_critic(facts), *_of_judge(facts),
        *_of_changes(facts.trail.pair), *_of_texts(facts),
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
    elif approval.get("sha256") != facts.said.sha256:
        yield "What was approved is another file than the one that was used."
    known = (approval or {}).get("evidence")
    for word, meaning in STANDINGS.items():
        vouched: Collection[str] = known.get(word, ()) if isinstance(known, Mapping) else ()
        for name in dict.fromkeys(each.principle.id for each in facts.broken):
            if name in vouched:
                yield f"{word}: when the wording of {name} was released, {meaning}."
    for critique in facts.broken:
        if facts.principle(critique.principle) is None:
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
    answer, name = facts.called(critique.response), critique.principle.id
    if critique.verdict == "cannot_tell":
        yield f"The critic could not tell whether {answer} keeps {name}{_why(critique)}."
    elif critique.note:
        yield f"On {name}, {bare(answer)}: {critique.note}."
    if critique.overruled is not None and critique.overruled.verdict != critique.verdict:
        yield f"A person overruled the critic on {name}: it had said that {answer} {_said(critique)}."
    if critique.response == facts.better and critique.verdict == "violates":
        yield f"{headed(answer)} breaks {name}."


def _why(critique: Critique) -> str:
    return f" ({critique.note})" if critique.note else ""


def _said(critique: Critique) -> str:
    return verdict_of(critique.overruled.verdict) if critique.overruled else ""


def _of_judge(facts: Facts) -> Iterator[str]:
    trail = facts.trail
    each = judges(compared(trail))
    for role, verdicts in each.items():
        yield from _of_one(facts, verdicts, "The judge" if len(each) == 1 else f"The judge {role}")
    side = "a" if trail.pair is not None and trail.pair.flipped else "b"
    if any(verdict.cut and verdict.principles != side for verdict in trail.verdicts):
        winner = facts.called((sides(trail) or (-1, -1))[side == "b"])
        yield f"Without the last words of the longer answer, the judge did not prefer {winner}."
    if trail.pair is not None and trail.pair.flipped and trail.pair.chosen.arm == "given":
        yield "The row had its answers the other way round: the judge did not agree with whoever put them in order."
    if trail.pair is not None and trail.pair.p_basis in ("votes", "logprobs") and not trail.pair.calibrated:
        yield "How often the judge is right has not been measured: its probability is held within bounds."


def _of_one(facts: Facts, verdicts: Sequence[Verdict], who: str) -> Iterator[str]:
    """What one judge said of both answers."""
    trail, winner = facts.trail, "a" if facts.trail.pair is not None and facts.trail.pair.flipped else "b"
    better, helps = orders(verdicts, "principles"), orders(verdicts, "helpfulness")
    if len(set(better)) > 1:
        first, second = (bare(preferred(trail, verdicts[0], each)) for each in better)
        yield f"{who} says otherwise in its two orders on the principles: {first} and {second}."
    if len(verdicts) > 2:
        yield f"{who} was asked {len(verdicts)} times."
    loser: Side = "b" if winner == "a" else "a"
    if loser in helps:
        yield (
            f"{who} held that {preferred(trail, verdicts[0], loser)} helps more, in {helps.count(loser)} of 2 orders."
        )


def _of_changes(pair: Pair | None) -> Iterator[str]:
    """What the chosen answer says that nothing asked for."""
    found = pair.evidence if pair is not None else None
    if found is None:
        return
    if found.unexplained and found.aligned:
        yield f"Of {found.changed} words that the revision changed, no violation explains {found.unexplained}."
    new = [*found.new_names, *found.new_numbers]
    where = "neither the prompt nor the answer before it has" if found.aligned else "the prompt does not have"
    if new:
        yield f"The chosen answer has names or numbers that {where}: {named([one_line(each) for each in new])}."


def _of_texts(facts: Facts) -> Iterator[str]:
    trail = facts.trail
    for finding in trail.findings:
        yield f"The check {finding.check} {'refused' if finding.severity == 'refuse' else 'warns'}: {finding.reason}."
    for place, response in enumerate(trail.responses):
        name = facts.called(place)
        if response.origin == "unknown":
            yield f"Nobody said who wrote {name}."
        if response.arm in _FOR_THE_PAIR:
            yield f"{headed(name)} was {asked_as(response)}: no model gave it of itself."
        if response.declines:
            yield f"{headed(name)} reads like a refusal."
    if not trail.prompt.license:
        yield "The licence of the prompt is not known."
    for step in trail.steps:
        if step.removed:
            yield f"Settings that the model of {step.id} does not take were left out: {', '.join(step.removed)}."
