"""The answers of a trail in which several were asked for and compared: who wrote each, how, and how it was rated."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.text import Text

from constitution.cli.marking import marked
from constitution.cli.terminal import one_line, safe, short
from constitution.core.judgement import Rating
from constitution.core.trail import Response, Trail
from constitution.pairing.earned import cited, sides, violations
from constitution.pairing.words import asked_as, bare, called

Section = tuple[str, Text]
"""What it is called, and what it says."""


def answers(trail: Trail, *, every: bool) -> Iterator[Section]:
    """The two that would make the pair, or all; with the evidence marked in each."""
    positions = sides(trail)
    shown = range(len(trail.responses)) if every or positions is None else positions
    for position in shown:
        quotes = [
            (each.evidence.start, each.evidence.end)
            for each in violations(trail, position)
            if each.evidence and each.evidence.kind != "omission"
        ]
        text = Text().append(heading(trail, position) + "\n", "dim")
        yield "answer", text.append_text(marked(trail.responses[position].text, quotes))
    left = len(trail.responses) - len(shown)
    if left:
        yield "", Text(f"and {left} more {'answer' if left == 1 else 'answers'} (-v shows all)", "dim")


def heading(trail: Trail, position: int) -> str:
    """As ``draft 3 of 4, by small-1, rated 7 of 10``."""
    response = trail.responses[position]
    parts = [bare(called(trail, position)), f"by {by(response)}"]
    how = asked_as(response)
    parts += [how] if how else []
    parts += [f"rated {score(rating)}" for rating in trail.ratings if rating.response == position]
    return ", ".join(parts)


def by(response: Response) -> str:
    """Who wrote it."""
    if response.model:
        return one_line(response.model)
    named = {"human": "a person", "unknown": "somebody unknown", "model": "a model"}
    return named.get(response.origin, response.origin)


def score(rating: Rating) -> str:
    """As ``7 of 10``."""
    return "no score that counts" if rating.score is None else f"{rating.score} of 10"


def ratings(trail: Trail, *, every: bool) -> Iterator[Section]:
    """What a judge gave each answer by itself."""
    lines = []
    for rating in trail.ratings:
        why = f": {safe(rating.reason) if every else short(rating.reason, 100)}" if rating.reason else ""
        lines.append(f"{bare(called(trail, rating.response))}: {score(rating)}{why}")
    if lines:
        yield "ratings", Text("\n".join(lines))


def claimed(trail: Trail) -> Iterator[Section]:
    """Which answer the recipe takes to be the better one, before any judge has spoken."""
    claim = trail.claim
    if claim is None:
        return
    better, worse = called(trail, claim.chosen), called(trail, claim.rejected)
    given = trail.responses[claim.chosen].arm == "given"
    open_ = ", as the row has it, or the other way round" if given else ", whichever the judge names"
    text = Text(f"{better} before {worse}" + (open_ if claim.either else ""))
    on = "which helps more" if claim.on == "helpfulness" else "which keeps the principles better"
    names = _listed([principle.id for principle in cited(trail)])
    asked = on + (f" ({names})" if names and claim.on == "principles" else "")
    yield "claim", text.append(f"\nby {one_line(claim.strategy)}; what decides: {asked}", "dim")


def _listed(names: Sequence[str]) -> str:
    return ", ".join(dict.fromkeys(map(one_line, names)))
