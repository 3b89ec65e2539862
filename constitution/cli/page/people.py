"""The hands of people on a row: who ruled on it, who wrote parts of it, and how often people found the critic wrong."""

from __future__ import annotations

from collections.abc import Iterator

from constitution.cli.page.facts import Facts
from constitution.cli.page.telling import ORIGINS, verdict_of
from constitution.core.markup import Markup, code, element, joined, listed, table, text
from constitution.core.rulings import Ruling
from constitution.core.trail import Trail
from constitution.pairing.words import called


def human_touch(facts: Facts) -> Iterator[Markup]:
    """Each ruling with what the model had said; or that nobody looked."""
    trail = facts.trail
    if trail.rulings:
        heads = ("by", "about", "ruled", "a model had said", "reason given")
        yield table(heads, (_ruled(trail, ruling) for ruling in trail.rulings))
    else:
        yield element("p", element("strong", "No person looked at this row."))
    yield listed(*_others(facts))


def _ruled(trail: Trail, ruling: Ruling) -> tuple[Markup, ...]:
    about = joined([code(ruling.principle), f", {_which(trail, ruling)}"]) if ruling.principle else text("the pair")
    quoted = joined([" ", element("q", ruling.quote, dir="auto")]) if ruling.quote else None
    return (
        text(f"{ruling.reviewer}, {ruling.date}"),
        about,
        text(verdict_of(ruling.verdict)),
        text(_had_said(trail, ruling)),
        joined([element("span", ruling.reason or "none", dir="auto"), quoted]),
    )


def _which(trail: Trail, ruling: Ruling) -> str:
    for position, response in enumerate(trail.responses):
        if response.sha256 == ruling.response:
            return called(trail, position)
    return "an answer that is no longer in this row"


def _had_said(trail: Trail, ruling: Ruling) -> str:
    if ruling.about == "pair":
        return ruling.said or "the judge had not been asked"
    for critique in trail.critiques:
        if (trail.responses[critique.response].sha256, critique.principle.id) == (ruling.response, ruling.principle):
            return verdict_of((critique.overruled or critique).verdict)
    return "nothing"


def _others(facts: Facts) -> Iterator[str]:
    """What else people had to do with."""
    trail = facts.trail
    yield f"The prompt was written by: {ORIGINS[trail.prompt.origin]}."
    if any(response.origin in ("human", "mixed") for response in trail.responses):
        yield "A person wrote one of the answers, or part of one."
    if facts.approval:
        yield f"{facts.approval.get('approved_by')} approved the wording of the principles, not this row."
    for name in dict.fromkeys(each.principle.id for each in facts.broken):
        measure = facts.measures.get(name)
        if measure is not None:
            low, high = measure.error.interval
            yield (
                f"Of the critic's verdicts under {name} in this dataset, people ruled on {measure.ruled} and found "
                f"{measure.error.hits} wrong ({low:.0%} to {high:.0%}, at 95%, if these had been drawn by chance)."
            )
